//! Reports and their answers (`spec/sampling.md` 8.1 to 8.3).

use std::time::Duration;

use clock::Timestamp;
use proptest::prelude::*;

use crate::{AsOf, ClientId, Report, Rule, RuleBook, SamplingLimits, UnknownRule};

/// The start of a minute that divides by two and three, so that the first client has the first turn.
const START: Timestamp = Timestamp::from_seconds(1_767_225_600);

fn at(second: u64) -> Timestamp {
    START + Duration::from_secs(second)
}

fn book(reservoir_size: u32) -> RuleBook {
    let default = Rule::default_rule("us-east-1", "000000000000");
    RuleBook::new(vec![
        Rule {
            name: "checkout".into(),
            reservoir_size,
            fixed_rate: 0.1,
            ..default.clone()
        },
        default,
    ])
}

fn client(letter: &str) -> ClientId {
    format!("{letter:0>24}").parse().expect("24 characters")
}

fn report(letter: &str, requests: u64) -> Report<'static> {
    Report {
        rule_name: "checkout",
        client_id: client(letter),
        requests,
        sampled: 0,
        borrowed: 0,
    }
}

fn quota(book: &mut RuleBook, report: &Report<'_>, second: u64) -> u32 {
    book.report(report, at(second))
        .expect("a known rule")
        .reservoir_quota
}

#[test]
fn section_8_1_the_first_answer_has_quota_and_time_to_live() {
    let target = book(6).report(&report("a", 240), at(0)).expect("a known rule");
    assert_eq!(
        (&*target.rule_name, target.fixed_rate, target.reservoir_quota),
        ("checkout", 0.1, 6)
    );
    assert_eq!(
        (target.quota_ttl, target.interval),
        (at(300), Duration::from_secs(10))
    );
}

#[test]
fn section_8_1_an_unknown_rule_has_no_target() {
    let gone = Report {
        rule_name: "gone",
        ..report("a", 3)
    };
    let answers = book(6).report_all(&[report("a", 240), gone], at(0));
    assert!(answers[0].is_ok());
    assert_eq!(answers[1], Err(UnknownRule));
}

#[test]
fn section_8_1_contradicting_counts_pass_silently() {
    let odd = Report {
        sampled: 90,
        borrowed: 80,
        ..report("a", 3)
    };
    let mut book = book(6);
    assert!(book.report(&odd, at(0)).is_ok());
    let summary = &book.summaries(at(10))[0];
    assert_eq!((summary.requests, summary.sampled, summary.borrowed), (3, 3, 3));
}

#[test]
fn section_8_1_two_reports_of_one_client_in_one_call_are_added_together() {
    let mut together = book(10);
    quota(&mut together, &report("b", 1_000), 0);
    let answers = together.report_all(&[report("a", 20), report("a", 30)], at(0));
    assert_eq!(answers[0], answers[1]);
    let mut at_once = book(10);
    quota(&mut at_once, &report("b", 1_000), 0);
    assert_eq!(answers[0], at_once.report(&report("a", 50), at(0)));
}

#[test]
fn section_8_1_demand_grows_at_once_and_falls_by_half() {
    let mut book = book(100);
    let quotas = |book: &mut RuleBook, requests, second| {
        quota(book, &report("b", 10_000), second);
        quota(book, &report("a", requests), second)
    };
    assert_eq!(quotas(&mut book, 80, 0), 8, "80 in the assumed ten seconds");
    assert_eq!(quotas(&mut book, 400, 10), 40);
    assert_eq!(quotas(&mut book, 0, 20), 20);
    assert_eq!(quotas(&mut book, 0, 30), 10);
    assert_eq!(quotas(&mut book, 150, 35), 30, "150 in five seconds");
    assert_eq!(
        quotas(&mut book, 900, 335),
        15,
        "no period counts as longer than a minute"
    );
}

#[test]
fn section_8_2_client_ids_compare_without_case() {
    let mut book = book(10);
    quota(&mut book, &report("abc", 1_000), 0);
    assert_eq!(quota(&mut book, &report("ABC", 1_000), 10), 10, "still alone");
    assert_eq!("short".parse::<ClientId>(), Err(crate::MalformedClientId));
    assert!("가".repeat(24).parse::<ClientId>().is_ok());
}

