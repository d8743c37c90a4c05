//! What SDKs really send: segment-documents.md 9, and the documents of section 10.

use super::{one, segment_with, take, two_of};
use crate::{Cause, Kind, Namespace, Progress, TextMember};

/// segment-documents.md 10.2 and 9: Node hoists `traced`, and says `notTraced` on every subsegment.
#[test]
fn a_streamed_call_of_node_is_read() {
    let segment = one(include_str!(
        "../../../../../fixtures/documents/10.2-node-streamed-call.json"
    ));
    let call = segment.top();
    assert_eq!((call.kind, call.namespace), (Kind::Subsegment, Namespace::Remote));
    assert!(call.flags.error && call.flags.throttle && !call.flags.fault);
    assert_eq!(
        call.parent.map(|id| id.to_string()).as_deref(),
        Some("c3d2e1f0a9b87766")
    );
}

/// segment-documents.md 10.3 and 9: Java's exponents, an exception described below and named above.
#[test]
fn a_failing_query_of_java_is_read() {
    let segment = one(include_str!(
        "../../../../../fixtures/documents/10.3-java-failing-sql.json"
    ));
    let [billing, query] = two_of(&segment);
    assert_eq!(billing.start.as_nanos(), 1_760_000_030_201_000_000);
    assert_eq!(billing.cause(), Cause::SameException("51ce0000deadbea7"));
    assert_eq!(query.cause(), Cause::Exceptions);
    let exceptions: Vec<_> = query.exceptions().collect();
    assert_eq!(exceptions[0].id, Some("51ce0000deadbea7"));
    assert_eq!(exceptions[1].message, "broken pipe");
    assert!(query.has_sql && query.flags.fault);
}

/// segment-documents.md 10.4: error and fault together are normal.
#[test]
fn a_failed_send_of_python_is_read() {
    let segment = one(include_str!(
        "../../../../../fixtures/documents/10.4-python-queue-send.json"
    ));
    let send = segment.top();
    assert!(send.flags.error && send.flags.fault);
    assert_eq!(send.http_status, Some(400));
    let queue = "https://sqs.eu-central-1.amazonaws.com/111122223333/jobs";
    assert_eq!(send.text(TextMember::QueueUrl), Some(queue));
}

/// segment-documents.md 10.5.
#[test]
fn a_segment_in_progress_and_its_completion_are_read() {
    let file = include_str!("../../../../../fixtures/documents/10.5-in-progress-then-complete.jsonl");
    let progress: Vec<_> = file.lines().map(|line| one(line).top().progress).collect();
    assert_eq!(progress[0], Progress::Running);
    assert!(matches!(progress[1], Progress::Ended(end) if end.as_nanos() == 1_760_000_171_250_000_000));
}

/// segment-documents.md 10.6: Go embeds what is still open, and names the root as everybody's parent.
#[test]
fn an_open_child_of_go_is_read() {
    let segment = one(include_str!(
        "../../../../../fixtures/documents/10.6-go-open-child.json"
    ));
    let [gateway, cleanup] = two_of(&segment);
    assert_eq!(
        (cleanup.progress, cleanup.parent),
        (Progress::Running, Some(gateway.id))
    );
    assert!(gateway.is_complete());
}

/// segment-documents.md 10.7: code in Lambda sends subsegments alone.
#[test]
fn a_subsegment_of_a_function_is_read() {
    let segment = one(include_str!(
        "../../../../../fixtures/documents/10.7-lambda-subsegment.json"
    ));
    let kinds: Vec<_> = segment
        .entities()
        .map(|entity| (entity.kind, entity.namespace))
        .collect();
    assert_eq!(kinds, [(Kind::Subsegment, Namespace::Local); 2]);
    assert_eq!(two_of(&segment)[1].parent, Some(segment.top().id));
}

/// segment-documents.md 9: .NET writes a meaningless end where nothing has ended; the duration is 0 then.
#[test]
fn an_end_of_zero_is_an_end() {
    let segment = one(&segment_with(&[("end_time", "0")]));
    assert_eq!(segment.top().response_nanos(), Some(0));
}

/// segment-documents.md 9: names that SDKs do not check are checked here.
#[test]
fn names_that_no_sdk_checks_are_refused() {
    for (name, code) in [("\"\"", "MissingName"), ("\"Proxy$12\"", "InvalidName")] {
        let refusal = take(&segment_with(&[("name", name)])).unprocessed.remove(0);
        assert_eq!(refusal.code.name(), code);
        assert_eq!(
            refusal.id.as_deref(),
            Some("2f8b6d1c9a4e7035"),
            "the daemon stops where there is no id"
        );
    }
}

/// segment-documents.md 7: an array, and what Python sends where a number is none.
#[test]
fn arrays_are_several_documents_and_nan_is_no_json() {
    let (first, second) = (segment_with(&[]), segment_with(&[("id", "\"00000000000000a1\"")]));
    let accepted = take(&format!(" [ {first} ,\n{second} ] "));
    let texts: Vec<_> = accepted
        .segments
        .iter()
        .map(|segment| segment.text.clone())
        .collect();
    assert_eq!(texts, [first, second]);
    for number in ["NaN", "Infinity", "-Infinity"] {
        let refusals = take(&segment_with(&[("metadata", &format!("{{\"x\":{number}}}"))])).unprocessed;
        assert_eq!((refusals[0].code.name(), &refusals[0].id), ("ParseError", &None));
    }
}
