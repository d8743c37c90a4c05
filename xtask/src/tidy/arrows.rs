//! Which crate may use which: the table below is the law (docs/adr/0001-crates-and-arrows.md).
//! An arrow goes down only, and each technology has one door.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::Problem;
use crate::tree::Tree;

/// What one crate of ours may use of our others.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    name: &'static str,
    may_use: MayUse,
}

#[derive(Debug, Clone, Copy)]
enum MayUse {
    These(&'static [&'static str]),
    Anything,
}

const fn line(name: &'static str, may_use: &'static [&'static str]) -> Line {
    Line {
        name,
        may_use: MayUse::These(may_use),
    }
}

/// The crates, lowest first: a line may name only crates that stand above it in this table.
pub const TABLE: &[Line] = &[
    line("clock", &[]),
    line("document", &["clock"]),
    line("stats", &[]),
    line("sampling", &["clock"]),
    line("trace", &["clock", "document", "stats"]),
    line("filter", &["clock", "document", "trace"]),
    line("service-graph", &["clock", "document", "stats", "trace"]),
    line("assembly", &["clock", "document", "trace"]),
    line("wire", &[]),
    line("demo", &["clock"]),
    line("journal", &["clock"]),
    line("block", &["assembly", "clock", "document", "trace"]),
    line("catalog", &["clock"]),
    line(
        "settings",
        &[
            "catalog",
            "clock",
            "filter",
            "sampling",
            "service-graph",
            "trace",
            "wire",
        ],
    ),
    line(
        "store",
        &[
            "assembly",
            "block",
            "catalog",
            "clock",
            "document",
            "service-graph",
            "trace",
        ],
    ),
    line(
        "ingest",
        &["assembly", "clock", "document", "journal", "store", "trace"],
    ),
    line(
        "query",
        &[
            "assembly",
            "clock",
            "document",
            "filter",
            "ingest",
            "sampling",
            "service-graph",
            "stats",
            "store",
            "trace",
            "wire",
        ],
    ),
    line("receiver", &["clock", "document", "ingest"]),
    line("console", &[]),
    line(
        "api",
        &[
            "clock", "console", "document", "ingest", "query", "sampling", "settings", "wire",
        ],
    ),
    Line {
        name: "roentgen",
        may_use: MayUse::Anything,
    },
];

/// A technology and the crates that may touch it. `arrow` stands for `arrow-array` and its other parts too.
const DOORS: &[(&str, &[&str])] = &[
    ("arrow", &["block"]),
    ("axum", &["api"]),
    ("clap", &["roentgen"]),
    ("figment", &["roentgen"]),
    ("getrandom", &["clock"]),
    ("object_store", &["block", "store"]),
    ("parquet", &["block"]),
    ("sqlx", &["catalog"]),
    ("ureq", &["roentgen"]),
];

const SECTIONS: [&str; 2] = ["dependencies", "build-dependencies"];

/// Compares every manifest below `crates/` with the table and the doors.
pub fn check(tree: &Tree, table: &[Line]) -> Vec<Problem> {
    let renamed = renamed_in_workspace(tree);
    let manifests: Vec<&str> = tree.below("crates/").filter(|path| is_manifest(path)).collect();
    let ours: BTreeSet<&str> = manifests
        .iter()
        .filter_map(|path| path.split('/').nth(1))
        .collect();
    let mut problems = Vec::new();
    for path in manifests {
        let crate_name = path.split('/').nth(1).unwrap_or_default();
        match tree.text(path).and_then(|text| text.parse::<Table>().ok()) {
            Some(manifest) => {
                let used = used_by(&manifest, &renamed);
                let named = |text| Problem::new(path, text);
                problems.extend(
                    broken_arrows(crate_name, &used, &ours, table)
                        .into_iter()
                        .map(named),
                );
                problems.extend(forced_doors(crate_name, &used).into_iter().map(named));
            }
            None => problems.push(Problem::new(path, "is not a manifest that can be read as TOML")),
        }
    }
    problems
}

fn is_manifest(path: &str) -> bool {
    path.split('/').count() == 3 && path.ends_with("/Cargo.toml")
}

fn broken_arrows(
    crate_name: &str,
    used: &BTreeSet<String>,
    ours: &BTreeSet<&str>,
    table: &[Line],
) -> Vec<String> {
    let Some(line) = table.iter().find(|line| line.name == crate_name) else {
        return vec![format!("crate `{crate_name}` is not in the table; {REMEDY}")];
    };
    let MayUse::These(allowed) = line.may_use else {
        return Vec::new();
    };
    let is_ours = |name: &str| ours.contains(name) || table.iter().any(|line| line.name == name);
    let wrong = used
        .iter()
        .filter(|name| is_ours(name) && !allowed.contains(&name.as_str()));
    wrong
        .map(|name| format!("`{crate_name}` may not use `{name}`; turn the arrow round or {REMEDY}"))
        .collect()
}

fn forced_doors(crate_name: &str, used: &BTreeSet<String>) -> Vec<String> {
    let mut forced = Vec::new();
    for name in used {
        let door = DOORS.iter().find(|(technology, _)| is_part_of(name, technology));
        if let Some((technology, doors)) = door
            && !doors.contains(&crate_name)
        {
            let doors = doors.join("` and `");
            forced.push(format!(
                "`{name}` is used only in `{doors}`, the door of `{technology}`; ask that crate, or {REMEDY}"
            ));
        }
    }
    forced
}

fn is_part_of(name: &str, technology: &str) -> bool {
    name.strip_prefix(technology)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// The crates that a manifest uses, tests apart, under their real names.
fn used_by(manifest: &Table, renamed: &Table) -> BTreeSet<String> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let for_targets = targets
        .into_iter()
        .flat_map(|targets| targets.values().filter_map(Value::as_table));
    let mut used = BTreeSet::new();
    for place in std::iter::once(manifest).chain(for_targets) {
        for section in SECTIONS
            .iter()
            .filter_map(|section| place.get(*section)?.as_table())
        {
            used.extend(section.iter().map(|(key, value)| {
                real_name(value)
                    .or_else(|| renamed.get(key).and_then(real_name))
                    .unwrap_or(key)
                    .to_owned()
            }));
        }
    }
    used
}

fn real_name(dependency: &Value) -> Option<&str> {
    dependency.get("package")?.as_str()
}

fn renamed_in_workspace(tree: &Tree) -> Table {
    let root = tree
        .text("Cargo.toml")
        .and_then(|text| text.parse::<Table>().ok())
        .unwrap_or_default();
    let shared = root
        .get("workspace")
        .and_then(|workspace| workspace.get("dependencies"));
    shared.and_then(Value::as_table).cloned().unwrap_or_default()
}

const REMEDY: &str = "add it to the table in xtask/src/tidy/arrows.rs together with a record in docs/adr";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::testkit::SampleTree;

    const SMALL: &[Line] = &[
        line("clock", &[]),
        line("document", &["clock"]),
        line("api", &["document"]),
    ];

    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        let sample = SampleTree::new(files);
        check(&sample.tree(), SMALL)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn an_arrow_of_the_table_is_fine_and_tests_may_use_anything() {
        let manifest = "[dependencies]\nclock.workspace = true\nserde = \"1\"\n[dev-dependencies]\napi = {}\nsqlx = \"0\"\n";
        let files = [
            ("crates/document/Cargo.toml", manifest),
            ("crates/clock/Cargo.toml", ""),
        ];
        assert_eq!(problems(&files), [""; 0]);
    }

    #[test]
    fn an_arrow_that_the_table_does_not_have_is_named() {
        let found = problems(&[(
            "crates/clock/Cargo.toml",
            "[dependencies]\ndocument.workspace = true\n",
        )]);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with("crates/clock/Cargo.toml: `clock` may not use `document`"),
            "{found:?}"
        );
    }

    #[test]
    fn an_arrow_cannot_hide_behind_another_name_a_target_or_a_build_script() {
        let root = "[workspace.dependencies]\ninnocent = { path = \"crates/api\", package = \"api\" }\n";
        let hidden = [
            "[dependencies]\nnice = { path = \"../api\", package = \"api\" }\n",
            "[dependencies]\ninnocent.workspace = true\n",
            "[target.'cfg(unix)'.dependencies]\napi.workspace = true\n",
            "[build-dependencies]\napi.workspace = true\n",
        ];
        for manifest in hidden {
            let found = problems(&[("Cargo.toml", root), ("crates/document/Cargo.toml", manifest)]);
            assert_eq!(found.len(), 1, "{manifest}");
        }
    }

    #[test]
    fn a_crate_without_a_line_is_named_whoever_uses_it() {
        let files = [
            ("crates/common/Cargo.toml", ""),
            (
                "crates/clock/Cargo.toml",
                "[dependencies]\ncommon.workspace = true\n",
            ),
        ];
        let found = problems(&files);
        assert_eq!(found.len(), 2);
        assert!(
            found[1].contains("crate `common` is not in the table"),
            "{found:?}"
        );
        assert!(found[0].contains("docs/adr"), "{found:?}");
    }

    #[test]
    fn a_technology_is_used_only_behind_its_door() {
        let manifest = "[dependencies]\naxum = \"0\"\narrow-array = \"60\"\narrowhead = \"1\"\n";
        assert_eq!(problems(&[("crates/document/Cargo.toml", manifest)]).len(), 2);
        assert_eq!(
            problems(&[("crates/api/Cargo.toml", "[dependencies]\naxum = \"0\"\n")]),
            [""; 0]
        );
    }

    #[test]
    fn a_manifest_that_is_no_toml_is_named() {
        assert_eq!(problems(&[("crates/clock/Cargo.toml", "[dependencies")]).len(), 1);
    }

    #[test]
    fn in_the_table_arrows_go_down_only() {
        for (at, line) in TABLE.iter().enumerate() {
            let MayUse::These(allowed) = line.may_use else {
                continue;
            };
            for name in allowed {
                let below = TABLE.iter().take(at).any(|line| line.name == *name);
                assert!(
                    below,
                    "`{}` may use `{name}`, which does not lie below it",
                    line.name
                );
            }
        }
    }
}
