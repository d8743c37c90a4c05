//! Builds the console with npm into this crate's build folder, so that the binary can carry it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{fs, io};

/// What the built console depends on; a folder stands for all it holds.
const SOURCES: [&str; 7] = [
    "src",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
];

fn main() -> ExitCode {
    let console = told_folder("CARGO_MANIFEST_DIR").join("../../console");
    println!("cargo::rerun-if-changed=build.rs");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", console.join(source).display());
    }
    match build(&console, &told_folder("OUT_DIR")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            println!("cargo::error={problem}");
            ExitCode::FAILURE
        }
    }
}

fn build(console: &Path, out: &Path) -> Result<(), String> {
    install(console)?;
    let built = out.join("console");
    run_build(console, &built)?;
    let list = list(&built).map_err(|error| format!("could not read the built console: {error}"))?;
    fs::write(out.join("files.rs"), list)
        .map_err(|error| format!("could not list the built console: {error}"))
}

fn run_build(console: &Path, built: &Path) -> Result<(), String> {
    let out = built.to_str().ok_or("the build folder's path is not UTF-8")?;
    npm(console, &["run", "build", "--", "--outDir", out, "--emptyOutDir"])
}

/// Installs only when the packages are missing or the lock file has changed since they were installed.
fn install(console: &Path) -> Result<(), String> {
    let stamp = console.join("node_modules/.roentgen-lock");
    let lock = fs::read(console.join("package-lock.json"))
        .map_err(|error| format!("could not read console/package-lock.json: {error}"))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    check_writable(console)?;
    npm(console, &["ci", "--no-audit", "--no-fund"])?;
    fs::write(&stamp, lock).map_err(|error| format!("could not write in console/node_modules: {error}"))
}

fn check_writable(console: &Path) -> Result<(), String> {
    let probe = console.join(".roentgen-writable");
    let written: io::Result<()> = fs::write(&probe, "").and_then(|()| fs::remove_file(&probe));
    written.map_err(|error| {
        format!("the folder console/ must be writable, since npm installs the web console's packages there: {error}")
    })
}

fn npm(console: &Path, arguments: &[&str]) -> Result<(), String> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = match Command::new(program)
        .args(arguments)
        .current_dir(console)
        .output()
    {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(
                "building the web console needs npm: install Node.js 20.19 or later, which brings npm".into(),
            );
        }
        Err(error) => return Err(format!("could not start npm: {error}")),
    };
    if output.status.success() {
        return Ok(());
    }
    for line in String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).lines() {
        println!("cargo::warning={line}");
    }
    let step = arguments.iter().take(2).copied().collect::<Vec<_>>().join(" ");
    Err(format!("`npm {step}` failed in console/; its output is above"))
}

/// Rust source that names every built file and includes its bytes.
fn list(built: &Path) -> io::Result<String> {
    let mut source = String::from("static FILES: &[(&str, &[u8])] = &[\n");
    let mut folders = vec![built.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for found in fs::read_dir(folder)? {
            let path = found?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(built).unwrap_or(&path);
            let name = name.to_string_lossy().replace('\\', "/");
            source.push_str(&format!("    ({name:?}, include_bytes!({path:?})),\n"));
        }
    }
    source.push_str("];\n");
    Ok(source)
}

/// Asked when it runs: a build folder that several clones share keeps the script of one of them.
#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script its folders through the environment"
)]
fn told_folder(variable: &str) -> PathBuf {
    PathBuf::from(std::env::var_os(variable).unwrap_or_default())
}
