//! What is pruned and what the facts alone decide, over the sample traces.

use filter::{FactFlag, FactTest, FactTime, Filter, Prune, TimeRange, Verdict, index_of};

use trace::AnnotationLimits;

use crate::samples::{HOME, matches, trace, traces};

fn filter(text: &str) -> Filter {
    text.parse().expect("a filter")
}

/// The numbers of the sample traces that a scan would have to look at.
fn admitted(text: &str) -> Vec<usize> {
    let prune = filter(text).prune();
    let is_admitted = |trace: &trace::Trace| prune.admits(&trace.facts(), &index_of(trace, HOME));
    let traces = traces();
    (1..)
        .zip(&traces)
        .filter(|(_, trace)| is_admitted(trace))
        .map(|(number, _)| number)
        .collect()
}

#[test]
fn only_traces_that_may_match_are_looked_at() {
    for (text, numbers) in [
        ("fault", &[3][..]),
        ("annotation.tier = \"gold\"", &[1, 2, 11]),
        (
            "annotation.order_total = \"149.5\" OR annotation.attempt = 2.0",
            &[2, 9],
        ),
        ("annotation.order_total > 29", &[2, 3, 11, 13]),
        ("annotation.beta", &[2, 11]),
        ("service(\"orders-api\") { fault }", &[3, 4, 13]),
        ("service() { throttle OR partial }", &[3, 6, 13]),
        (
            "service(\"orders-api\") { user = \"carol\" AND (ok OR error) }",
            &[8, 11],
        ),
        (
            "service(id(name: \"pay-fn\", type: \"AWS::Lambda::Function\"))",
            &[9],
        ),
        ("service(id(account.id: \"222222222222\"))", &[9]),
        (
            "edge(\"shop-web\", \"orders-api\") { annotation.order_total }",
            &[2, 3, 11],
        ),
        (
            "edge(id(type: \"client\"), \"orders-api\")",
            &[2, 3, 4, 8, 10, 11],
        ),
        (
            "edge(\"orders-api\", id(type: \"AWS::DynamoDB::Table\"))",
            &[2, 3, 11],
        ),
        ("http.status >= 500 OR http.status < -1", &[3]),
        ("http.status = 404 OR http.method = \"PUT\"", &[5, 11]),
        ("user != \"alice\" AND !ok", &[3, 13]),
        ("edge(\"orders-api\", \"orders-table\")", &[2, 3, 11]),
        ("message CONTAINS \"timed\"", &[4]),
        ("message CONTAINS \"\"", &[3, 4, 9, 13]),
        ("message != \"timed\"", &[3, 4, 9, 13]),
        ("annotation.tier BEGINSWITH \"go\"", &[1, 2, 11]),
        ("annotation.tier ENDSWITH \"none\"", &[]),
        (
            "service(\"orders-api\") { user BEGINSWITH \"car\" AND (ok OR error) }",
            &[8, 11],
        ),
        ("rootcause.fault.service { name ENDSWITH \"-none\" }", &[]),
        ("http.url CONTAINS \"no-such-text\" OR http.status = 404", &[5]),
        ("http.url CONTAINS \"no-such-text\"", &[]),
        ("rootcause.error", &[3, 5, 6, 9]),
        ("rootcause.fault.service { name = \"orders-api\" }", &[3, 4, 13]),
        ("rootcause.fault.json = #[{}]", &[3, 4, 13]),
        ("throttle OR error AND responsetime > 1", &[6, 9]),
        ("!(responsetime < 3 OR partial)", &[4, 8, 9, 12]),
        ("!(duration >= 0.1) AND !(fault = true)", &[5, 6, 10]),
        (
            "fault = \"maybe\" OR annotation.tier > \"big\" OR service(none) { responsetime = \"x\" }",
            &[],
        ),
    ] {
        assert_eq!(admitted(text), numbers, "{text}");
    }
}

#[test]
fn what_no_term_and_no_fact_says_prunes_nothing() {
    for text in [
        "",
        "!annotation.tier",
        "!(user = \"bob\")",
        "!(http.url CONTAINS \"x\")",
        "service() { http.url CONTAINS \"x\" }",
        "service()",
        "service() { http.url = \"x\" }",
        "edge() { fault }",
        "inferred",
        "fault OR remote",
        "group.name = \"slow\"",
        "rootcause.json = #[]",
        "!(duration = \"slow\")",
    ] {
        assert_eq!(filter(text).prune(), Prune::Every, "{text}");
    }
}

#[test]
fn times_are_pruned_exactly_as_they_are_rounded() {
    let within = |min_nanos, max_nanos| {
        Prune::Facts(FactTest::Within(
            FactTime::Response,
            TimeRange { min_nanos, max_nanos },
        ))
    };
    for (text, expected) in [
        ("responsetime > 1.2345", within(1_234_500_000, i64::MAX)),
        ("responsetime >= 1.234", within(1_233_500_000, i64::MAX)),
        ("responsetime = 1", within(999_500_000, 1_000_499_999)),
        ("responsetime < 0.001", within(0, 499_999)),
        ("responsetime <= 1e300", within(0, i64::MAX)),
        ("responsetime", within(0, i64::MAX)),
        ("responsetime = 0.0005", Prune::None),
        ("responsetime < 0", Prune::None),
        ("responsetime > 1e300", Prune::None),
        (
            "responsetime != 1",
            Prune::Any(vec![within(0, 999_499_999), within(1_000_500_000, i64::MAX)]),
        ),
        (
            "!(responsetime > 0.001)",
            Prune::Any(vec![
                Prune::Facts(FactTest::Missing(FactTime::Response)),
                within(0, 1_499_999),
            ]),
        ),
        (
            "!fault root = true",
            Prune::All(vec![
                Prune::Facts(FactTest::IsNot(FactFlag::Fault)),
                Prune::Facts(FactTest::Is(FactFlag::HasRoot)),
            ]),
        ),
    ] {
        assert_eq!(filter(text).prune(), expected, "{text}");
    }
}

