//! Files that are written from Rust, so that they cannot drift from it: the console's types of the API.

use std::{fs, io, path::Path};

/// The console's types, from crate `wire`.
pub const TYPESCRIPT: &str = "console/src/api/wire.ts";

/// What `generate` did to a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Generated {
    /// It already said what it should.
    Unchanged,
    /// It was written.
    Written,
}

/// Writes the console's types below `root`, unless they are right already.
pub fn write(root: &Path) -> io::Result<Generated> {
    write_text(&root.join(TYPESCRIPT), &wire::typescript())
}

/// Whether the console's types below `root` are what the code says.
pub fn is_unchanged(root: &Path) -> io::Result<bool> {
    has_text(&root.join(TYPESCRIPT), &wire::typescript())
}

fn write_text(path: &Path, text: &str) -> io::Result<Generated> {
    if has_text(path, text)? {
        return Ok(Generated::Unchanged);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)?;
    Ok(Generated::Written)
}

fn has_text(path: &Path, text: &str) -> io::Result<bool> {
    match fs::read(path) {
        Ok(bytes) => Ok(bytes == text.as_bytes()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_and_a_changed_file_are_noticed_and_written() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_unchanged(folder.path()).unwrap());
        assert_eq!(write(folder.path()).unwrap(), Generated::Written);
        assert!(is_unchanged(folder.path()).unwrap());
        assert_eq!(write(folder.path()).unwrap(), Generated::Unchanged);

        fs::write(folder.path().join(TYPESCRIPT), "// edited by hand\n").unwrap();
        assert!(!is_unchanged(folder.path()).unwrap());
    }
}
