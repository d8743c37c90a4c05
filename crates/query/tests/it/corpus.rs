//! The sample traces of `filter-expressions.md` 14 through GetTraceSummaries: trace-summaries.md 8 and 10.11.

use serde_json::{Value, json};

use crate::world::{START, World, assert_same, number_of, window, with};

/// trace-summaries.md 8: T6 in full, at the base time given there.
#[tokio::test]
async fn trace_summaries_8_trace_6_in_full() {
    let world = World::new().await;
    let moved = SAMPLES[5].replace("68e77800", "6955b900");
    let mut documents: Vec<Value> = serde_json::from_str(&moved).expect("an array");
    for document in &mut documents {
        for member in ["start_time", "end_time"] {
            let then = document[member].as_f64().expect("a time");
            document[member] = json!(then - BASE as f64 + START as f64);
        }
    }
    world.put(&documents).await;
    let expected = include_str!("../../../../fixtures/summaries/8-trace-6.json");
    let expected: Value = serde_json::from_str(expected).expect("a summary");
    for is_cut in [false, true] {
        let summary = world.summary(window(0.0, 1.0)).await;
        assert_same(&summary, &expected, &format!("cut: {is_cut}"));
        world.cut().await;
    }
}

/// trace-summaries.md 8 and 10.11: T3 and its root causes in full, with the accounts that settled.md 10 prints; T4, T9
/// and T12 beside it.
#[tokio::test]
async fn trace_summaries_10_11_root_causes_of_the_corpus() {
    let world = filled().await;
    let expected = include_str!("../../../../fixtures/summaries/8-trace-3-causes.json");
    let expected: Value = serde_json::from_str(expected).expect("causes");
    for _ in 0..2 {
        let page = world.summaries(everything()).await;
        let of = |number: u64| summary_of(&page, number);
        for kind in ["FaultRootCauses", "ErrorRootCauses", "ResponseTimeRootCauses"] {
            assert_same(&of(3)[kind], &expected[kind], kind);
        }
        assert_eq!(ends_of(&of(4)["FaultRootCauses"]), ["false:orders-api"]);
        assert_eq!(ends_of(&of(9)["ErrorRootCauses"]).len(), 1);
        assert_eq!(
            of(9)["ErrorRootCauses"][0]["Services"][0]["Inferred"],
            json!(false)
        );
        assert_eq!(
            ends_of(&of(9)["ErrorRootCauses"]),
            ["true:cards.example.net"],
            "an inferred receiver ends it"
        );
        assert_eq!(ends_of(&of(12)["ResponseTimeRootCauses"]).len(), 1);
        assert_eq!(ends_of(&of(13)["FaultRootCauses"]), ["false:orders-api"]);
        world.cut().await;
    }
}

/// trace-summaries.md 8: every row of the table, as GetTraceSummaries prints it.
#[tokio::test]
async fn trace_summaries_8_every_row_of_the_table() {
    let world = filled().await;
    let expected = include_str!("../../../../fixtures/summaries/8-table.json");
    let expected: Value = serde_json::from_str(expected).expect("a table");
    for is_cut in [false, true] {
        let page = world.summaries(everything()).await;
        let rows: Vec<Value> = (1..=13)
            .map(|number| row_of(&summary_of(&page, number)))
            .collect();
        for (row, expected) in rows.iter().zip(expected.as_array().expect("rows")) {
            assert_same(row, expected, &format!("cut: {is_cut}"));
        }
        assert_eq!(rows.len(), 13);
        world.cut().await;
    }
}

