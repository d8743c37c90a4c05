//! Fields, limits and blocks: segment-documents.md 1 to 6.

use super::{TRACE, one, refused, segment_with, take, two_of};
use crate::render::{Dress, Source};
use crate::{
    Accepted, AnnotationValue, Cause, Class, ErrorCode, Exception, Flags, Kind, Limits, Namespace, Progress,
    Segment, TextMember, accept,
};

/// The members of the document's own entity as they are returned.
fn returned(segment: &Segment) -> String {
    let mut out = String::new();
    Source::of(segment).members(&mut out, 0, Dress::default());
    out + "}"
}

/// A valid subsegment sent on its own, with these members besides.
fn subsegment_with(changes: &[(&str, &str)]) -> String {
    let mut all = vec![("type", "\"subsegment\""), ("parent_id", "\"9c0d5e7f1a2b3c4d\"")];
    all.extend(changes);
    segment_with(&all)
}

/// The names of the members that are returned of a segment or subsegment, those that it must have left out.
fn members_returned(document: &str) -> Vec<String> {
    let text = returned(&one(document));
    let value: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
    let always = ["id", "name", "start_time", "end_time"];
    value
        .keys()
        .filter(|key| !always.contains(&key.as_str()))
        .cloned()
        .collect()
}

/// segment-documents.md 1 and 7, row 1: 65,536 bytes are taken, one more is not.
#[test]
fn the_largest_document_is_taken() {
    let empty = segment_with(&[("metadata", "{\"m\":\"\"}")]).len();
    for (over, is_taken) in [(0, true), (1, false)] {
        let text = "x".repeat(65_536 + over - empty);
        let document = segment_with(&[("metadata", &format!("{{\"m\":\"{text}\"}}"))]);
        let mut accepted = Accepted::default();
        accept(&document.clone().into(), &Limits::default(), &mut accepted);
        assert_eq!(accepted.segments.len() == 1, is_taken, "{}", document.len());
        if let Some(refusal) = accepted.unprocessed.first() {
            assert_eq!((refusal.code, &refusal.id), (ErrorCode::DocumentTooLarge, &None));
        }
    }
}

/// segment-documents.md 2 and 7, row 7: letters and digits of any script, white space and these signs.
#[test]
fn names_hold_letters_of_any_script_and_some_signs() {
    for name in [
        "shop",
        "주문 서비스",
        "añb",
        "٣",
        "a_.:/%&#=+\\\\-@b",
        "db@host",
        "## handler",
        "a\\u00e9",
    ] {
        let quoted = format!("\"{name}\"");
        assert_eq!(
            take(&segment_with(&[("name", &quoted)])).segments.len(),
            1,
            "{name}"
        );
    }
    for sign in "$?;*()!~^<>,'|{}[]`".chars() {
        let quoted = format!("\"a{sign}b\"");
        assert_eq!(
            refused(&segment_with(&[("name", &quoted)])).1,
            "InvalidName",
            "{sign}"
        );
    }
}

/// segment-documents.md 2: forms of a time, and of being finished.
#[test]
fn times_are_numbers_in_any_form_of_json() {
    let start = |text: &str| one(&segment_with(&[("start_time", text)])).top().start.as_nanos();
    assert_eq!(start("1760000012"), 1_760_000_012_000_000_000);
    assert_eq!(start("1760000012.104518"), 1_760_000_012_104_518_000);
    assert_eq!(start("1.760000012345E9"), 1_760_000_012_345_000_000);
    assert_eq!(start("1.760000012345e+9"), 1_760_000_012_345_000_000);
    let ended = one(&segment_with(&[("in_progress", "false")]));
    assert!(ended.top().is_complete(), "Python keeps in_progress: false");
    assert_eq!(one(&segment_with(&[("type", "\"segment\"")])).entities().len(), 1);
}

/// settled.md 4: a time outside 0 to 2^63 - 1 nanoseconds counts as not a number; any other is taken.
#[test]
fn settled_4_a_time_that_does_not_fit_is_no_number() {
    for time in ["-0.5", "9223372036.854775808", "1e300"] {
        assert_eq!(
            refused(&segment_with(&[("start_time", time)])).1,
            "MissingStartTime",
            "{time}"
        );
        assert_eq!(
            refused(&segment_with(&[("end_time", time)])).1,
            "MissingEndTime",
            "{time}"
        );
    }
    for time in ["0", "9223372036.854775807"] {
        assert_eq!(
            take(&segment_with(&[("start_time", time)])).segments.len(),
            1,
            "{time}"
        );
    }
}

