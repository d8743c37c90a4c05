//! Places that only one machine has: absolute paths of a developer, and the hosts that packages come from.
//! The needles are put together from parts, so that this file does not find itself.

use super::Problem;
use crate::tree::Tree;

/// Top folders of machines, without their slashes.
const FOLDERS: [&str; 3] = ["root", "work", "home"];

/// Hosts of package registries: the part before the dot that ends the name, and the ending.
const HOSTS: [(&str, &str); 10] = [
    ("crates", "io"),
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("registry.npmjs", "org"),
    ("registry.yarnpkg", "com"),
    ("proxy.golang", "org"),
    ("sum.golang", "org"),
    ("repo.maven.apache", "org"),
    ("deb.debian", "org"),
    ("security.debian", "org"),
];

/// Names every line with such a place in it.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let needles = Needles::new();
    let mut problems = Vec::new();
    for path in tree.paths() {
        let Some(text) = tree.text(path) else { continue };
        for (at, line) in text.lines().enumerate() {
            let complaint = needles.complaint(path, line);
            problems.extend(complaint.map(|complaint| Problem::new(format!("{path}:{}", at + 1), complaint)));
        }
    }
    problems
}

struct Needles {
    folders: Vec<String>,
    hosts: Vec<String>,
    resolved: String,
}

impl Needles {
    fn new() -> Self {
        Self {
            folders: FOLDERS.iter().map(|folder| format!("/{folder}/")).collect(),
            hosts: HOSTS
                .iter()
                .map(|(name, ending)| format!("{name}.{ending}"))
                .collect(),
            resolved: format!("\"resolved\": \"{}", "http"),
        }
    }

    fn complaint(&self, path: &str, line: &str) -> Option<String> {
        if path.ends_with("package-lock.json") && line.contains(&self.resolved) {
            return Some(
                "names the registry it was made with; set `omit-lockfile-registry-resolved=true`".into(),
            );
        }
        // Cargo writes the name of its index into every entry of its lock file and cannot be told otherwise.
        if !path.ends_with("Cargo.lock")
            && let Some(host) = self.hosts.iter().find(|host| line.contains(host.as_str()))
        {
            return Some(format!(
                "names the registry host `{host}`; name the package, its client knows the host"
            ));
        }
        let folder = self.folders.iter().find(|folder| has_absolute(line, folder))?;
        Some(format!(
            "names `{folder}`, a place on one machine; write it relative to the repository or to $HOME"
        ))
    }
}

/// A folder in the middle of a path, as in `a/work` or `$X/work`, is no place on a machine; at the start it is.
fn has_absolute(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '_' | '}' | '*' | '~'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::testkit::SampleTree;

    fn places(files: &[(&str, &str)]) -> Vec<String> {
        let sample = SampleTree::new(files);
        check(&sample.tree())
            .into_iter()
            .map(|problem| problem.place)
            .collect()
    }

    #[test]
    fn an_absolute_path_of_a_machine_is_named() {
        let path = format!("see \"{}\"", ["", "home", "me", "x"].join("/"));
        let longer = ["a", "home", "x"].join("/");
        let files = [
            ("a.md", path.as_str()),
            ("b.md", longer.as_str()),
            ("c.py", "open('work/x')"),
        ];
        assert_eq!(places(&files), ["a.md:1"]);
    }

    #[test]
    fn a_registry_host_is_named_but_in_cargos_lock_file() {
        let host = format!("\n# https://{}", ["pypi", "org"].join("."));
        let index = ["crates", "io-index"].join(".");
        let files = [("tools/a.txt", host.as_str()), ("Cargo.lock", index.as_str())];
        assert_eq!(places(&files), ["tools/a.txt:2"]);
    }

    #[test]
    fn a_lock_file_of_npm_names_no_registry() {
        let lock = format!("{{\n{}s://somewhere/x.tgz\"\n}}", Needles::new().resolved);
        let files = [
            ("console/package-lock.json", lock.as_str()),
            ("console/other.json", lock.as_str()),
        ];
        assert_eq!(places(&files), ["console/package-lock.json:2"]);
    }

    #[test]
    fn bytes_that_are_no_text_are_left_alone() {
        let sample = SampleTree::new(&[]);
        assert!(check(&sample.tree()).is_empty());
    }
}