#[test]
fn section_8_2_a_silent_client_loses_its_share_after_three_intervals() {
    let mut book = book(10);
    quota(&mut book, &report("a", 1_000), 0);
    assert_eq!(quota(&mut book, &report("b", 1_000), 0), 5);
    assert_eq!(quota(&mut book, &report("b", 1_000), 30), 5);
    assert_eq!(quota(&mut book, &report("b", 1_000), 31), 10);
}

#[test]
fn section_8_2_a_client_silent_for_ten_minutes_is_new_again() {
    let quota_after = |second| {
        let mut book = book(100);
        quota(&mut book, &report("a", 1_000), 0);
        quota(&mut book, &report("b", 10_000), second);
        quota(&mut book, &report("a", 0), second)
    };
    assert_eq!(quota_after(600), 50, "half of what it demanded");
    assert_eq!(quota_after(601), 1, "nothing is known of it");
}

#[test]
fn section_8_2_a_client_that_only_borrows_gets_one() {
    let mut book = book(20);
    let borrowing = Report {
        borrowed: 10,
        ..report("a", 1_000)
    };
    let mut quotas = vec![];
    for second in [0, 10, 20, 30] {
        quota(&mut book, &report("b", 50), second);
        quotas.push(quota(&mut book, &borrowing, second));
    }
    // The first report came before any quota; the two after it show that the quota is not used.
    assert_eq!(quotas, [15, 15, 1, 1]);
    assert_eq!(quota(&mut book, &report("b", 50), 40), 19);
    assert_eq!(
        quota(&mut book, &report("a", 1_000), 40),
        15,
        "it used its quota after all"
    );
}

#[test]
fn section_8_2_only_borrowing_in_spite_of_a_quota_counts() {
    let quotas = |seconds: &[u64]| -> Vec<u32> {
        let mut book = book(20);
        let borrowing = Report {
            borrowed: 10,
            ..report("a", 1_000)
        };
        let answers = seconds.iter().map(|second| {
            quota(&mut book, &report("b", 50), *second);
            quota(&mut book, &borrowing, *second)
        });
        answers.collect()
    };
    // Within an interval it may not yet have heard of its quota, and after five minutes it has none.
    assert_eq!(quotas(&[0, 5, 10, 15])[2..], [10, 1]);
    assert_eq!(quotas(&[0, 10, 400])[2..], [17]);
    assert_eq!(quotas(&[0, 10, 310])[2..], [1]);
}

#[test]
fn section_8_2_a_client_that_was_sent_nothing_may_borrow() {
    let mut book = book(0);
    let borrowing = Report {
        borrowed: 10,
        ..report("a", 1_000)
    };
    for second in [0, 10, 20, 30] {
        assert_eq!(quota(&mut book, &borrowing, second), 0);
    }
    let mut rules = book.rules().to_vec();
    rules[0].reservoir_size = 20;
    book.rules = rules;
    assert_eq!(quota(&mut book, &borrowing, 40), 20);
}

#[test]
fn section_8_2_of_too_many_clients_the_longest_silent_is_forgotten() {
    let mut book = RuleBook::with_limits(book(10).rules, SamplingLimits { clients_max: 3 });
    let quotas: Vec<u32> = [("a", 1), ("b", 0), ("c", 2), ("d", 3)]
        .map(|(letter, second)| quota(&mut book, &report(letter, 1_000), second))
        .into();
    assert_eq!(quotas, [10, 5, 4, 4], "d shares with a and c only");
    assert_eq!(
        quota(&mut book, &report("b", 20), 4),
        2,
        "b is new and wants no more; it takes the place of a"
    );
    assert_eq!(quota(&mut book, &report("a", 20), 4), 2, "and a the place of c");
}

#[test]
fn a_clock_that_is_set_back_keeps_nobody_alive() {
    let mut book = book(10);
    quota(&mut book, &report("a", 1_000), 3_600);
    assert_eq!(quota(&mut book, &report("b", 1_000), 0), 10);
    assert_eq!(quota(&mut book, &report("a", 1_000), 5), 5);
}