/// settled.md 18 and segment-documents.md 5: the placeholder trace id is refused, placeholder entity ids are not;
/// the time in a trace id is not looked at, and either case is stored as lower case.
#[test]
fn settled_18_placeholder_ids() {
    let trace = |id: &str| take(&segment_with(&[("trace_id", id)]));
    assert_eq!(
        trace("\"1-00000000-000000000000000000000000\"").unprocessed[0].code,
        ErrorCode::InvalidTraceId
    );
    assert_eq!(trace("\"1-00000000-000000000000000000000001\"").segments.len(), 1);
    let upper = trace("\"1-FFFFFFFF-ABCDEFABCDEFABCDEFABCDEF\"");
    assert_eq!(
        upper.segments[0].trace_id.to_string(),
        "1-ffffffff-abcdefabcdefabcdefabcdef"
    );
    assert_eq!(
        take(&segment_with(&[("id", "\"0000000000000000\"")]))
            .segments
            .len(),
        1
    );
}

/// settled.md 24 and segment-documents.md 7: `parent_id: ""` is none; a malformed one is refused on both kinds.
#[test]
fn settled_24_a_malformed_parent_is_refused() {
    for parent in ["\"xyz\"", "7", "\"00000000000000000\""] {
        let parent = ("parent_id", parent);
        assert_eq!(refused(&segment_with(&[parent])).1, "InvalidParentId");
        assert_eq!(refused(&subsegment_with(&[parent])).1, "InvalidParentId");
    }
    assert_eq!(one(&segment_with(&[("parent_id", "\"\"")])).top().parent, None);
    assert_eq!(one(&segment_with(&[("parent_id", "null")])).top().parent, None);
}

/// segment-documents.md 2 and 3: what belongs to one kind only is dropped on the other, and so is what is unknown.
#[test]
fn each_kind_keeps_its_own_members() {
    let all = [
        ("origin", "\"AWS::EC2::Instance\""),
        ("user", "\"u\""),
        ("resource_arn", "\"arn:aws:x\""),
        ("service", "{\"version\":\"1\"}"),
        ("namespace", "\"remote\""),
        ("sql", "{\"user\":\"u\"}"),
        ("precursor_ids", "[\"9c0d5e7f1a2b3c4d\"]"),
        ("metadata", "{\"free\":[1]}"),
        ("inferred", "true"),
        ("Dummy", "false"),
        ("notTraced", "false"),
        ("traced", "true"),
        ("error", "true"),
        ("fault", "false"),
    ];
    let mut segment = members_returned(&segment_with(&all));
    segment.sort();
    assert_eq!(
        segment,
        ["error", "metadata", "origin", "resource_arn", "service", "user"]
    );
    let mut subsegment = members_returned(&subsegment_with(&all));
    subsegment.sort();
    assert_eq!(
        subsegment,
        ["error", "metadata", "namespace", "precursor_ids", "sql"]
    );
    let entity = one(&segment_with(&all));
    assert_eq!(
        (entity.top().namespace, entity.top().has_sql),
        (Namespace::Local, false)
    );
    let entity = one(&subsegment_with(&all));
    for member in [TextMember::Origin, TextMember::User, TextMember::ResourceArn] {
        assert_eq!(entity.top().text(member), None, "{member:?}");
    }
}

/// segment-documents.md 3: Python's `local` is no namespace, and an unknown one neither.
#[test]
fn only_two_namespaces_make_a_call() {
    for (sent, expected) in [
        ("\"aws\"", Namespace::Aws),
        ("\"remote\"", Namespace::Remote),
        ("\"local\"", Namespace::Local),
        ("\"other\"", Namespace::Local),
        ("7", Namespace::Local),
    ] {
        let segment = one(&subsegment_with(&[("namespace", sent)]));
        assert_eq!(segment.top().namespace, expected, "{sent}");
        assert_eq!(
            returned(&segment).contains("namespace"),
            expected != Namespace::Local
        );
    }
}

