//! What a filter needs of a trace, said to the store: terms and fields of texts become numbers, tests of facts become
//! ranges and flags.
//!
//! What is said is necessary, never sufficient: where the store has no word for a test, it is left out.

use document::Flags;
use filter::{FactFlag, FactTest, FactTime, Prune, TERM_VERSION, Term, TextTest};
use store::{Condition, TermRules, Texts};
use trace::Trace;

/// What a store is to index so that filters can prune its scans.
///
/// Terms are made for an unnamed home account, so that every account that a document names is indexed. Which account
/// is the server's own only leaves accounts out of nodes: with any `--account-id`, whatever a filter can find has its
/// term, and none is lost when the account is changed after traces were stored.
pub fn term_rules() -> TermRules {
    TermRules {
        version: TERM_VERSION,
        terms_of: |trace: &Trace| {
            let (terms, texts, places) = filter::index_of(trace, "").into_parts();
            let places = places.into_iter().map(|(field, place)| (field.bits(), place));
            (
                terms.into_iter().map(Term::bits).collect(),
                Texts::new(texts, places.collect()),
            )
        },
    }
}

/// What the store can check of it.
pub(crate) fn condition_of(prune: &Prune) -> Condition {
    match prune {
        Prune::Every => Condition::Every,
        Prune::None => Condition::None,
        Prune::Term(term) => Condition::Term(term.bits()),
        Prune::Text(TextTest { field, part, text }) => Condition::Text(store::TextTest {
            field: field.bits(),
            part: *part,
            text: text.clone(),
        }),
        Prune::Facts(test) => test_of(test),
        Prune::All(parts) => Condition::All(parts.iter().map(condition_of).collect()),
        Prune::Any(parts) => Condition::Any(parts.iter().map(condition_of).collect()),
    }
}

fn test_of(test: &FactTest) -> Condition {
    let has = |flags| {
        Condition::Facts(store::FactTest {
            root_has: flags,
            ..store::FactTest::default()
        })
    };
    let lacks = |flags| {
        Condition::Facts(store::FactTest {
            root_lacks: flags,
            ..store::FactTest::default()
        })
    };
    match test {
        FactTest::Is(FactFlag::Error) => Condition::All(vec![has(ERROR), lacks(THROTTLE)]),
        FactTest::Is(FactFlag::Throttle) => has(THROTTLE),
        FactTest::Is(FactFlag::Fault) => has(FAULT),
        FactTest::IsNot(FactFlag::Error) => Condition::Any(vec![lacks(ERROR), has(THROTTLE)]),
        FactTest::IsNot(FactFlag::Throttle) => lacks(THROTTLE),
        FactTest::IsNot(FactFlag::Fault) => lacks(FAULT),
        // A root without flags and no root look alike.
        FactTest::Is(FactFlag::Ok) | FactTest::IsNot(FactFlag::HasRoot) => lacks(ALL),
        FactTest::Is(FactFlag::HasRoot) | FactTest::IsNot(FactFlag::Ok) | FactTest::Missing(_) => {
            Condition::Every
        }
        FactTest::Is(FactFlag::Partial) | FactTest::IsNot(FactFlag::Partial) => {
            Condition::Facts(store::FactTest {
                partial: Some(*test == FactTest::Is(FactFlag::Partial)),
                ..store::FactTest::default()
            })
        }
        FactTest::Within(time, range) => {
            let range = Some(range.min_nanos..=range.max_nanos);
            Condition::Facts(match time {
                FactTime::Response => store::FactTest {
                    response: range,
                    ..store::FactTest::default()
                },
                FactTime::Duration => store::FactTest {
                    duration: range,
                    ..store::FactTest::default()
                },
            })
        }
    }
}

const NONE: Flags = Flags {
    error: false,
    throttle: false,
    fault: false,
};
const ERROR: Flags = Flags { error: true, ..NONE };
const THROTTLE: Flags = Flags {
    throttle: true,
    ..NONE
};
const FAULT: Flags = Flags { fault: true, ..NONE };
const ALL: Flags = Flags {
    error: true,
    throttle: true,
    fault: true,
};

#[cfg(test)]
mod tests {
    use filter::Filter;
    use trace::Facts;

    use super::*;

    /// Every combination of flags, partial or not, with times around a bound of 3 s.
    fn all_facts() -> Vec<Facts> {
        let times = [
            None,
            Some(0),
            Some(2_999_000_000),
            Some(3_000_000_000),
            Some(9_000_000_000),
        ];
        let mut all = vec![];
        for number in 0..18_u8 {
            let bit = |bit: u8| number >> bit & 1 == 1;
            let flags = Flags {
                error: bit(1),
                throttle: bit(2),
                fault: bit(3),
            };
            for duration_nanos in times {
                for response_nanos in times {
                    all.push(Facts {
                        duration_nanos,
                        response_nanos,
                        root: (number < 16).then_some(flags),
                        is_partial: bit(0),
                    });
                }
            }
        }
        all
    }

    #[test]
    fn what_the_store_is_told_holds_wherever_the_filter_needs_it() {
        let mut left_out = 0;
        for expression in [
            "ok",
            "!ok",
            "error",
            "!error",
            "throttle",
            "!throttle",
            "fault",
            "!fault",
            "partial",
            "!partial",
            "root",
            "!root",
            "responsetime > 3",
            "!(responsetime > 3)",
            "duration < 3 OR error",
            "!(fault duration >= 3)",
        ] {
            let filter: Filter = expression.parse().expect("a filter");
            let (prune, condition) = (filter.prune(), condition_of(&filter.prune()));
            for facts in all_facts() {
                let is_admitted = prune.admits(&facts, &filter::Indexed::default());
                let may_be_wanted = condition.may_want(&facts, (&[], &Texts::default()));
                assert!(may_be_wanted || !is_admitted, "{expression}: {facts:?}");
                left_out += usize::from(!may_be_wanted);
            }
        }
        assert!(left_out > 2_000, "{left_out}");
    }

    #[test]
    fn terms_keep_their_numbers_and_combinations_their_shape() {
        let filter: Filter = "annotation.a = \"x\" AND (service(\"b\") OR http.status = 500)"
            .parse()
            .expect("a filter");
        let Condition::All(parts) = condition_of(&filter.prune()) else {
            panic!("all of them")
        };
        let is_any = |part: &Condition| matches!(part, Condition::Any(some) if some.len() == 2);
        assert!(parts.iter().any(is_any) && parts.iter().any(|part| matches!(part, Condition::Term(_))));
    }
}
