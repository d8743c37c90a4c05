//! Writes the seeds of each fuzz target into a folder of its own below the one that is named.

use std::path::Path;
use std::{env, fs, io};

use laws::seeds;

fn main() -> io::Result<()> {
    let folder = env::args()
        .nth(1)
        .ok_or_else(|| io::Error::other("name the folder to write to"))?;
    let targets = [
        ("accept", seeds::documents()),
        ("assemble", seeds::traces()),
        ("filter", seeds::filters()),
        ("service_graph", seeds::traces()),
    ];
    for (target, seeds) in targets {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder)?;
        for (number, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{number:04}")), seed)?;
        }
    }
    Ok(())
}
