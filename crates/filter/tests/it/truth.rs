//! Which traces match (`spec/filter-expressions.md` 15).

use filter::{Filter, ProblemKind};

use crate::corpus;
use crate::samples::{HOME, traces};

#[test]
fn the_truth_table_holds_over_the_sample_traces() {
    let traces = traces();
    let (mut wrong, mut not_supported) = (vec![], vec![]);
    let rows = corpus::truth();
    assert_eq!(rows.len(), 68);
    for row in rows {
        let filter: Filter = match row.expression.parse() {
            Ok(filter) => filter,
            Err(problem) => {
                assert_eq!(
                    problem.kind,
                    ProblemKind::NotSupportedYet,
                    "{}: {problem}",
                    row.expression
                );
                not_supported.push(row.expression);
                continue;
            }
        };
        let found: Vec<String> = traces
            .iter()
            .zip(1..)
            .filter(|(trace, _)| filter.matches(trace, HOME))
            .map(|(_, number)| format!("{number}"))
            .collect();
        let expected = row.matching.expect("a row names its traces");
        if found
            != expected
                .split(' ')
                .filter(|word| *word != "none")
                .collect::<Vec<_>>()
        {
            wrong.push(format!(
                "{}\n  expected {expected}\n  found    {}",
                row.expression,
                found.join(" ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(not_supported, NOT_SUPPORTED_YET);
}

/// The rows that wait for groups and root causes.
const NOT_SUPPORTED_YET: [&str; 10] = [
    r#"group.name = "slow" AND service("orders-api")"#,
    r#"rootcause.fault.service { name = "orders-api" }"#,
    r#"rootcause.fault.service { first and name = "orders-api" }"#,
    r#"rootcause.fault.exception { message CONTAINS "timed out" }"#,
    r#"rootcause.fault.json = #[{"ClientImpacting":false}]"#,
    r#"rootcause.error.service { inferred and last and type = "remote" }"#,
    r#"rootcause.error.entity { name = "DynamoDB" and !remote }"#,
    r#"rootcause.responsetime.entity { remote and coverage > 0.96 }"#,
    r#"rootcause.responsetime.entity { index = 1 and coverage < 0.7 }"#,
    r#"rootcause.json = #[{"Services":[{"Name":"pay-fn"},{"Name":"pay-fn"}]}]"#,
];