#[test]
fn no_part_of_a_trace_takes_longer_than_the_trace() {
    let lasts = |min_nanos| {
        Prune::Facts(FactTest::Within(
            FactTime::Duration,
            TimeRange {
                min_nanos,
                max_nanos: i64::MAX,
            },
        ))
    };
    for (text, expected) in [
        ("service() { responsetime > 1.2345 }", lasts(1_234_500_000)),
        ("service() { duration != 1 }", lasts(0)),
        ("edge() { responsetime = 1 }", lasts(999_500_000)),
        ("edge() { duration }", lasts(0)),
        ("edge() { duration < 0 }", Prune::None),
        ("service() { !(responsetime > 3) }", Prune::Every),
        ("!service() { responsetime > 3 }", Prune::Every),
        (
            "service() { responsetime > 3 OR http.status = 500 }",
            Prune::Every,
        ),
    ] {
        assert_eq!(filter(text).prune(), expected, "{text}");
    }
}

#[test]
fn a_message_that_a_root_cause_cuts_is_not_pruned() {
    let long = "m".repeat(1_500);
    let trace = trace(&format!(
        r#"[{{"trace_id":"1-68e7780c-5b1f0c6a9d3e82774410ab9f","id":"00000000000000a1","name":"a","start_time":1,
            "end_time":2,"fault":true,"cause":{{"exceptions":[{{"id":"00000000000000e1","message":"{long}"}}]}}}}]"#
    ));
    let filter = filter(&format!(
        "rootcause.fault.exception {{ message = \"{}\" }}",
        "m".repeat(1_000)
    ));
    assert!(matches(&filter, &trace));
    assert!(filter.prune().admits(&trace.facts(), &index_of(&trace, HOME)));
}

/// Sections 4.6 of the documents and 5.3 of the summaries: of a long annotation, and of a message of a root cause, only the
/// beginning is looked at, which may end otherwise than the text of the document.
#[test]
fn a_part_of_a_text_that_is_cut_is_not_pruned() {
    let long = format!("begin{}end{}", "m".repeat(992), "t".repeat(500));
    let whole = trace(&format!(
        r#"[{{"trace_id":"1-68e7780c-5b1f0c6a9d3e82774410ab9f","id":"00000000000000a1","name":"a","start_time":1,
            "end_time":2,"fault":true,"annotations":{{"k":"{long}"}},
            "cause":{{"exceptions":[{{"id":"00000000000000e1","message":"{long}"}}]}}}}]"#
    ));
    let indexed = index_of(&whole, HOME);
    let cut = whole.with_annotations_within(&AnnotationLimits {
        keys_max: 50,
        key_characters_max: 500,
        text_characters_max: 1_000,
    });
    for tested in ["annotation.k X", "rootcause.fault.exception { message X }"] {
        for operation in ["BEGINSWITH \"begin\"", "CONTAINS \"mmend\"", "ENDSWITH \"mend\""] {
            let filter = filter(&tested.replace('X', operation));
            assert!(matches(&filter, &cut), "{filter}");
            assert!(filter.prune().admits(&cut.facts(), &indexed), "{filter}");
        }
        let absent = filter(&tested.replace('X', "ENDSWITH \"none\""));
        assert!(!absent.prune().admits(&cut.facts(), &indexed), "{absent}");
    }
}

#[test]
fn facts_decide_where_they_say_enough() {
    for text in [
        "",
        "fault OR !error AND throttle = false",
        "ok !root duration < 1.5",
        "!(responsetime > 1) OR partial != true",
        "responsetime >= \"0.12\" AND (inferred = \"maybe\" OR http.status = \"4xx\" OR annotation.a CONTAINS 5)",
    ] {
        for (number, trace) in (1..).zip(traces()) {
            let expected = if matches(&filter(text), &trace) {
                Verdict::Yes
            } else {
                Verdict::No
            };
            assert_eq!(
                filter(text).judge(&trace.facts()),
                expected,
                "{text}: trace {number}"
            );
        }
    }
}

#[test]
fn documents_decide_what_facts_do_not_say() {
    let traces = traces();
    let verdict = |text: &str, number: usize| filter(text).judge(&traces[number - 1].facts());
    for (text, number, expected) in [
        ("fault AND annotation.a", 3, Verdict::Unknown),
        ("fault AND annotation.a", 1, Verdict::No),
        ("fault OR service()", 3, Verdict::Yes),
        ("fault OR service()", 1, Verdict::Unknown),
        ("!(fault AND inferred)", 1, Verdict::Yes),
        ("http.url OR http.status", 13, Verdict::No),
        ("http.url", 1, Verdict::Unknown),
        ("user", 13, Verdict::Unknown),
        ("rootcause.responsetime.entity { remote }", 8, Verdict::No),
        ("rootcause.fault", 8, Verdict::Unknown),
        ("group.name = slow", 4, Verdict::Unknown),
    ] {
        assert_eq!(verdict(text, number), expected, "{text}: trace {number}");
    }
}