/// settled.md 36: the offsets that section 14 leaves open, and what trace 8 is made of.
#[tokio::test]
async fn settled_36_the_samples_have_the_offsets_settled_there() {
    let world = filled().await;
    let page = world.summaries(everything()).await;
    let of_8 = summary_of(&page, 8);
    let names: Vec<&str> = of_8["ServiceIds"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|id| id["Name"].as_str())
        .collect();
    assert_eq!(names, ["orders-api", "shop-web", "shop-web"]);
    for (trace, name, after) in [(6, "mailer", 0.3), (7, "orders-api", 0.15), (8, "pay-fn", 0.3)] {
        let documents: Vec<Value> = serde_json::from_str(SAMPLES[trace]).expect("an array");
        let start = documents[0]["start_time"].as_f64().expect("a time");
        let mut entities: Vec<&Value> = vec![];
        let mut open: Vec<&Value> = documents.iter().collect();
        while let Some(entity) = open.pop() {
            entities.push(entity);
            open.extend(entity["subsegments"].as_array().into_iter().flatten());
        }
        let has_it = entities.iter().any(|entity| {
            let then = entity["start_time"].as_f64().expect("a time");
            entity["name"] == name && (then - start - after).abs() < 1e-6
        });
        assert!(has_it, "trace {}: {name} at +{after}", trace + 1);
    }
}

async fn filled() -> World {
    let world = World::new().await;
    for sample in SAMPLES {
        let documents: Vec<Value> = serde_json::from_str(sample).expect("an array");
        world.put(&documents).await;
    }
    world
}

fn everything() -> Value {
    with(
        window(0.0, 0.0),
        json!({ "StartTime": BASE - 3_600, "EndTime": BASE + 86_400 }),
    )
}

fn summary_of(page: &Value, number: u64) -> Value {
    let summaries = page["TraceSummaries"].as_array().expect("a list");
    let found = summaries.iter().find(|summary| number_of(summary) == number);
    found.expect("every sample is there").clone()
}

/// Of each cause: whether it is the client's, and the service it ends in.
fn ends_of(causes: &Value) -> Vec<String> {
    let ends = causes.as_array().expect("a list").iter().map(|cause| {
        let last = cause["Services"]
            .as_array()
            .and_then(|services| services.last())
            .expect("a service");
        format!(
            "{}:{}",
            cause["ClientImpacting"],
            last["Name"].as_str().unwrap_or_default()
        )
    });
    ends.collect()
}

/// A row of the table: names instead of letters.
fn row_of(summary: &Value) -> Value {
    let names = |list: &Value, member: &str| -> Value {
        let mut names: Vec<String> = list
            .as_array()
            .expect("a list")
            .iter()
            .map(|each| match each["Type"].as_str() {
                Some("client") => "client".to_owned(),
                _ => each[member].as_str().expect("a name").to_owned(),
            })
            .collect();
        names.sort();
        names.into()
    };
    let count = |kind: &str| summary[kind].as_array().expect("a list").len();
    json!({
        "Flags": [summary["HasFault"], summary["HasError"], summary["HasThrottle"]],
        "IsPartial": summary["IsPartial"],
        "Duration": summary.get("Duration"), "ResponseTime": summary.get("ResponseTime"),
        "EntryPoint": summary.get("EntryPoint").map(|entry| entry["Name"].clone()),
        "Users": names(&summary["Users"], "UserName"), "ServiceIds": names(&summary["ServiceIds"], "Name"),
        "Causes": [count("FaultRootCauses"), count("ErrorRootCauses"), count("ResponseTimeRootCauses")],
    })
}

/// When the samples begin.
const BASE: i64 = 1_760_000_000;

const SAMPLES: [&str; 13] = [
    include_str!("../../../../fixtures/filters/traces/01.json"),
    include_str!("../../../../fixtures/filters/traces/02.json"),
    include_str!("../../../../fixtures/filters/traces/03.json"),
    include_str!("../../../../fixtures/filters/traces/04.json"),
    include_str!("../../../../fixtures/filters/traces/05.json"),
    include_str!("../../../../fixtures/filters/traces/06.json"),
    include_str!("../../../../fixtures/filters/traces/07.json"),
    include_str!("../../../../fixtures/filters/traces/08.json"),
    include_str!("../../../../fixtures/filters/traces/09.json"),
    include_str!("../../../../fixtures/filters/traces/10.json"),
    include_str!("../../../../fixtures/filters/traces/11.json"),
    include_str!("../../../../fixtures/filters/traces/12.json"),
    include_str!("../../../../fixtures/filters/traces/13.json"),
];
