//! The files that belong to the repository: what git has or would add, or every file where git is absent.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

/// Folders that a walk without git leaves out; git knows them from `.gitignore`.
const NEVER_WALKED: [&str; 6] = [".git", ".venv", "artefacts", "dist", "node_modules", "target"];

/// A folder and the files below it that count, as sorted paths with `/` between the parts.
#[derive(Debug, Clone)]
pub struct Tree {
    root: PathBuf,
    paths: Vec<String>,
}

impl Tree {
    /// The repository that this program was built from.
    pub fn of_this_repository() -> io::Result<Self> {
        Self::of(&root_of_this_repository())
    }

    /// The files below `root`.
    pub fn of(root: &Path) -> io::Result<Self> {
        let mut paths = match listed_by_git(root) {
            Some(paths) => paths,
            None => walked(root)?,
        };
        // git also lists a file that is deleted but not yet committed as such.
        paths.retain(|path| root.join(path).is_file());
        paths.sort();
        paths.dedup();
        Ok(Self {
            root: root.to_owned(),
            paths,
        })
    }

    /// Every path, relative to the root.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str)
    }

    /// The paths below one folder, given with its `/` at the end.
    pub fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        self.paths().filter(move |path| path.starts_with(folder))
    }

    /// The paths whose name ends in `.extension`.
    pub fn with_extension(&self, extension: &str) -> impl Iterator<Item = &str> {
        self.paths().filter(move |path| extension_of(path) == extension)
    }

    /// The text of a file; `None` for bytes that are no text, or a file that went away meanwhile.
    pub fn text(&self, path: &str) -> Option<String> {
        self.bytes(path).and_then(|bytes| String::from_utf8(bytes).ok())
    }

    /// The bytes of a file; `None` when it went away meanwhile.
    pub fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.root.join(path)).ok()
    }

    /// Whether a folder exists on disk, with or without files in it.
    pub fn has_folder(&self, path: &str) -> bool {
        self.root.join(path).is_dir()
    }
}

/// The folder above this crate. Asked when it runs, since several clones may share a build folder.
#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a program that it runs its crate's folder through the environment"
)]
pub fn root_of_this_repository() -> PathBuf {
    let told = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let crate_folder = told.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    crate_folder.join("..")
}

/// The part of a file name after its last dot, or nothing.
pub fn extension_of(path: &str) -> &str {
    Path::new(path)
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
}

fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    // A folder inside some other repository is not that repository.
    if !root.join(".git").exists() {
        return None;
    }
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()?;
    if !output.status.success() {
        return None;
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Some(
        text.split('\0')
            .filter(|path| !path.is_empty())
            .map(str::to_owned)
            .collect(),
    )
}

fn walked(root: &Path) -> io::Result<Vec<String>> {
    let mut paths = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if !entry.file_type()?.is_dir() {
                let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
                paths.push(parts.join("/"));
            } else if !NEVER_WALKED.iter().any(|name| entry.file_name() == *name) {
                folders.push(path);
            }
        }
    }
    Ok(paths)
}

#[cfg(test)]
pub(crate) mod testkit {
    //! Small trees of files for the tests of the checks.

    use super::*;

    /// A tree in a temporary folder that goes away with it.
    pub(crate) struct SampleTree {
        folder: tempfile::TempDir,
    }

    impl SampleTree {
        pub(crate) fn new(files: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            for (path, text) in files {
                let path = folder.path().join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            Self { folder }
        }

        pub(crate) fn tree(&self) -> Tree {
            Tree::of(self.folder.path()).unwrap()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{testkit::SampleTree, *};

    #[test]
    fn without_git_every_file_counts_but_what_is_built() {
        let sample = SampleTree::new(&[
            ("a/b.rs", ""),
            ("target/c.rs", ""),
            ("console/node_modules/d.ts", ""),
        ]);
        assert_eq!(sample.tree().paths().collect::<Vec<_>>(), ["a/b.rs"]);
    }

    #[test]
    fn this_repository_has_this_file() {
        let tree = Tree::of_this_repository().unwrap();
        assert!(tree.paths().any(|path| path == "xtask/src/tree.rs"));
        assert!(!tree.paths().any(|path| path.starts_with("target/")));
    }
}
