//! What keywords say of a trace, a node and a call where the sample traces leave room
//! (`spec/filter-expressions.md` 4 to 8).

use filter::Filter;
use trace::Trace;

use crate::samples::{self, HOME, trace};

/// A trace from documents without their trace id.
fn traced(documents: &[&str]) -> Trace {
    let with_id = documents
        .iter()
        .map(|document| document.replacen('{', &format!("{{{TRACE_ID},"), 1));
    trace(&format!("[{}]", with_id.collect::<Vec<_>>().join(",")))
}

fn matches(trace: &Trace, text: &str) -> bool {
    samples::matches(&text.parse().expect("a filter"), trace)
}

fn assert_matches(trace: &Trace, all_of: &[&str], none_of: &[&str]) {
    for text in all_of {
        assert!(matches(trace, text), "should match: {text}");
    }
    for text in none_of {
        assert!(!matches(trace, text), "should not match: {text}");
    }
}

#[test]
fn annotations_agree_across_types_where_their_texts_do() {
    let trace = traced(&[&format!(
        r#"{{{ROOT},"annotations":{{"n":13,"t":"13","yes":true,"said":"true","no":false,"gold":"gold"}}}}"#
    )]);
    assert_matches(
        &trace,
        &[
            r#"annotation.n = 13 annotation.n = "13" annotation.n = 13.0 annotation.n > "12" annotation.n <= 13"#,
            r#"annotation.t = 13 annotation.t = "13" annotation.t CONTAINS "3" annotation.t ENDSWITH "13""#,
            r#"annotation.yes = true annotation.yes = TRUE annotation.yes = "true" annotation.yes != 1"#,
            r#"annotation.said = true annotation.said annotation.no = false annotation.no != true"#,
            r#"annotation.gold BEGINSWITH go annotation.gold != silver annotation.n != "13.0""#,
        ],
        &[
            "annotation.t > 12",
            "annotation.t CONTAINS 3",
            "annotation.n CONTAINS \"1\"",
            "annotation.n = \"13.0\"",
            "annotation.n > \"big\"",
            "annotation.yes = \"TRUE\"",
            "annotation.no",
            "annotation.Gold",
            "annotation.gold = Gold",
            "annotation.none != 1",
            "annotation.n != 13",
        ],
    );
}

