//! Sampling of summaries: trace-summaries.md 4, 10.7 and 10.8.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::world::{World, invalid, refusal, segment, trace_id, violation, window, with};

const TRACES: u64 = 90;

async fn filled() -> World {
    let world = World::new().await;
    let documents: Vec<Value> = (1..=TRACES).map(|number| segment(number, 1.0, 2.0)).collect();
    world.put(&documents).await;
    world
}

fn sampled(range_type: &str, strategy: &Value) -> Value {
    with(
        window(0.0, 60.0),
        json!({ "TimeRangeType": range_type, "Sampling": true, "SamplingStrategy": strategy }),
    )
}

fn fixed_rate(value: f64) -> Value {
    json!({ "Name": "FixedRate", "Value": value })
}

/// trace-summaries.md 10.7.
#[tokio::test]
async fn trace_summaries_10_7_a_fixed_rate_keeps_the_same_share_each_time() {
    let world = filled().await;
    for range_type in ["TraceId", "Service"] {
        assert_eq!(
            refusal(world.try_summaries(sampled(range_type, &fixed_rate(0.5))).await),
            invalid(&format!(
                "Cannot use FixedRate with input time range type: {range_type}. \
                 Please try using time range type: Event"
            ))
        );
    }
    for _ in 0..2 {
        let none = world.summaries(sampled("Event", &fixed_rate(0.0))).await;
        assert_eq!(none["TraceSummaries"], json!([]));
        assert_eq!(none["TracesProcessedCount"], json!(TRACES));
        assert_eq!(
            world.numbers(sampled("Event", &fixed_rate(1.0))).await.len() as u64,
            TRACES
        );
        let half = world.numbers(sampled("Event", &fixed_rate(0.5))).await;
        assert_eq!(world.numbers(sampled("Event", &fixed_rate(0.5))).await, half);
        // trace-summaries.md 4: first 53 bits of SHA-256 of the id, as a fraction, below the value.
        let expected: Vec<u64> = (1..=TRACES)
            .filter(|number| fraction(&trace_id(*number)) < 0.5)
            .collect();
        assert_eq!(half, expected);
        assert!(half.len() > 20 && half.len() < 70, "{}", half.len());
        world.cut().await;
    }
}

fn fraction(id: &str) -> f64 {
    let digest = Sha256::digest(id);
    let first: [u8; 8] = digest.as_slice()[..8].try_into().expect("32 bytes");
    (u64::from_be_bytes(first) >> 11) as f64 / (1_u64 << 53) as f64
}

/// trace-summaries.md 10.8: without sampling the strategy is ignored, even an invalid one.
#[tokio::test]
async fn trace_summaries_10_8_without_sampling_no_strategy_is_wrong() {
    let world = filled().await;
    let all = world.numbers(window(0.0, 60.0)).await;
    assert_eq!(all.len() as u64, TRACES);
    for strategy in [
        fixed_rate(7.0),
        json!({ "Name": "FixedRate" }),
        json!({ "Name": "Nonsense" }),
    ] {
        for off in [json!({ "Sampling": false }), json!({})] {
            let asked = with(window(0.0, 60.0), json!({ "SamplingStrategy": strategy }));
            assert_eq!(world.numbers(with(asked, off)).await, all, "{strategy}");
        }
    }
}

/// trace-summaries.md 4, the rows about strategies.
#[tokio::test]
async fn trace_summaries_4_what_is_no_strategy_is_refused() {
    let world = World::new().await;
    let out_of_range = invalid("sampling rate must be specified and its value must be between [0, 1]");
    for strategy in [
        json!({ "Name": "FixedRate" }),
        fixed_rate(-0.1),
        fixed_rate(1.1),
        fixed_rate(7.0),
    ] {
        // The value is looked at first where the window is wrong too.
        for range_type in ["Event", "TraceId"] {
            let refused = world.try_summaries(sampled(range_type, &strategy)).await;
            assert_eq!(refusal(refused), out_of_range, "{strategy}");
        }
    }
    assert_eq!(
        refusal(
            world
                .try_summaries(sampled("Event", &json!({ "Name": "Nonsense" })))
                .await
        ),
        violation(
            "'Nonsense'",
            "samplingStrategy.name",
            "Member must satisfy enum value set: [PartialScan, FixedRate]"
        )
    );
}