/// segment-documents.md 3: nesting says who the parent is; what is redundant below is dropped.
#[test]
fn nesting_is_trusted_not_the_parent_that_is_named() {
    let nested = format!(
        r#"[{{"id":"00000000000000b1","name":"b","start_time":1,"end_time":2,"type":"subsegment","trace_id":"{TRACE}","parent_id":"2f8b6d1c9a4e7035",
            "subsegments":[{{"id":"00000000000000c1","name":"c","start_time":1,"end_time":2,"type":"odd","trace_id":7,"parent_id":"2f8b6d1c9a4e7035"}}]}}]"#
    );
    let segment = one(&segment_with(&[("subsegments", &nested)]));
    let parents: Vec<_> = segment
        .entities()
        .map(|entity| entity.parent.map(|id| id.to_string()))
        .collect();
    assert_eq!(
        parents,
        [
            None,
            Some("2f8b6d1c9a4e7035".into()),
            Some("00000000000000b1".into())
        ]
    );
    let mut out = String::new();
    Source::of(&segment).members(&mut out, 2, Dress::default());
    assert_eq!(
        out,
        r#"{"id":"00000000000000c1","name":"c","start_time":1,"end_time":2"#
    );
}

/// segment-documents.md 4.1: empty texts, a missing request, and integers that are sent as something else.
#[test]
fn http_is_read_from_what_clients_really_send() {
    let http = |text: &str| one(&segment_with(&[("http", text)]));
    let empty = http(r#"{"request":{"url":"","method":"","user_agent":"","client_ip":""}}"#);
    for member in [
        TextMember::HttpUrl,
        TextMember::HttpMethod,
        TextMember::HttpUserAgent,
        TextMember::HttpClientIp,
    ] {
        assert_eq!(empty.top().text(member), None, "{member:?}");
    }
    assert_eq!(empty.top().http_status, None);
    assert_eq!(
        http(r#"{"response":{"status":200}}"#).top().http_status,
        Some(200)
    );
    let list = http(r#"{"request":{"client_ip":"10.0.0.1, 10.0.0.2","x_forwarded_for":true}}"#);
    let address = list.top().text(TextMember::HttpClientIp);
    assert_eq!(address, Some("10.0.0.1, 10.0.0.2"));
    for (sent, status) in [
        ("\"404\"", Some(404)),
        ("404.0", Some(404)),
        ("\"404.0\"", Some(404)),
        ("4.04e2", Some(404)),
        ("\"\"", None),
        ("\"no\"", None),
        ("true", None),
    ] {
        let sent = format!(r#"{{"response":{{"status":{sent},"content_length":-1,"x":"kept"}}}}"#);
        let segment = one(&segment_with(&[("http", &sent)]));
        assert_eq!(segment.top().http_status, status, "{sent}");
        let printed = status.map_or(String::new(), |status| format!(r#""status":{status},"#));
        let expected = format!(r#""http":{{"response":{{{printed}"content_length":-1,"x":"kept"}}}}"#);
        assert!(
            returned(&segment).contains(&expected),
            "{sent}: {}",
            returned(&segment)
        );
    }
    let odd = one(&segment_with(&[("http", r#"{"request":7,"response":[]}"#)]));
    assert!(returned(&odd).contains(r#""http":{}"#));
}

/// segment-documents.md 3 and 8.4: `traced` is taken inside the request and above it, and told to nobody.
#[test]
fn traced_is_taken_and_not_returned() {
    let request = r#"{"request":{"traced":true,"url":"https://a"}}"#;
    let segment = one(&subsegment_with(&[
        ("http", request),
        ("traced", "true"),
        ("namespace", "\"remote\""),
    ]));
    assert!(!returned(&segment).contains("traced"));
    assert!(returned(&segment).contains(r#"{"request":{"url":"https://a"}}"#));
}

/// segment-documents.md 4.3: unknown keys stay, a client's `resource_names` does not.
#[test]
fn aws_keeps_unknown_keys() {
    let aws = r#"{"operation":"Invoke","log_type":"Tail","consistent_read":true,"x":{"y":[1]},"resource_names":["mine"]}"#;
    let segment = one(&subsegment_with(&[("aws", aws), ("namespace", "\"aws\"")]));
    let expected = r#""aws":{"operation":"Invoke","log_type":"Tail","consistent_read":true,"x":{"y":[1]}}"#;
    assert!(returned(&segment).contains(expected), "{}", returned(&segment));
}

/// segment-documents.md 4.5: texts longer than 250 characters stay whole.
#[test]
fn long_queries_are_not_cut() {
    let query = "SELECT ".repeat(100);
    let sql = format!(r#"{{"sanitized_query":"{query}"}}"#);
    let segment = one(&subsegment_with(&[("sql", &sql), ("namespace", "\"remote\"")]));
    assert!(segment.top().has_sql && returned(&segment).contains(&sql));
}

/// segment-documents.md 4.6: values of another type are dropped, odd keys and long values are kept.
#[test]
fn annotations_are_texts_numbers_and_booleans() {
    let long = "가".repeat(1_001);
    let sent = format!(
        r#"{{"list":[1],"map":{{}},"none":null,"a.b:c-d":1,"twice":1,"text":"{long}","huge":1e999,"yes":true,"twice":2}}"#
    );
    let segment = one(&segment_with(&[("annotations", &sent)]));
    let expected = [
        ("a.b:c-d", AnnotationValue::Number(1.0)),
        ("text", AnnotationValue::Text("가".repeat(1_000).into())),
        ("yes", AnnotationValue::Boolean(true)),
        ("twice", AnnotationValue::Number(2.0)),
    ];
    assert!(segment.top().annotations().eq(expected), "{segment:?}");
    let kept = format!(r#""annotations":{{"a.b:c-d":1,"text":"{long}","huge":1e999,"yes":true,"twice":2}}"#);
    assert!(returned(&segment).contains(&kept));
}

/// segment-documents.md 2 to 4 and 6: a text may be sent with escapes, in whatever place, on its own or in an array.
#[test]
fn texts_with_escapes_are_read_as_what_they_stand_for() {
    let nested = r#"[{"id":"00000000000000b1","name":"\u00e9 b","start_time":1,"end_time":2,"namespace":"\u0061ws",
        "aws":{"operation":"Put\u0049tem","table_name":"a\/b"}}]"#;
    let document = segment_with(&[
        ("name", r#""K\u00f6ln""#),
        ("origin", r#""AWS::\u0045C2""#),
        (
            "http",
            r#"{"request":{"url":"http:\/\/a\/\ud83d\ude00","method":"GET"}}"#,
        ),
        ("annotations", r#"{"k\u0065y":"a\tb","plain":"c","n\u0075":7}"#),
        (
            "cause",
            r#"{"exceptions":[{"id":"e","type":"T\"","message":"\\m"}]}"#,
        ),
        ("subsegments", nested),
    ]);
    let in_array = take(&format!(r#"[{document}, {document}]"#)).segments;
    for segment in [&one(&document), &in_array[0], &in_array[1]] {
        let [top, call] = two_of(segment);
        assert_eq!((top.name(), call.name()), ("Köln", "é b"));
        assert_eq!(top.text(TextMember::Origin), Some("AWS::EC2"));
        assert_eq!(top.text(TextMember::HttpUrl), Some("http://a/😀"));
        assert_eq!(top.text(TextMember::HttpMethod), Some("GET"));
        assert!(top.annotations().eq([
            ("key", AnnotationValue::Text("a\tb".into())),
            ("plain", AnnotationValue::Text("c".into())),
            ("nu", AnnotationValue::Number(7.0)),
        ]));
        let exception = Exception {
            id: Some("e"),
            name: "T\"",
            message: "\\m",
        };
        assert!(top.exceptions().eq([exception]));
        assert_eq!(call.namespace, Namespace::Aws);
        assert_eq!(call.text(TextMember::Operation), Some("PutItem"));
        assert_eq!(call.text(TextMember::TableName), Some("a/b"));
        assert_eq!(call.text(TextMember::BucketName), None);
    }
}

/// segment-documents.md 4.6 and settled.md 24: limits count characters, however those were sent.
#[test]
fn long_texts_with_escapes_are_cut_at_their_characters() {
    let escaped = |characters| format!("\"{}\"", r"\uac00".repeat(characters));
    let annotations = format!(r#"{{"a":{},"b":"after"}}"#, escaped(1_001));
    let segment = one(&segment_with(&[
        ("name", &escaped(201)),
        ("annotations", &annotations),
    ]));
    assert_eq!(segment.top().name(), "가".repeat(200));
    assert!(segment.top().annotations().eq([
        ("a", AnnotationValue::Text("가".repeat(1_000).into())),
        ("b", AnnotationValue::Text("after".into())),
    ]));
}

/// segment-documents.md 6: throttle, then fault, then error; flags only, stored as sent.
#[test]
fn the_class_is_the_first_flag_that_holds() {
    let class = |error, throttle, fault| {
        Flags {
            error,
            throttle,
            fault,
        }
        .class()
    };
    let classes = [
        (class(false, false, false), Class::Ok),
        (class(true, false, false), Class::Error),
        (class(false, true, false), Class::Throttle),
        (class(true, true, false), Class::Throttle),
        (class(false, false, true), Class::Fault),
        (class(true, false, true), Class::Fault),
        (class(false, true, true), Class::Throttle),
        (class(true, true, true), Class::Throttle),
    ];
    for (found, expected) in classes {
        assert_eq!(found, expected);
    }
    let status = one(&segment_with(&[("http", r#"{"response":{"status":503}}"#)]));
    assert_eq!(status.top().flags, Flags::default(), "a status is no flag");
}

/// segment-documents.md 6: what runtimes leave out of exceptions or send as `null`, and what Java adds.
#[test]
fn exceptions_of_every_runtime_are_read() {
    let cause = r#"{"message":"outer","id":"51ce0000deadbea7","exceptions":[{"message":null,"type":"T","stack":[]},
        {"id":"e","stack":[{"path":null,"line":null,"label":"f"}]},{},7]}"#;
    let segment = one(&segment_with(&[("cause", cause)]));
    assert_eq!(segment.top().cause(), Cause::Exceptions);
    let read: Vec<_> = segment
        .top()
        .exceptions()
        .map(|exception| (exception.id, exception.name, exception.message))
        .collect();
    assert_eq!(read, [(None, "T", ""), (Some("e"), "", ""), (None, "", "")]);
    let kept = r#""cause":{"message":"outer","id":"51ce0000deadbea7","exceptions":[{"message":null,"type":"T"},{"id":"e","stack":[{"path":null,"line":null,"label":"f"}]},{},7]}"#;
    assert!(returned(&segment).contains(kept), "{}", returned(&segment));
}

/// segment-documents.md 2: links are kept on both kinds of entity.
#[test]
fn links_are_returned() {
    let links = ("links", r#"[{"trace_id":"x","id":"y","attributes":{"a":1}}]"#);
    for document in [segment_with(&[links]), subsegment_with(&[links])] {
        assert!(
            returned(&one(&document)).contains(r#""links":[{"trace_id":"x","id":"y","attributes":{"a":1}}]"#)
        );
    }
}

/// segment-documents.md 7: `in_progress` of any other type is none.
#[test]
fn only_true_is_in_progress() {
    let end = ("end_time", "");
    assert_eq!(
        one(&segment_with(&[end, ("in_progress", "true")])).top().progress,
        Progress::Running
    );
    for sent in ["\"true\"", "1", "null", "false"] {
        assert_eq!(
            refused(&segment_with(&[end, ("in_progress", sent)])).1,
            "MissingEndTime",
            "{sent}"
        );
    }
}

/// segment-documents.md 2 and 5: `type: "segment"` says nothing new, and ids of either case are stored in lower case.
#[test]
fn a_segment_may_name_its_type_and_ids_have_no_case() {
    let segment = one(&segment_with(&[
        ("type", "\"segment\""),
        ("id", "\"ABCDEF0123456789\""),
        ("parent_id", "\"00000000DEADBEEF\""),
    ]));
    let top = segment.top();
    assert_eq!(
        (top.kind, top.id.to_string()),
        (Kind::Segment, "abcdef0123456789".to_owned())
    );
    let parent = top.parent.map(|parent| parent.to_string());
    assert_eq!(parent.as_deref(), Some("00000000deadbeef"));
}