#[test]
fn a_value_of_the_wrong_type_selects_nothing() {
    let trace = traced(&[&format!(r#"{{{ROOT},"user":"5"}}"#)]);
    assert_matches(
        &trace,
        &[
            "user = 5",
            "fault = \"False\"",
            "responsetime = \"1\"",
            "responsetime > -1e3",
        ],
        &[
            "fault = \"no\"",
            "fault != \"no\"",
            "fault = 0",
            "responsetime != \"slow\"",
            "responsetime < true",
            "http.status != 200",
        ],
    );
}

#[test]
fn times_are_compared_in_milliseconds() {
    let trace = traced(&[r#"{"id":"00000000000000a1","name":"a","start_time":1,"end_time":2.0004999}"#]);
    assert_matches(
        &trace,
        &["responsetime = 1", "duration <= 1"],
        &["responsetime > 1"],
    );
    let trace = traced(&[r#"{"id":"00000000000000a1","name":"a","start_time":1,"end_time":2.0005}"#]);
    assert_matches(
        &trace,
        &["responsetime = 1.001", "service() { duration > 1 }"],
        &["responsetime = 1"],
    );
}

#[test]
fn a_node_lasts_until_its_last_subsegment() {
    let trace = traced(&[&format!(
        r#"{{{ROOT},"subsegments":[{{"id":"00000000000000b1","name":"late","start_time":1.5,"end_time":4,"annotations":{{"k":1}}}}]}}"#
    )]);
    assert_matches(
        &trace,
        &[
            "responsetime = 1 duration = 3",
            "service(a) { responsetime = 1 duration = 3 annotation.k = 1 }",
        ],
        &["edge()", "service(late)", "remote", "inferred"],
    );
}

#[test]
fn the_client_is_a_node_that_only_its_type_names() {
    let trace = traced(&[&format!(
        r#"{{{ROOT},"origin":"AWS::EC2::Instance","fault":true,"user":"u"}}"#
    )]);
    assert_matches(
        &trace,
        &[
            "service(id(type: \"client\")) { fault !root !inferred user = u type = client name = a }",
            "service() { !root }",
            "edge(id(type: \"client\"), \"a\") { fault responsetime = 1 }",
            "type = client",
            "service(a) { root }",
        ],
        &[
            "service(a) { !root }",
            "edge(a, a)",
            "edge()",
            "service(id(name: \"a\", account.id: \"000000000000\"))",
            "service(id(type: \"client\", name: \"b\"))",
        ],
    );
}

#[test]
fn of_several_roots_the_first_speaks_for_the_trace_and_each_has_a_client() {
    let trace = traced(&[
        r#"{"id":"00000000000000b1","name":"later","start_time":5,"end_time":9,"fault":true}"#,
        &format!("{{{ROOT}}}"),
    ]);
    assert_matches(
        &trace,
        &[
            "ok responsetime = 1 duration = 8",
            "service(a) { root } service(later) { fault !root }",
            "edge(id(type: \"client\", name: \"later\"), later) { fault }",
            "service(id(type: \"client\", name: \"later\"))",
        ],
        &[
            "fault",
            "service(later) { root }",
            "edge(id(type: \"client\", name: \"a\"), later)",
        ],
    );
}

#[test]
fn a_call_is_seen_by_its_caller() {
    let call = |id: &str, flags: &str| {
        format!(
            r#"{{"id":"{id}","name":"b","namespace":"remote",{flags}"start_time":1.1,"end_time":1.9,"annotations":{{"try":"{id}"}}}}"#
        )
    };
    let trace = traced(&[
        &format!(
            r#"{{{ROOT},"subsegments":[{},{}]}}"#,
            call("00000000000000b1", "\"fault\":true,"),
            call("00000000000000b2", "")
        ),
        r#"{"id":"00000000000000c1","parent_id":"00000000000000b2","name":"b","error":true,"start_time":1.2,"end_time":1.3}"#,
        r#"{"id":"00000000000000c2","parent_id":"00000000000000c1","name":"b","throttle":true,"start_time":1.2,"end_time":1.3}"#,
    ]);
    assert_matches(
        &trace,
        &[
            "edge(a, b) { ok responsetime = 0.8 annotation.try ENDSWITH b2 }",
            "edge(a, b) { fault annotation.try ENDSWITH b1 }",
            "edge(b, b) { throttle !annotation.try }",
            "service(b) { inferred fault !annotation.try }",
            "service(id(type: \"remote\")) { name = b }",
            "edge(a, id(type: \"remote\")) { fault }",
            "remote inferred",
        ],
        &[
            "edge(b, a)",
            "edge(a, b) { error }",
            "edge(a, b) { throttle }",
            "edge() { partial }",
            "service(b) { inferred ok }",
        ],
    );
}

#[test]
fn a_call_waits_for_its_owner_but_not_for_its_end() {
    let open = traced(&[
        r#"{"id":"00000000000000a1","name":"a","start_time":1,"in_progress":true,"subsegments":[{"id":"00000000000000b1","name":"b","namespace":"remote","start_time":1,"in_progress":true}]}"#,
    ]);
    assert_matches(
        &open,
        &[
            "ok remote inferred service(b) edge(a, b)",
            "!duration !responsetime",
        ],
        &["partial", "edge() { responsetime }"],
    );
    let orphan = traced(&[
        r#"{"id":"00000000000000b1","type":"subsegment","parent_id":"00000000000000a1","name":"b","namespace":"remote","start_time":1,"end_time":2,"annotations":{"k":1}}"#,
    ]);
    assert_matches(
        &orphan,
        &["partial duration = 1 annotation.k = 1"],
        &["remote", "inferred", "service()", "edge()", "root", "ok"],
    );
}

#[test]
fn a_detached_segment_is_no_root() {
    let trace = traced(&[
        r#"{"id":"00000000000000a1","parent_id":"00000000000000ff","name":"a","start_time":1,"end_time":2,"http":{"request":{"url":"u"}},"user":"u"}"#,
    ]);
    assert_matches(
        &trace,
        &[
            "partial !root !ok",
            "service(a) { partial ok !root http.url = u }",
            "user = u",
        ],
        &[
            "http.url",
            "responsetime",
            "error",
            "service(id(type: \"client\"))",
            "edge(id(type: \"client\"), a)",
        ],
    );
}

#[test]
fn messages_are_found_where_they_are_described() {
    let exception = r#""cause":{"exceptions":[{"id":"00000000000000e1","type":"E","message":"no luck"}]}"#;
    let trace = traced(&[
        &format!(
            r#"{{{ROOT},"cause":"00000000000000e1","subsegments":[{{"id":"00000000000000b1","name":"b","start_time":1,"end_time":2,{exception}}}]}}"#
        ),
        r#"{"id":"00000000000000c1","parent_id":"00000000000000a1","name":"c","start_time":1,"end_time":2,"cause":{"id":"00000000000000b1","exceptions":[]}}"#,
        r#"{"id":"00000000000000d1","parent_id":"00000000000000a1","name":"d","start_time":1,"end_time":2}"#,
    ]);
    assert_matches(
        &trace,
        &[
            "message = \"no luck\"",
            "service(a) { message CONTAINS luck }",
            "service(c) { message }",
        ],
        &[
            "service(d) { message }",
            "service(d) { message != \"x\" }",
            "message = E",
        ],
    );
}

#[test]
fn the_account_is_known_where_it_is_printed() {
    let segment = |origin: &str, account: &str| {
        traced(&[&format!(
            r#"{{{ROOT},"origin":"{origin}","aws":{{"account_id":"{account}"}}}}"#
        )])
    };
    let selects = |account: &str| {
        format!("account.id = \"{account}\" service(id(account.id: \"{account}\")) {{ account.id }}")
    };
    assert!(matches(
        &segment("AWS::EC2::Instance", "111122223333"),
        &selects("111122223333")
    ));
    assert!(matches(&segment("AWS::Lambda::Function", HOME), &selects(HOME)));
    assert!(!matches(
        &segment("AWS::EC2::Instance", HOME),
        &format!("account.id = \"{HOME}\"")
    ));
}

#[test]
fn flags_decide_and_not_the_status() {
    let trace = traced(&[&format!(r#"{{{ROOT},"http":{{"response":{{"status":503}}}}}}"#)]);
    assert_matches(&trace, &["ok http.status = 503"], &["fault", "error"]);
    let trace = traced(&[&format!(r#"{{{ROOT},"error":true,"fault":true}}"#)]);
    assert_matches(
        &trace,
        &["error fault !ok", "ok = false", "throttle != true"],
        &["throttle"],
    );
}

#[test]
fn an_empty_expression_matches_everything() {
    let trace = traced(&[&format!("{{{ROOT}}}")]);
    assert_matches(&trace, &["", " \n\t", "service() {}"], &[]);
    assert!(samples::matches(&Filter::default(), &trace));
}

const TRACE_ID: &str = r#""trace_id":"1-68e7780c-5b1f0c6a9d3e82774410ab9f""#;
const ROOT: &str = r#""id":"00000000000000a1","name":"a","start_time":1,"end_time":2"#;
