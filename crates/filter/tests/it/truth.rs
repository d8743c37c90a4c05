//! Which traces match (`spec/filter-expressions.md` 15).

use filter::{Filter, GroupRef};

use crate::corpus;
use crate::samples::{matches, subject, traces};

#[test]
fn the_truth_table_holds_over_the_sample_traces() {
    let traces = traces();
    let slow: Filter = "responsetime >= 3"
        .parse()
        .expect("the expression of group `slow`");
    let mut wrong = vec![];
    let rows = corpus::truth();
    // The rows of section 15 first, then more of their kind.
    assert!(rows.len() > 68);
    for row in rows {
        let filter: Filter = row.expression.parse().expect("a filter");
        let is_found = |trace| {
            let groups: &[GroupRef<'_>] = if matches(&slow, trace) { &[SLOW] } else { &[] };
            filter.matches(&subject(trace, groups))
        };
        let found: Vec<String> = traces
            .iter()
            .zip(1..)
            .filter(|(trace, _)| is_found(trace))
            .map(|(_, number)| format!("{number}"))
            .collect();
        let expected = row.matching.expect("a row names its traces");
        let numbers: Vec<&str> = expected.split(' ').filter(|word| *word != "none").collect();
        if found != numbers {
            let found = found.join(" ");
            wrong.push(format!(
                "{}\n  expected {expected}\n  found    {found}",
                row.expression
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const SLOW: GroupRef<'_> = GroupRef {
    name: "slow",
    arn: "arn:aws:xray:ap-northeast-2:111111111111:group/slow/A",
};