/// trace-summaries.md 4: a partial scan stops after 10,000 traces and does not say where it would go on.
#[tokio::test]
async fn trace_summaries_4_a_partial_scan_ends_after_ten_thousand_traces_without_a_token() {
    let world = World::new().await;
    let documents: Vec<Value> = (1..=10_001).map(|number| segment(number, 1.0, 2.0)).collect();
    world.put(&documents).await;
    for strategy in [json!({ "Name": "PartialScan", "Value": 7 }), json!({})] {
        let asked = with(
            sampled("Event", &strategy),
            json!({ "FilterExpression": "fault" }),
        );
        let page = world.summaries(asked).await;
        assert_eq!(page["TracesProcessedCount"], json!(10_000));
        assert_eq!(
            (page.get("NextToken"), &page["TraceSummaries"]),
            (None, &json!([]))
        );
    }
    let whole = with(window(0.0, 60.0), json!({ "FilterExpression": "fault" }));
    assert_eq!(
        world.summaries(whole).await["TracesProcessedCount"],
        json!(10_001)
    );
}

/// trace-summaries.md 9, Grafana's analytics views: four parallel calls over quarters of the range, page by page, are the
/// share that one call over the range has, each trace once.
#[tokio::test]
async fn trace_summaries_9_four_parallel_calls_over_quarters_are_one_call_over_the_range() {
    let world = World::with(|config| config.page_matches_max = 7).await;
    for number in 1..=120 {
        let call = json!({ "id": crate::world::entity_id(number << 8 | 1), "name": "db", "namespace": "remote",
                           "start_time": crate::world::START + 1, "end_time": crate::world::START + 2, "fault": true });
        let slow = with(
            segment(number, 1.0, 2.2),
            json!({ "fault": true, "subsegments": [call] }),
        );
        world.receive(number as f64 / 2.0, &slow).await;
        if number == 70 {
            world.cut().await;
        }
    }
    let part = async |from: f64, until: f64| -> Vec<u64> {
        let asked = with(sampled("Event", &fixed_rate(0.4)), window(from, until));
        let (mut numbers, mut token) = (vec![], Value::Null);
        loop {
            let page = world
                .summaries(with(asked.clone(), json!({ "NextToken": token })))
                .await;
            for summary in page["TraceSummaries"].as_array().expect("always there") {
                numbers.push(crate::world::number_of(summary));
                assert!(summary["Http"].is_object());
                for kind in ["FaultRootCauses", "ResponseTimeRootCauses"] {
                    let services = summary[kind][0]["Services"].as_array().expect("at least one");
                    assert!(!services.is_empty());
                    for service in services {
                        assert!(
                            service["Name"].is_string() && service["Type"].is_string(),
                            "{service}"
                        );
                        assert_ne!(service["EntityPath"], json!([]));
                    }
                }
            }
            match page.get("NextToken") {
                Some(next) => token = next.clone(),
                None => return numbers,
            }
        }
    };
    let quarters = tokio::join!(
        part(0.0, 15.25),
        part(15.25, 30.5),
        part(30.5, 45.75),
        part(45.75, 61.0)
    );
    let (first, second, third, fourth) = quarters;
    let together = [fourth, third, second, first].concat();
    let expected: Vec<u64> = (1..=120)
        .rev()
        .filter(|number| fraction(&trace_id(*number)) < 0.4)
        .collect();
    assert_eq!(together, expected, "newest first in each quarter");
    assert_eq!(part(0.0, 61.0).await, expected);
    assert!((30..70).contains(&expected.len()), "{}", expected.len());
}
