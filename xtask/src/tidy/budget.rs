//! How long a file may be, and the sizes that the report gives.

use std::{collections::BTreeMap, fmt};

use super::Problem;
use crate::{
    generate,
    rust_text::RustText,
    tree::{Tree, extension_of},
};

const LINES_MAX: usize = 500;
const CONSOLE_LINES_MAX: usize = 250;

/// How many files there are, and the longest ones.
#[derive(Debug, Default)]
pub struct Sizes {
    counts: BTreeMap<&'static str, Count>,
    longest_file: Option<(usize, String)>,
    longest_function: Option<(usize, String)>,
}

#[derive(Debug, Default)]
struct Count {
    files: usize,
    lines: usize,
}

/// Counts every source file and names those that are too long.
pub fn check(tree: &Tree) -> (Sizes, Vec<Problem>) {
    let mut sizes = Sizes::default();
    let mut problems = Vec::new();
    for path in tree.paths() {
        let Some(language) = language(path) else { continue };
        let Some(source) = tree.text(path) else { continue };
        sizes.count(language, &source);
        if path == generate::TYPESCRIPT || is_test(path) {
            continue;
        }
        let lines = sizes.measure(path, language, &source);
        let lines_max = lines_max(path);
        if lines > lines_max {
            problems.push(Problem::new(
                path,
                format!("has {lines} lines without tests, {lines_max} are allowed; move a part that has a name of its own"),
            ));
        }
    }
    (sizes, problems)
}

fn language(path: &str) -> Option<&'static str> {
    [".rs", ".ts", ".tsx", ".py"]
        .into_iter()
        .find(|suffix| suffix.strip_prefix('.') == Some(extension_of(path)))
}

fn is_test(path: &str) -> bool {
    let mut folders = path.split('/');
    let file = folders.next_back().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    folders.any(|folder| folder == "tests")
        || stem == "tests"
        || stem.starts_with("test_")
        || file.contains(".test.")
        || file.contains(".spec.")
}

fn lines_max(path: &str) -> usize {
    let is_script = matches!(extension_of(path), "ts" | "tsx");
    if path.starts_with("console/") && is_script {
        CONSOLE_LINES_MAX
    } else {
        LINES_MAX
    }
}

impl Sizes {
    fn count(&mut self, language: &'static str, source: &str) {
        let count = self.counts.entry(language).or_default();
        count.files += 1;
        count.lines += source.lines().count();
    }

    fn measure(&mut self, path: &str, language: &str, source: &str) -> usize {
        let lines = if language == ".rs" {
            let text = RustText::of(source);
            for function in text.functions() {
                let named = (function.lines, format!("`{}` in {path}", function.name));
                keep_longer(&mut self.longest_function, named);
            }
            text.lines_without_tests()
        } else {
            source.lines().count()
        };
        keep_longer(&mut self.longest_file, (lines, path.to_owned()));
        lines
    }
}

fn keep_longer(longest: &mut Option<(usize, String)>, candidate: (usize, String)) {
    if longest.as_ref().is_none_or(|(lines, _)| *lines < candidate.0) {
        *longest = Some(candidate);
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files: usize = self.counts.values().map(|count| count.files).sum();
        let lines: usize = self.counts.values().map(|count| count.lines).sum();
        write!(f, "{files} source files, {lines} lines, tests included")?;
        for (language, count) in &self.counts {
            write!(f, "; {language} {} files, {} lines", count.files, count.lines)?;
        }
        if let Some((lines, path)) = &self.longest_file {
            write!(f, "\nlongest file without its tests: {path}, {lines} lines")?;
        }
        if let Some((lines, function)) = &self.longest_function {
            write!(f, "\nlongest Rust function: {function}, {lines} lines")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::testkit::SampleTree;

    fn places(files: &[(&str, &str)]) -> Vec<String> {
        let sample = SampleTree::new(files);
        check(&sample.tree())
            .1
            .into_iter()
            .map(|problem| problem.place)
            .collect()
    }

    #[test]
    fn a_file_over_its_budget_is_named() {
        let too_long = "x\n".repeat(501);
        let just_right = "x\n".repeat(500);
        let console = "x\n".repeat(251);
        let files = [
            ("crates/a/src/lib.rs", too_long.as_str()),
            ("crates/a/src/right.rs", just_right.as_str()),
            ("crates/a/src/right/tests.rs", too_long.as_str()),
            ("crates/a/tests/it/main.rs", too_long.as_str()),
            ("console/src/map.tsx", console.as_str()),
            ("console/src/map.test.tsx", console.as_str()),
            ("console/src/api/wire.ts", too_long.as_str()),
            ("suites/conformance/run.py", too_long.as_str()),
            ("README.md", too_long.as_str()),
        ];
        assert_eq!(
            places(&files),
            [
                "console/src/map.tsx",
                "crates/a/src/lib.rs",
                "suites/conformance/run.py"
            ]
        );
    }

    #[test]
    fn an_inline_test_module_is_not_counted() {
        let source = format!(
            "fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{}}}\n",
            "// x\n".repeat(600)
        );
        assert!(places(&[("crates/a/src/lib.rs", source.as_str())]).is_empty());
    }

    #[test]
    fn the_report_names_the_longest() {
        let sample = SampleTree::new(&[("a.rs", "fn short() {}\nfn long() {\n}\n"), ("b.py", "pass\n")]);
        let report = check(&sample.tree()).0.to_string();
        assert!(report.starts_with("2 source files, 4 lines"), "{report}");
        assert!(
            report.contains("longest file without its tests: a.rs, 3 lines"),
            "{report}"
        );
        assert!(
            report.contains("longest Rust function: `long` in a.rs, 2 lines"),
            "{report}"
        );
    }
}
