//! GetTimeSeriesServiceStatistics: service-graph.md 5 and the end of 6.6, against `fixtures/series`.

use serde_json::{Value, json};

use crate::world::{START, World, assert_same, invalid, refusal, segment, spelled_out, window, with};

/// The six requests and the call of service-graph.md 6.6, received between 00:00:50 and 00:00:59.9.
async fn classes() -> World {
    let world = World::new().await;
    let documents = spelled_out(include_str!(
        "../../../../fixtures/graphs/6.6-classes.documents.jsonl"
    ));
    for (receipt, document) in [50.0, 51.9, 53.0, 55.5, 58.0, 59.9].into_iter().zip(&documents) {
        world.receive(receipt, document).await;
    }
    world
}

fn selecting(selector: &str) -> Value {
    with(
        window(0.0, 120.0),
        json!({ "EntitySelectorExpression": selector }),
    )
}

/// service-graph.md 6.6, the series in full and each variant of its last part.
#[tokio::test]
async fn service_graph_6_6_the_series_and_its_variants_in_full() {
    let world = classes().await;
    let expected = include_str!("../../../../fixtures/series/6.6-classes.json");
    let expected: Value = serde_json::from_str(expected).expect("answers by question");
    let questions = [
        ("no selector", with(window(0.0, 120.0), json!({ "Period": 60 }))),
        (
            "service(\"mail.example\")",
            selecting("service(\"mail.example\")"),
        ),
        (
            "edge(\"edge\", \"mail.example\")",
            selecting("edge(\"edge\", \"mail.example\")"),
        ),
        ("service(\"nobody\")", selecting("service(\"nobody\")")),
        ("service(\"edge\")", selecting("service(\"edge\")")),
        ("EndTime B+60", window(0.0, 60.0)),
        ("StartTime B+60", window(60.0, 120.0)),
    ];
    assert_eq!(
        expected.as_object().map(serde_json::Map::len),
        Some(questions.len())
    );
    for is_cut in [false, true] {
        for (name, question) in &questions {
            let answer = world.series(question.clone()).await;
            assert_same(&answer, &expected[name], &format!("{name}, cut: {is_cut}"));
        }
        world.cut().await;
    }
}

/// Stamps of the points, in seconds after [`START`], with their totals.
fn points(answer: &Value) -> Vec<(i64, i64)> {
    let points = answer["TimeSeriesServiceStatistics"]
        .as_array()
        .expect("always there");
    let point = |point: &Value| {
        let stamp = point["Timestamp"].as_f64().expect("always there") as i64 - START;
        let total = &point["EdgeSummaryStatistics"]["TotalCount"];
        (stamp, total.as_i64().unwrap_or_default())
    };
    points.iter().map(point).collect()
}

/// service-graph.md 5: a point stamped 12:05:00 covers receipts in [12:04:00, 12:05:00).
#[tokio::test]
async fn service_graph_5_a_point_covers_the_receipts_of_the_minute_before_it() {
    let world = World::new().await;
    for (number, receipt) in [(1, 239.999), (2, 240.0), (3, 299.999), (4, 300.0)] {
        world.receive(receipt, &segment(number, 0.0, 1.0)).await;
    }
    for _ in 0..2 {
        assert_eq!(points(&world.series(window(300.0, 301.0)).await), [(300, 2)]);
        let all = world.series(window(0.0, 3_600.0)).await;
        assert_eq!(points(&all), [(360, 1), (300, 2), (240, 1)], "newest first");
        world.cut().await;
    }
}

/// service-graph.md 5: minutes whose end lies in [StartTime, EndTime), bounds cut to whole seconds.
#[tokio::test]
async fn service_graph_5_minutes_are_chosen_by_their_ends_and_bounds_are_cut_to_seconds() {
    let world = World::new().await;
    for (number, receipt) in [(1, 30.0), (2, 90.0), (3, 150.0)] {
        world.receive(receipt, &segment(number, 0.0, 1.0)).await;
    }
    for _ in 0..2 {
        for (from, until, expected) in [
            (0.0, 60.0, vec![]),
            (0.0, 61.0, vec![60]),
            (60.0, 61.0, vec![60]),
            (60.9, 121.0, vec![120, 60]),
            (61.0, 121.0, vec![120]),
            (0.0, 120.9, vec![60]),
            (0.0, 3_600.0, vec![180, 120, 60]),
            (60.0, 60.0, vec![]),
        ] {
            let answer = world.series(window(from, until)).await;
            let stamps: Vec<i64> = points(&answer).into_iter().map(|(stamp, _)| stamp).collect();
            assert_eq!(stamps, expected, "{from}..{until}");
        }
        world.cut().await;
    }
}

/// service-graph.md 5: period 300 merges the chosen minutes into ends divisible by 300; 60 is the default.
#[tokio::test]
async fn service_graph_5_five_minutes_merge_the_chosen_minutes() {
    let world = World::new().await;
    for (number, minute) in [(1, 0), (2, 3), (3, 4), (4, 5), (5, 9), (6, 20)] {
        let receipt = f64::from(minute * 60 + 30);
        world.receive(receipt, &segment(number, 0.0, 1.0)).await;
    }
    let five = json!({ "Period": 300 });
    for _ in 0..2 {
        let all = world.series(with(window(0.0, 3_600.0), five.clone())).await;
        assert_eq!(
            points(&all),
            [(1_500, 1), (600, 2), (300, 3)],
            "no point without traffic"
        );
        // Minutes ending at 240 and later are chosen; the first point holds only two of its minutes.
        let some = world.series(with(window(240.0, 360.0), five.clone())).await;
        assert_eq!(points(&some), [(300, 2)]);
        let default = world.series(window(0.0, 301.0)).await;
        let sixty = world
            .series(with(window(0.0, 301.0), json!({ "Period": 60 })))
            .await;
        assert_eq!(points(&default), [(300, 1), (240, 1), (60, 1)]);
        assert_eq!(default, sixty);
        world.cut().await;
    }
}

