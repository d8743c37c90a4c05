//! Files of old formats, kept to prove that we still read them, never change.
//! `fixtures/formats/SHA256SUMS` lists each with its checksum, as `sha256sum` writes it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::Problem;
use crate::tree::Tree;

const FOLDER: &str = "fixtures/formats";
const SUMS: &str = "fixtures/formats/SHA256SUMS";

/// Compares the kept files with their list.
pub fn check(tree: &Tree) -> Vec<Problem> {
    if !tree.has_folder(FOLDER) {
        return Vec::new();
    }
    let Some(list) = tree.text(SUMS) else {
        return vec![Problem::new(
            FOLDER,
            "has no SHA256SUMS; write one with `sha256sum` for every file in it",
        )];
    };
    let mut problems = Vec::new();
    let mut listed = BTreeMap::new();
    for line in list.lines().filter(|line| !line.is_empty()) {
        match line.split_once("  ") {
            Some((sum, name)) => {
                listed.insert(format!("{FOLDER}/{}", name.trim_start_matches("./")), sum);
            }
            None => problems.push(Problem::new(SUMS, format!("`{line}` is not `CHECKSUM  FILE`"))),
        }
    }
    for (path, sum) in &listed {
        match tree.bytes(path) {
            None => problems.push(Problem::new(
                path,
                "is listed in SHA256SUMS and missing; bring it back",
            )),
            Some(bytes) if checksum(&bytes) != *sum => problems.push(Problem::new(
                path,
                "was changed; a kept file stays as it is, a new format gets new files beside it",
            )),
            Some(_) => {}
        }
    }
    let unlisted = tree
        .below("fixtures/formats/")
        .filter(|path| *path != SUMS && !listed.contains_key(*path));
    problems.extend(unlisted.map(|path| Problem::new(path, "is not listed in SHA256SUMS; add its line")));
    problems
}

fn checksum(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::testkit::SampleTree;

    fn texts(files: &[(&str, &str)]) -> Vec<String> {
        let sample = SampleTree::new(files);
        check(&sample.tree()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn no_folder_means_nothing_to_keep() {
        assert_eq!(texts(&[("README.md", "")]), [""; 0]);
    }

    #[test]
    fn an_untouched_file_is_fine() {
        let sums = format!("{}  journal/v1\n", checksum(b"old"));
        assert_eq!(
            texts(&[("fixtures/formats/journal/v1", "old"), (SUMS, sums.as_str())]),
            [""; 0]
        );
    }

    #[test]
    fn a_changed_a_missing_and_an_unlisted_file_are_named() {
        let sum = checksum(b"old");
        let sums = format!("{sum}  changed\n{sum}  gone\nnonsense\n");
        let found = texts(&[
            ("fixtures/formats/changed", "new"),
            ("fixtures/formats/unlisted", "old"),
            (SUMS, sums.as_str()),
        ]);
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(
            found
                .iter()
                .any(|text| text.starts_with("fixtures/formats/changed: was changed"))
        );
        assert!(
            found
                .iter()
                .any(|text| text.starts_with("fixtures/formats/gone: is listed"))
        );
        assert!(
            found
                .iter()
                .any(|text| text.starts_with("fixtures/formats/unlisted: is not listed"))
        );
        assert!(found.iter().any(|text| text.contains("nonsense")));
    }

    #[test]
    fn a_folder_without_a_list_is_named() {
        assert_eq!(texts(&[("fixtures/formats/journal", "old")]).len(), 1);
    }

    #[test]
    fn the_checksum_is_the_one_that_sha256sum_prints() {
        assert_eq!(
            checksum(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