#[test]
fn section_8_3_a_summary_tells_of_the_last_ten_seconds_that_are_over() {
    let mut book = book(10);
    let told = |letter| Report {
        sampled: 5,
        borrowed: 2,
        ..report(letter, 100)
    };
    quota(&mut book, &told("a"), 1);
    quota(&mut book, &told("b"), 9);
    assert!(book.summaries(at(9)).is_empty(), "no window is over");
    quota(&mut book, &told("a"), 11);
    for second in [11, 19] {
        let [summary] = &book.summaries(at(second))[..] else {
            panic!("one rule is in use")
        };
        assert_eq!((&*summary.rule_name, summary.window_start), ("checkout", at(0)));
        assert_eq!(
            (summary.requests, summary.sampled, summary.borrowed),
            (200, 10, 4)
        );
    }
    assert_eq!(book.summaries(at(20))[0].window_start, at(10));
    assert_eq!(book.summaries(at(71)).len(), 1);
    assert!(book.summaries(at(72)).is_empty());
}

proptest! {
    #[test]
    fn section_8_2_after_two_rounds_the_quotas_add_up_to_the_reservoir(
        requests in prop::collection::vec(0..2_000u64, 1..20), reservoir in 0..100u32, start in 0..40u64,
    ) {
        let mut book = book(reservoir);
        let mut sum = 0;
        for round in 0..2 {
            sum = (0..).zip(&requests)
                .map(|(number, requests)| quota(&mut book, &report(&format!("{number}"), *requests), start + round * 10))
                .sum();
        }
        prop_assert_eq!(sum, reservoir);
    }

    #[test]
    fn section_8_2_two_books_with_the_same_statistics_answer_alike(
        told in prop::collection::vec((0..6u8, 0..2_000u64, 0..3u64), 1..40), reservoir in 0..100u32,
    ) {
        let (mut one, mut other) = (book(reservoir), book(reservoir));
        for (second, (letter, requests, borrowed)) in (0..).step_by(3).zip(told) {
            let report = Report { borrowed, ..report(&letter.to_string(), requests) };
            prop_assert_eq!(one.report(&report, at(second)), other.report_all(&[report], at(second)).remove(0));
        }
    }
}

fn as_of(revision: i64, second: u64) -> AsOf {
    AsOf {
        revision,
        changed: at(second),
    }
}

#[test]
fn section_5_a_change_replaces_the_rules_and_keeps_what_clients_told_of_those_that_stay() {
    let mut book = book(10);
    book.report(&report("a", 500), at(0)).expect("a known rule");
    book.report(&report("b", 10), at(0)).expect("a known rule");
    let rules: Vec<Rule> = book.rules().to_vec();
    let faster: Vec<Rule> = rules
        .iter()
        .cloned()
        .map(|rule| Rule {
            fixed_rate: 0.5,
            ..rule
        })
        .collect();
    book.replace(faster, as_of(1, 5));
    assert_eq!(book.last_modification(), at(5));
    let target = book.report(&report("a", 500), at(5)).expect("a known rule");
    assert_eq!(
        (target.fixed_rate, target.reservoir_quota),
        (0.5, 9),
        "b still has its share"
    );
    let default: Vec<Rule> = rules.iter().filter(|rule| rule.is_default()).cloned().collect();
    book.replace(default, as_of(2, 6));
    assert_eq!(book.report(&report("a", 1), at(6)), Err(UnknownRule));
    assert_eq!(book.last_modification(), at(6), "deletions count");
    book.replace(rules, as_of(3, 7));
    assert_eq!(
        quota(&mut book, &report("a", 500), 7),
        10,
        "b was forgotten with the rule"
    );
}

#[test]
fn an_older_set_of_rules_does_not_replace_a_newer_one() {
    let mut book = book(10);
    let before = book.rules().to_vec();
    book.replace(Vec::new(), as_of(2, 6));
    book.replace(before, as_of(1, 5));
    assert_eq!((book.rules(), book.last_modification()), (&[][..], at(6)));
}