/// service-graph.md 5, the rows about selectors.
#[tokio::test]
async fn service_graph_5_selectors() {
    let world = classes().await;
    let totals = |answer: &Value| -> Vec<Option<i64>> {
        let points = answer["TimeSeriesServiceStatistics"]
            .as_array()
            .expect("a list")
            .iter();
        points
            .map(|point| {
                let statistics = point
                    .get("ServiceSummaryStatistics")
                    .or(point.get("EdgeSummaryStatistics"));
                statistics.and_then(|statistics| statistics["TotalCount"].as_i64())
            })
            .collect()
    };
    for (selector, expected) in [
        ("id(name: \"mail.example\")", Some(1)),
        ("service(id(name: \"mail.example\", type: \"remote\"))", Some(1)),
        ("service(id(name: \"mail.example\", type: \"x\"))", None),
        ("service(id(account.id: \"111111111111\"))", None),
        ("edge(id(type: \"client\"), id(name: \"edge\"))", Some(6)),
        ("edge(\"nobody\", \"edge\")", None),
    ] {
        assert_eq!(
            totals(&world.series(selecting(selector)).await),
            [expected],
            "{selector}"
        );
    }
    for selector in [
        "edge",
        "service(\"edge\") { fault }",
        "service(\"edge\") AND ok",
        "fault",
        "service(",
    ] {
        let refused = refusal(world.try_series(selecting(selector)).await);
        assert!(
            refused.starts_with("InvalidRequestException: "),
            "{selector}: {refused}"
        );
    }
    let refused = refusal(world.try_series(selecting("")).await);
    assert!(refused.starts_with("ValidationException: "), "{refused}");
}

/// service-graph.md 5: bounds, periods, tokens, groups and forecasts that cannot be.
#[tokio::test]
async fn service_graph_5_what_cannot_be_a_series_is_refused() {
    let world = World::new().await;
    let day = 86_400.0;
    for (request, expected) in [
        (
            window(0.0, day + 1.0),
            "Time range cannot be longer than 24 hours",
        ),
        (window(1.0, 0.0), "End time cannot be earlier than start time"),
        (
            with(window(0.0, 60.0), json!({ "Period": 120 })),
            "Time period must be one of [60, 300]",
        ),
        (
            with(window(0.0, 60.0), json!({ "NextToken": "x" })),
            "Invalid token x",
        ),
        (
            with(window(0.0, 60.0), json!({ "GroupName": "no-such-group" })),
            "Group not found.",
        ),
    ] {
        assert_eq!(
            refusal(world.try_series(request.clone()).await),
            invalid(expected),
            "{request}"
        );
    }
    let empty = world.series(window(0.0, day)).await;
    let expected = json!({ "TimeSeriesServiceStatistics": [], "ContainsOldGroupVersions": false });
    assert_eq!(empty, expected);
}

/// service-graph.md 5 and insights.md 4: forecasts need an id; where no band is stored the member is `{}`.
#[tokio::test]
async fn service_graph_5_a_forecast_needs_an_id_and_is_empty_without_a_stored_band() {
    let world = classes().await;
    for selector in [
        None,
        Some("service(\"edge\")"),
        Some("edge(\"edge\", \"mail.example\")"),
        Some("edge(id(name: \"edge\"), \"mail.example\")"),
        Some("edge(\"edge\", id(name: \"mail.example\"))"),
    ] {
        let asked = selector.map_or_else(|| window(0.0, 120.0), selecting);
        let asked = with(asked, json!({ "ForecastStatistics": true }));
        let refused = refusal(world.try_series(asked).await);
        assert_eq!(
            refused,
            invalid("ForecastStatistics needs an EntitySelectorExpression with an id"),
            "{selector:?}"
        );
    }
    for selector in [
        "id(name: \"edge\", type: \"client\")",
        "service(id(name: \"mail.example\", type: \"remote\"))",
        "service(id(name: \"nobody\"))",
        "edge(id(name: \"edge\"), id(name: \"mail.example\"))",
    ] {
        for period in [60, 300] {
            let asked = with(
                selecting(selector),
                json!({ "Period": period, "EndTime": START + 600 }),
            );
            let plain = world.series(asked.clone()).await;
            let points = plain["TimeSeriesServiceStatistics"].as_array().expect("a list");
            assert_eq!(points.len(), 1, "{selector}");
            assert_eq!(points[0]["ServiceForecastStatistics"], json!({}));
            let forecast = world
                .series(with(asked, json!({ "ForecastStatistics": true })))
                .await;
            assert_eq!(forecast, plain, "{selector}: no band is stored");
        }
    }
}

/// service-graph.md 5: unlike graphs, points partition requests; clients add them up as the number of traces.
#[tokio::test]
async fn service_graph_5_totals_without_a_selector_are_the_number_of_traces() {
    let world = World::new().await;
    for number in 0..50_u32 {
        world
            .receive(f64::from(number) * 7.3, &segment(u64::from(number) + 1, 0.0, 1.0))
            .await;
        if number == 25 {
            world.cut().await;
        }
    }
    for period in [60, 300] {
        let answer = world
            .series(with(window(0.0, 3_600.0), json!({ "Period": period })))
            .await;
        let sum: i64 = points(&answer).into_iter().map(|(_, total)| total).sum();
        assert_eq!(sum, 50);
    }
}
