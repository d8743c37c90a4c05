//! What BatchGetTraces returns: `spec/segment-documents.md` 8.3, 8.4 and 10, `spec/trace-summaries.md` 6.

use serde_json::Value;

use crate::testkit::{document, received, trace, trace_of};
use crate::{Entry, Received, Trace, inferred_segment_id};

fn texts(trace: &Trace) -> Vec<String> {
    trace
        .documents()
        .into_iter()
        .map(|entry| entry.document)
        .collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The documents of a file, a line each, or one over several lines.
fn sent(name: &str, file: &str) -> Vec<Received> {
    if name.ends_with(".jsonl") {
        (0..)
            .zip(file.lines())
            .map(|(position, line)| received(position, line))
            .collect()
    } else {
        vec![received(0, file)]
    }
}

/// The documents that are sent and returned in one of the worked examples.
macro_rules! example {
    ($sent:literal, $returned:literal) => {
        (
            $sent,
            include_str!(concat!("../../../../fixtures/documents/", $sent)),
            include_str!(concat!("../../../../fixtures/documents/", $returned)),
        )
    };
}

/// `segment-documents.md` 10.1 to 10.7, as 8.4 has them returned.
#[test]
fn the_worked_examples_come_back_in_the_processed_form() {
    let examples = [
        example!(
            "10.1-python-web-request.json",
            "10.1-python-web-request.processed.jsonl"
        ),
        example!(
            "10.2-node-streamed-call.json",
            "10.2-node-streamed-call.processed.jsonl"
        ),
        example!(
            "10.3-java-failing-sql.json",
            "10.3-java-failing-sql.processed.jsonl"
        ),
        example!(
            "10.4-python-queue-send.json",
            "10.4-python-queue-send.processed.jsonl"
        ),
        example!(
            "10.5-in-progress-then-complete.jsonl",
            "10.5-in-progress-then-complete.processed.jsonl"
        ),
        example!("10.6-go-open-child.json", "10.6-go-open-child.processed.jsonl"),
        example!(
            "10.7-lambda-subsegment.json",
            "10.7-lambda-subsegment.processed.jsonl"
        ),
    ];
    for (name, file, returned) in examples {
        let found = texts(&trace_of(sent(name, file))).join("\n");
        assert_eq!(found, returned.trim_end(), "{name}");
    }
}

/// `segment-documents.md` 10.8: the same members and values as documented; only the inferred id is our own.
#[test]
fn example_10_8_is_returned_as_documented() {
    let file = include_str!("../../../../fixtures/documents/10.1-python-web-request.json");
    let mut expected = json(include_str!(
        "../../../../fixtures/documents/10.8-as-documented.json"
    ));
    let found = trace_of(vec![received(0, file)]);
    expected[1]["id"] = Value::String("1cc517bd36ee530a".into());
    assert_eq!(
        texts(&found).iter().map(|text| json(text)).collect::<Value>(),
        expected
    );
}

/// `segment-documents.md` 10.9.
#[test]
fn example_10_9_is_inferred_as_documented() {
    let file = include_str!("../../../../fixtures/documents/10.3-java-failing-sql.json");
    let mut expected = json(include_str!(
        "../../../../fixtures/documents/10.9-as-documented.json"
    ));
    let found = trace_of(vec![received(0, file)]);
    let call = "0b5e55ed0b5e55ed".parse().expect("an id");
    expected["id"] = Value::String(inferred_segment_id(found.id(), call).to_string());
    // Numbers keep their value, not their form.
    expected["start_time"] = json("1.76000003031E9");
    expected["end_time"] = json("1.760000030911E9");
    assert_eq!(texts(&found).get(1).map(|text| json(text)), Some(expected));
}

/// `segment-documents.md` 10.9, last sentence, and 8.2: `traced` changes nothing until the callee's segment comes.
#[test]
fn a_traced_call_is_inferred_until_its_callee_comes() {
    let file = include_str!("../../../../fixtures/documents/10.2-node-streamed-call.json");
    let call = received(0, file);
    let callee = received(
        1,
        r#"{"id":"00000000000000c1","trace_id":"1-68e77814-0a1b2c3d4e5f60718293a4b5","name":"prices","start_time":1760000020.42,"end_time":1760000020.5,"parent_id":"4a6e1f0b7c8d9e21"}"#,
    );
    let alone = texts(&trace_of(vec![call.clone()]));
    assert_eq!(alone.len(), 2);
    assert!(alone[1].contains(r#""name":"prices.internal""#) && !alone[1].contains("origin"));
    let both = texts(&trace_of(vec![call, callee]));
    assert_eq!(both.len(), 2);
    assert!(both.iter().all(|text| !text.contains("inferred")), "{both:?}");
}

/// `segment-documents.md` 8.3, the table: what is inferred from a call, and the resource that both then name.
#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn every_row_of_the_table_of_inferred_segments() {
    let rows: [(&str, &str, Option<&str>, Option<&str>); 21] = [
        (
            "DynamoDB",
            r#""operation":"GetItem","table_name":"carts""#,
            Some("AWS::DynamoDB::Table"),
            Some("carts"),
        ),
        (
            "dynamodb",
            r#""operation":"GetItem","table_name":"carts""#,
            Some("AWS::DynamoDB::Table"),
            Some("carts"),
        ),
        (
            "DynamoDb",
            r#""operation":"GetItem","table_name":"carts""#,
            Some("AWS::DynamoDB::Table"),
            Some("carts"),
        ),
        (
            "DynamoDBv2",
            r#""operation":"GetItem","table_name":"carts""#,
            Some("AWS::DynamoDB::Table"),
            Some("carts"),
        ),
        (
            "AmazonDynamoDBv2",
            r#""operation":"GetItem","table_name":"carts""#,
            Some("AWS::DynamoDB::Table"),
            Some("carts"),
        ),
        // Without operation or resource the type is the subsegment's name.
        ("DynamoDB", r#""table_name":"carts""#, Some("AWS::DynamoDB"), None),
        (
            "DynamoDB",
            r#""operation":"ListTables""#,
            Some("AWS::DynamoDB"),
            None,
        ),
        (
            "SNS",
            r#""operation":"Publish","topic_arn":"arn:t""#,
            Some("AWS::SNS"),
            Some("arn:t"),
        ),
        (
            "sns",
            r#""operation":"Publish","topic_arn":"arn:t""#,
            Some("AWS::SNS"),
            Some("arn:t"),
        ),
        (
            "AmazonSNS",
            r#""operation":"Publish""#,
            Some("AWS::AmazonSNS"),
            None,
        ),
        (
            "SQS",
            r#""operation":"ReceiveMessage","queue_url":"https://q""#,
            Some("AWS::SQS::Queue"),
            Some("https://q"),
        ),
        (
            "sqs",
            r#""operation":"ReceiveMessage","queue_url":"https://q""#,
            Some("AWS::SQS::Queue"),
            Some("https://q"),
        ),
        (
            "S3",
            r#""operation":"GetObject","bucket_name":"b""#,
            Some("AWS::S3::Bucket"),
            Some("b"),
        ),
        (
            "s3",
            r#""operation":"GetObject","bucket_name":"b""#,
            Some("AWS::S3::Bucket"),
            Some("b"),
        ),
        (
            "Lambda",
            r#""operation":"Invoke","function_name":"f""#,
            Some("AWS::Lambda"),
            Some("f"),
        ),
        (
            "AWSLambda",
            r#""operation":"Invoke","function_name":"f""#,
            Some("AWS::Lambda"),
            Some("f"),
        ),
        (
            "SimpleSystemsManagement",
            r#""operation":"GetParameter""#,
            Some("AWS::SimpleSystemsManagement"),
            None,
        ),
        (
            "Events",
            r#""operation":"PutEvents","table_name":"no""#,
            Some("AWS::Events"),
            None,
        ),
        ("rekognition", "", Some("AWS::rekognition"), None),
        ("orders@db", "sql", Some("Database::SQL"), None),
        ("api.example.com", "remote", None, None),
    ];
    for (name, aws, origin, resource) in rows {
        let call = match aws {
            "sql" => r#""namespace":"remote","sql":{"database_type":"PostgreSQL"}"#.into(),
            "remote" => r#""namespace":"remote","http":{"request":{"url":"https://api.example.com"}}"#.into(),
            aws => format!(r#""namespace":"aws","aws":{{"resource_names":["sent by a client"],{aws}}}"#)
                .replace(",}", "}"),
        };
        let segment = document(
            0,
            &format!(
                r#"id:a1,"name":"a","start_time":1,"end_time":3,"subsegments":[{{id:b1,"name":"{name}","start_time":1,"end_time":2,{call}}}]"#
            ),
        );
        let found: Vec<Value> = texts(&trace(&[segment])).iter().map(|text| json(text)).collect();
        assert_eq!(found.len(), 2, "{name}");
        let (caller, inferred) = (&found[0]["subsegments"][0], &found[1]);
        assert_eq!(inferred["name"], name);
        assert_eq!(inferred["inferred"], true, "{name}");
        assert_eq!(inferred["origin"].as_str(), origin, "{name} {aws}");
        for holder in [caller, inferred] {
            assert_eq!(
                holder["aws"]["resource_names"][0].as_str(),
                resource,
                "{name} {aws}"
            );
        }
        for key in ["http", "aws", "sql"] {
            assert_eq!(inferred.get(key), caller.get(key), "{name} {key}");
        }
    }
}

/// `segment-documents.md` 8.3 and `settled.md` 22: times, flags and cause are copied, the rest is not.
#[test]
fn an_inferred_segment_holds_what_is_copied_from_its_call_and_nothing_else() {
    let segment = document(
        0,
        r#"id:a1,"name":"a","start_time":1,"end_time":3,"subsegments":[{id:b1,"name":"x","start_time":1.50,"end_time":2.5E0,"namespace":"remote","error":true,"throttle":true,"fault":false,"cause":"00000000000000ee","annotations":{"k":1},"metadata":{"m":{}},"precursor_ids":[],"subsegments":[{id:c1,"name":"deep","start_time":1,"end_time":2}]}]"#,
    );
    let whole = trace(&[segment]);
    let inferred = texts(&whole).pop().expect("an inferred segment");
    let id = inferred_segment_id(whole.id(), "00000000000000b1".parse().expect("an id"));
    assert_eq!(
        inferred,
        format!(
            r#"{{"id":"{id}","name":"x","start_time":1.50,"trace_id":"{}","end_time":2.5E0,"parent_id":"00000000000000b1","inferred":true,"error":true,"throttle":true,"cause":"00000000000000ee"}}"#,
            whole.id()
        )
    );
}

/// `settled.md` 5 and 6: inferred from completed subsegments only, but also where the owner never came.
#[test]
fn what_runs_infers_nothing_and_what_has_no_owner_does() {
    let running = document(
        0,
        r#"id:a1,"name":"a","start_time":1,"in_progress":true,"subsegments":[{id:b1,"name":"x","start_time":1,"in_progress":true,"namespace":"remote"}]"#,
    );
    assert_eq!(texts(&trace(&[running])).len(), 1);
    let orphan = document(
        0,
        r#"id:b1,"name":"x","type":"subsegment",parent:a1,"start_time":1,"end_time":2,"namespace":"remote""#,
    );
    let whole = trace(&[orphan]);
    assert_eq!(texts(&whole).len(), 2);
    assert!(whole.nodes("").is_empty(), "nodes wait for the owner");
}

/// `settled.md` 22: on queue sends only.
#[test]
fn queue_sends_have_a_queue_time() {
    let queue_time = |operation: &str| {
        let segment = document(
            0,
            &format!(
                r#"id:a1,"name":"a","start_time":1,"end_time":3,"subsegments":[{{id:b1,"name":"SQS","namespace":"aws","start_time":1.25,"end_time":2,"aws":{{"operation":"{operation}","queue_url":"Q"}}}}]"#
            ),
        );
        let inferred = texts(&trace(&[segment])).pop().expect("an inferred segment");
        json(&inferred).get("subsegments").cloned()
    };
    for operation in ["SendMessage", "SendMessageBatch", "sendMessage"] {
        let found = queue_time(operation).expect("a queue time");
        assert_eq!(found.as_array().map(Vec::len), Some(1));
        assert_eq!(found[0]["name"], "QueueTime");
        assert_eq!(
            (&found[0]["start_time"], &found[0]["end_time"]),
            (&json("1.25"), &json("2"))
        );
    }
    for operation in ["ReceiveMessage", "DeleteMessage", "GetQueueUrl"] {
        assert_eq!(queue_time(operation), None, "{operation}");
    }
}

/// `segment-documents.md` 8.1 and `trace-summaries.md` 6: nested again under its parent, at the place of its start.
#[test]
fn independent_subsegments_are_nested_again() {
    let segment = document(
        0,
        r#"id:a1,"name":"a","start_time":1,"end_time":9,"subsegments":[{id:b1,"name":"first","start_time":1,"end_time":2},{id:b3,"name":"third","start_time":5,"end_time":6}]"#,
    );
    let second = document(
        1,
        r#"id:b2,"name":"second","type":"subsegment",parent:a1,"start_time":3,"end_time":4,"namespace":"local""#,
    );
    let below = document(
        2,
        r#"id:c1,"name":"below","type":"subsegment",parent:b3,"start_time":5,"end_time":6"#,
    );
    let found = texts(&trace(&[below, second, segment]));
    assert_eq!(
        found,
        [concat!(
            r#"{"id":"00000000000000a1","name":"a","start_time":1,"trace_id":"1-68e7780c-5b1f0c6a9d3e82774410ab9f","end_time":9,"subsegments":["#,
            r#"{"id":"00000000000000b1","name":"first","start_time":1,"end_time":2},"#,
            r#"{"id":"00000000000000b2","name":"second","start_time":3,"end_time":4},"#,
            r#"{"id":"00000000000000b3","name":"third","start_time":5,"end_time":6,"subsegments":[{"id":"00000000000000c1","name":"below","start_time":5,"end_time":6}]}]}"#,
        )]
    );
}

/// `trace-summaries.md` 6: reported segments by start, detached ones as they are, then subsegments without a parent,
/// then inferred ones.
#[test]
fn segments_come_by_start_and_inferred_ones_last() {
    let documents = [
        document(
            0,
            r#"id:d1,"name":"orphan","type":"subsegment",parent:ff,"start_time":0,"end_time":1"#,
        ),
        document(1, r#"id:c1,"name":"late","start_time":5,"end_time":6"#),
        document(
            2,
            r#"id:b1,"name":"detached",parent:fe,"start_time":3,"end_time":4,"subsegments":[{id:b2,"name":"x","namespace":"remote","start_time":3,"end_time":4}]"#,
        ),
        document(3, r#"id:a1,"name":"early","start_time":1,"end_time":2"#),
    ];
    let ids: Vec<String> = trace(&documents)
        .documents()
        .iter()
        .map(|Entry { id, .. }| id.to_string().split_off(14))
        .collect();
    assert_eq!(ids[..4], ["a1", "b1", "c1", "d1"]);
    assert_eq!(ids.len(), 5);
}
