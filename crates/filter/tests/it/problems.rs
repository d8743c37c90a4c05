//! What is wrong and where (`spec/filter-expressions.md` 11 and 13).

use filter::{Filter, ProblemKind};

use crate::corpus::{self, Example};

fn assert_problems(examples: Vec<Example>, kind: ProblemKind) {
    assert!(!examples.is_empty());
    let mut wrong = vec![];
    for Example {
        expression, problem, ..
    } in examples
    {
        let found = expression.parse::<Filter>().err();
        let found = found.map(|found| (found.to_string(), found.kind));
        if found != problem.clone().map(|problem| (problem, kind)) {
            wrong.push(format!(
                "{expression}\n  expected {problem:?}\n  found    {found:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn bad_syntax_is_refused_at_its_place() {
    assert_problems(corpus::bad_syntax(), ProblemKind::Syntax);
}

#[test]
fn bad_types_are_refused_at_their_place() {
    assert_problems(corpus::bad_types(), ProblemKind::Type);
}

#[test]
fn blanks_at_the_end_count() {
    let positions = ["(ok  ", "(ok\n  ", "(ok\r\n", "user = \u{3000}"].map(|text| {
        let problem = text.parse::<Filter>().expect_err("a problem");
        (problem.line, problem.position)
    });
    assert_eq!(positions, [(1, 6), (2, 3), (2, 1), (1, 9)]);
}

/// The rows of the validity table are found by the numbers in the comments.
#[test]
fn every_row_of_the_validity_table_is_in_one_file() {
    let files = [
        include_str!("../../../../fixtures/filters/valid.txt"),
        include_str!("../../../../fixtures/filters/bad_syntax.txt"),
        include_str!("../../../../fixtures/filters/bad_types.txt"),
    ];
    let comments = files
        .iter()
        .flat_map(|file| file.lines())
        .filter_map(|line| line.strip_prefix("# "));
    let mut rows: Vec<u32> = comments
        .filter_map(|comment| comment.split_once(':')?.0.parse().ok())
        .collect();
    rows.sort_unstable();
    assert_eq!(rows, (1..=85).collect::<Vec<_>>());
}
