//! The table of segment-documents.md 7 and the quirks of section 9.

mod fields;
mod sdks;

use super::*;
use crate::{
    AnnotationValue, Cause, Entity, EntityId, Exception, Kind, Link, LinkKind, Namespace, Progress,
    TextMember,
};

const TRACE: &str = "1-68e7780c-5b1f0c6a9d3e82774410ab9f";

fn take(document: &str) -> Accepted {
    let mut accepted = Accepted::default();
    accept(
        &Bytes::copy_from_slice(document.as_bytes()),
        &Limits::default(),
        &mut accepted,
    );
    accepted
}

fn one(document: &str) -> Segment {
    let mut accepted = take(document);
    assert_eq!(accepted.unprocessed, vec![], "{document}");
    accepted.segments.remove(0)
}

fn two_of(segment: &Segment) -> [Entity<'_>; 2] {
    let entities: Vec<_> = segment.entities().collect();
    entities.try_into().expect("two entities")
}

/// A valid segment with some members replaced; an empty value leaves the member out.
fn segment_with(changes: &[(&str, &str)]) -> String {
    let trace = format!("\"{TRACE}\"");
    let mut members = vec![
        ("id", "\"2f8b6d1c9a4e7035\""),
        ("name", "\"shop\""),
        ("trace_id", trace.as_str()),
        ("start_time", "1760000012.104518"),
        ("end_time", "1760000012.140377"),
    ];
    for change in changes {
        members.retain(|(key, _)| key != &change.0);
        members.push(*change);
    }
    let members: Vec<String> = members
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| format!("\"{key}\":{value}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// A valid segment that embeds an object of these members.
fn embedding(members: &str) -> String {
    segment_with(&[("subsegments", &format!("[{{{members}}}]"))])
}

fn refused(document: &str) -> (Option<String>, &'static str, Subject) {
    let mut accepted = take(document);
    assert!(accepted.segments.is_empty(), "{document}");
    assert_eq!(accepted.unprocessed.len(), 1, "{document}");
    let refusal = accepted.unprocessed.remove(0);
    (refusal.id, refusal.code.name(), refusal.subject)
}

/// segment-documents.md 7, rows 2 to 13; settled.md 18 and 24.
#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn the_first_check_that_fails_decides() {
    let id = Some("2f8b6d1c9a4e7035");
    let sub = ("type", "\"subsegment\"");
    let cases: Vec<(String, Option<&str>, &str, Subject)> = vec![
        ("{".into(), None, "ParseError", Subject::Segment),
        ("{} x".into(), None, "ParseError", Subject::Segment),
        ("".into(), None, "ParseError", Subject::Segment),
        ("7".into(), None, "ParseError", Subject::Entity),
        ("\"text\"".into(), None, "ParseError", Subject::Entity),
        (
            segment_with(&[("start_time", "NaN")]),
            None,
            "ParseError",
            Subject::Segment,
        ),
        (
            segment_with(&[("type", "\"span\"")]),
            id,
            "UnknownType",
            Subject::Entity,
        ),
        (
            segment_with(&[("type", "7"), ("id", "")]),
            None,
            "UnknownType",
            Subject::Entity,
        ),
        ("[]".into(), None, "MissingId", Subject::Entity),
        (segment_with(&[("id", "")]), None, "MissingId", Subject::Segment),
        (
            segment_with(&[("id", "null")]),
            None,
            "MissingId",
            Subject::Segment,
        ),
        (
            segment_with(&[("id", "\"00000000\"")]),
            Some("00000000"),
            "InvalidId",
            Subject::Segment,
        ),
        (
            segment_with(&[("id", "12")]),
            Some("12"),
            "InvalidId",
            Subject::Segment,
        ),
        (segment_with(&[("name", "")]), id, "MissingName", Subject::Segment),
        (
            segment_with(&[("name", "\"\"")]),
            id,
            "MissingName",
            Subject::Segment,
        ),
        (
            segment_with(&[("name", "\"a$Proxy\"")]),
            id,
            "InvalidName",
            Subject::Segment,
        ),
        (
            segment_with(&[("name", "\"a?b\""), ("trace_id", "")]),
            id,
            "InvalidName",
            Subject::Segment,
        ),
        (
            segment_with(&[("trace_id", "")]),
            id,
            "MissingTraceId",
            Subject::Segment,
        ),
        (
            segment_with(&[("trace_id", "\"1-2-3\"")]),
            id,
            "InvalidTraceId",
            Subject::Segment,
        ),
        (
            segment_with(&[("trace_id", "\"1-00000000-000000000000000000000000\"")]),
            id,
            "InvalidTraceId",
            Subject::Segment,
        ),
        (
            segment_with(&[("start_time", "")]),
            id,
            "MissingStartTime",
            Subject::Segment,
        ),
        (
            segment_with(&[("start_time", "\"1760000012\"")]),
            id,
            "MissingStartTime",
            Subject::Segment,
        ),
        (
            segment_with(&[("start_time", "-1")]),
            id,
            "MissingStartTime",
            Subject::Segment,
        ),
        (
            segment_with(&[("in_progress", "true")]),
            id,
            "InProgressSegmentHasEndTime",
            Subject::Segment,
        ),
        (
            segment_with(&[sub, ("in_progress", "true")]),
            id,
            "InProgressSubsegmentHasEndTime",
            Subject::Subsegment,
        ),
        (
            segment_with(&[("end_time", "")]),
            id,
            "MissingEndTime",
            Subject::Segment,
        ),
        (
            segment_with(&[("end_time", ""), ("in_progress", "false")]),
            id,
            "MissingEndTime",
            Subject::Segment,
        ),
        (segment_with(&[sub]), id, "MissingParentId", Subject::Subsegment),
        (
            segment_with(&[sub, ("parent_id", "\"\"")]),
            id,
            "MissingParentId",
            Subject::Subsegment,
        ),
        (
            segment_with(&[sub, ("parent_id", "\"xyz\"")]),
            id,
            "InvalidParentId",
            Subject::Subsegment,
        ),
        (
            segment_with(&[("parent_id", "\"xyz\"")]),
            id,
            "InvalidParentId",
            Subject::Segment,
        ),
        (
            segment_with(&[(
                "subsegments",
                r#"[{"id":"9c0d5e7f1a2b3c4d","name":"x","start_time":1}]"#,
            )]),
            id,
            "MissingEndTime",
            Subject::Subsegment,
        ),
        (
            embedding(r#""name":"x","start_time":1,"end_time":2"#),
            id,
            "MissingId",
            Subject::Subsegment,
        ),
        (
            embedding(r#""id":"12","name":"x","start_time":1,"end_time":2"#),
            id,
            "InvalidId",
            Subject::Subsegment,
        ),
        (
            embedding(r#""id":"9c0d5e7f1a2b3c4d","name":"","start_time":1,"end_time":2"#),
            id,
            "MissingName",
            Subject::Subsegment,
        ),
        (
            embedding(r#""id":"9c0d5e7f1a2b3c4d","name":"x;y","start_time":1,"end_time":2"#),
            id,
            "InvalidName",
            Subject::Subsegment,
        ),
        (
            embedding(r#""id":"9c0d5e7f1a2b3c4d","name":"x","end_time":2"#),
            id,
            "MissingStartTime",
            Subject::Subsegment,
        ),
        (
            embedding(r#""id":"9c0d5e7f1a2b3c4d","name":"x","start_time":1,"end_time":2,"in_progress":true"#),
            id,
            "InProgressSubsegmentHasEndTime",
            Subject::Subsegment,
        ),
        // What comes first in the document decides, however deep it lies.
        (
            segment_with(&[(
                "subsegments",
                r#"[{"id":"9c0d5e7f1a2b3c4d","name":"x","start_time":1,"end_time":2,"subsegments":[{"id":"9c0d5e7f1a2b3c4e","name":"y","end_time":1}]},{"name":"z"}]"#,
            )]),
            id,
            "MissingStartTime",
            Subject::Subsegment,
        ),
        (
            segment_with(&[("subsegments", "[7]")]),
            id,
            "MissingId",
            Subject::Subsegment,
        ),
    ];
    for (document, id, code, subject) in cases {
        assert_eq!(
            refused(&document),
            (id.map(str::to_owned), code, subject),
            "{document}"
        );
    }
}

/// segment-documents.md 7, rows 1 and 2.
#[test]
fn a_document_over_the_limit_is_refused_unread() {
    let mut accepted = Accepted::default();
    accept(
        &Bytes::from(vec![b' '; 65_537]),
        &Limits::default(),
        &mut accepted,
    );
    assert_eq!(
        accepted.unprocessed.first().map(|refusal| refusal.code),
        Some(ErrorCode::DocumentTooLarge)
    );
    let bytes_that_are_no_text = Bytes::from_static(b"{\"id\":\"\xff\"}");
    accept(&bytes_that_are_no_text, &Limits::default(), &mut accepted);
    assert_eq!(
        accepted.unprocessed.last().map(|refusal| refusal.code),
        Some(ErrorCode::ParseError)
    );
}

/// segment-documents.md 7: the elements of an array are documents of their own.
#[test]
fn one_bad_document_never_costs_its_neighbours() {
    let array = format!("[{},{},7]", segment_with(&[]), segment_with(&[("name", "")]));
    let accepted = take(&array);
    assert_eq!(accepted.segments.len(), 1);
    let codes: Vec<_> = accepted.unprocessed.iter().map(|refusal| refusal.code).collect();
    assert_eq!(codes, [ErrorCode::MissingName, ErrorCode::ParseError]);
}

/// segment-documents.md 10.1.
#[test]
fn a_python_segment_is_read_whole() {
    let segment = one(include_str!(
        "../../../../fixtures/documents/10.1-python-web-request.json"
    ));
    let [web, table] = two_of(&segment);
    assert_eq!(segment.trace_id.to_string(), TRACE);
    assert_eq!(
        (web.kind, web.name(), web.http_status),
        (Kind::Segment, "catalog-api", Some(200))
    );
    assert_eq!(web.start.as_nanos(), 1_760_000_012_104_518_000);
    assert_eq!(
        web.annotations().collect::<Vec<_>>(),
        [
            ("tenant", AnnotationValue::Text("blue".into())),
            ("cache_hit", AnnotationValue::Boolean(false)),
            ("items", AnnotationValue::Number(3.0)),
        ]
    );
    assert_eq!((table.kind, table.namespace), (Kind::Subsegment, Namespace::Aws));
    assert_eq!(table.text(TextMember::TableName), Some("items"));
    assert_eq!((table.parent, table.enclosed_by), (Some(web.id), Some(0)));
    assert!(segment.text_of(table).starts_with("{\"id\":\"9c0d5e7f1a2b3c4d\""));
}

/// segment-documents.md 7, last paragraph, and 4.1.
#[test]
fn what_has_the_wrong_type_is_left_out() {
    let segment = one(&segment_with(&[
        ("http", r#"{"request":7,"response":{"status":"404"}}"#),
        ("annotations", r#"{"good":1,"list":[1],"none":null,"huge":1e999}"#),
        ("user", "7"),
        ("error", "\"true\""),
        ("cause", "[]"),
        ("aws", "\"x\""),
        ("subsegments", "{}"),
        ("parent_id", "\"\""),
        ("unknown", "{\"a\":[1,2,{}]}"),
    ]));
    let top = segment.top();
    assert_eq!(top.http_status, Some(404));
    assert!(top.annotations().eq([("good", AnnotationValue::Number(1.0))]));
    assert_eq!(
        (
            top.text(TextMember::User),
            top.flags.error,
            top.cause(),
            top.parent
        ),
        (None, false, Cause::Unknown, None)
    );
}

/// segment-documents.md 6 and settled.md 23.
#[test]
fn every_form_of_a_cause_is_known() {
    let with_cause = |text: &str| one(&segment_with(&[("cause", text)]));
    assert_eq!(
        with_cause("\"51ce0000deadbea7\"").top().cause(),
        Cause::SameException("51ce0000deadbea7")
    );
    let id: EntityId = "51ce0000deadbea7".parse().unwrap();
    assert_eq!(
        with_cause(r#"{"id":"51ce0000deadbea7","exceptions":[]}"#)
            .top()
            .cause(),
        Cause::SameSubsegment(id)
    );
    let described = with_cause(
        r#"{"working_directory":"/app","exceptions":[{"id":"a","type":"T","message":null,"stack":[{"path":null}]}]}"#,
    );
    assert_eq!(described.top().cause(), Cause::Exceptions);
    let expected = Exception {
        id: Some("a"),
        name: "T",
        message: "",
    };
    assert!(described.top().exceptions().eq([expected]));
}

/// settled.md 24 and segment-documents.md 7, row 7.
#[test]
fn long_names_are_cut() {
    let long = format!("\"{}\"", "가".repeat(300));
    assert_eq!(
        one(&segment_with(&[("name", &long)]))
            .top()
            .name()
            .chars()
            .count(),
        200
    );
    let parent = ("parent_id", "\"9c0d5e7f1a2b3c4d\"");
    let subsegment = segment_with(&[("name", &long), ("type", "\"subsegment\""), parent]);
    assert_eq!(one(&subsegment).top().name().chars().count(), 250);
}

/// settled.md 17.
#[test]
fn deep_nesting_costs_no_stack() {
    let leaf = r#"{"id":"9c0d5e7f1a2b3c4d","name":"x","start_time":1,"end_time":2"#;
    let depth = 700;
    let nested = format!(
        "[{}{}]",
        vec![leaf; depth].join(",\"subsegments\":["),
        "}]".repeat(depth - 1) + "}"
    );
    let segment = one(&segment_with(&[("subsegments", &nested)]));
    assert_eq!(segment.entities().len(), depth + 1);
    assert_eq!(
        segment.entities().last().and_then(|entity| entity.enclosed_by),
        Some(u32::try_from(depth).unwrap() - 1)
    );
    let brackets = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    assert_eq!(one(&segment_with(&[("metadata", &brackets)])).entities().len(), 1);
}

/// segment-documents.md 2 and 7: an end before the start counts as the start.
#[test]
fn unfinished_entities_run() {
    let segment = one(&segment_with(&[("end_time", ""), ("in_progress", "true")]));
    assert_eq!(segment.top().progress, Progress::Running);
    let backwards = one(&segment_with(&[("end_time", "1760000012")]));
    assert_eq!(backwards.top().response_nanos(), Some(0));
}

/// service-graph.md 4 step 8.
#[test]
fn links_that_can_be_followed_are_kept() {
    let link = |members: &str| format!(r#"{{"trace_id":"{TRACE}","id":"00000000000000E2"{members}}}"#);
    let attributes = |attributes: &str| link(&format!(r#","attributes":{{{attributes}}}"#));
    let kept = [
        link(""),
        link(r#","attributes":null"#),
        link(r#","attributes":[1]"#),
        attributes(r#""aws.xray.reserved.reference_type":"parent","aws.link.sent_time":1.5"#),
        attributes(r#""aws.xray.reserved.reference_type":"child","aws.link.sent_time":"1.5""#),
        attributes(r#""aws.xray.reserved.reference_type":null,"aws.link.sent_time":-1"#),
    ];
    let left_out = [
        attributes(r#""aws.xray.reserved.reference_type":"sibling""#),
        attributes(r#""aws.xray.reserved.reference_type":7"#),
        format!(r#"{{"trace_id":"{TRACE}"}}"#),
        format!(r#"{{"trace_id":"{TRACE}","id":"e2"}}"#),
        r#"{"id":"00000000000000e2"}"#.into(),
        r#"{"trace_id":"1-2-3","id":"00000000000000e2"}"#.into(),
        "7".into(),
        "[]".into(),
    ];
    let all = format!("[{},{}]", left_out.join(","), kept.join(","));
    let expected = |kind, sent_time| Link {
        trace_id: TRACE.parse().unwrap(),
        id: "00000000000000e2".parse().unwrap(),
        kind,
        sent_time,
    };
    let sent = clock::Timestamp::from_nanos(1_500_000_000);
    let segment = one(&segment_with(&[("links", &all)]));
    assert_eq!(
        segment.top().links(),
        [
            expected(LinkKind::Parent, None),
            expected(LinkKind::Parent, None),
            expected(LinkKind::Parent, None),
            expected(LinkKind::Parent, Some(sent)),
            expected(LinkKind::Child, None),
            expected(LinkKind::Parent, None),
        ]
    );
    assert_eq!(
        reread(&segment.text).map(|again| again.top().links().to_vec()),
        Ok(segment.top().links().to_vec())
    );
    assert_eq!(one(&segment_with(&[("links", "{}")])).top().links(), []);
    let subsegment = [
        ("links", all.as_str()),
        ("type", "\"subsegment\""),
        ("parent_id", "\"9c0d5e7f1a2b3c4d\""),
    ];
    assert_eq!(one(&segment_with(&subsegment)).top().links(), []);
}
