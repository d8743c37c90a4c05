//! Time series (`spec/service-graph.md` 5 and 6.6).

use super::*;

/// Six requests of `spec/service-graph.md` 6.6 and one call, received in the first minute.
async fn classes() -> World {
    let world = World::new().await;
    let documents = include_str!("../../../../fixtures/graphs/6.6-classes.documents.jsonl").lines();
    let documents: Vec<Imported> = documents
        .enumerate()
        .map(|(number, line)| Imported {
            receipt: Timestamp::from_seconds(START + 50 + i64::try_from(number).expect("few")),
            document: expanded(serde_json::from_str(line).expect("a line of JSON")).into(),
        })
        .collect();
    world.import(&documents).await;
    world
}

/// A document in the compact notation of the spec, spelled out.
fn expanded(mut compact: serde_json::Value) -> String {
    fn expand(entity: &mut serde_json::Value) {
        let members = entity.as_object_mut().expect("an object");
        for (key, value) in members.iter_mut() {
            match (key.as_str(), value.as_str()) {
                ("id", Some(id)) => *value = format!("{id:0>16}").into(),
                ("trace_id", Some(id)) => {
                    let digits: String = id.bytes().map(|byte| format!("{byte:02x}")).collect();
                    *value = format!("1-6955b900-{digits:0>24}").into();
                }
                ("start_time" | "end_time", None) => {
                    *value = (START as f64 + value.as_f64().expect("a number")).into();
                }
                ("subsegments", None) => value.as_array_mut().expect("a list").iter_mut().for_each(expand),
                _ => {}
            }
        }
        if let Some(namespace) = members.remove("ns") {
            members.insert("namespace".to_owned(), namespace);
        }
        members.remove("st");
    }
    expand(&mut compact);
    compact.to_string()
}

/// Each point: its time after the start, its counts (ok, error, throttle, fault, total) and whether it is a service's.
async fn points(
    world: &World,
    (from, until): (i64, i64),
    selector: Option<&str>,
    period: Option<i64>,
) -> Vec<(i64, Option<[i64; 5]>, bool)> {
    let request = GetTimeSeriesServiceStatisticsRequest {
        start_time: Some((START + from) as f64),
        end_time: Some((START + until) as f64),
        entity_selector_expression: selector.map(str::to_owned),
        period,
        ..GetTimeSeriesServiceStatisticsRequest::default()
    };
    let answer = world.query.time_series(&request).await.expect("an answer");
    let points = answer.time_series_service_statistics.into_iter().map(|point| {
        let is_service = point.service_summary_statistics.is_some();
        let statistics = point.service_summary_statistics.or(point.edge_summary_statistics);
        let counts = statistics.map(|statistics| {
            [
                statistics.ok_count,
                statistics.error_statistics.other_count,
                statistics.error_statistics.throttle_count,
                statistics.fault_statistics.other_count,
                statistics.total_count,
            ]
        });
        (point.timestamp as i64 - START, counts, is_service)
    });
    points.collect()
}

#[tokio::test]
async fn service_graph_5_points_are_stamped_with_their_ends_and_chosen_by_them() {
    let world = classes().await;
    for is_cut in [false, true] {
        let all = Some([2, 1, 2, 1, 6]);
        assert_eq!(
            points(&world, (0, 120), None, None).await,
            [(60, all, false)],
            "cut: {is_cut}"
        );
        assert_eq!(
            points(&world, (0, 60), None, None).await,
            [],
            "the end is exclusive"
        );
        assert_eq!(
            points(&world, (60, 120), None, None).await,
            [(60, all, false)],
            "the start is not"
        );
        assert_eq!(points(&world, (61, 120), None, None).await, []);
        assert_eq!(
            points(&world, (0, 600), None, Some(300)).await,
            [(300, all, false)]
        );
        world.cut().await;
    }
}

#[tokio::test]
async fn service_graph_6_6_selectors_choose_entities_each_once() {
    let world = classes().await;
    world.cut().await;
    let all = Some([2, 1, 2, 1, 6]);
    let one_fault = Some([0, 0, 0, 1, 1]);
    for (selector, counts, is_service) in [
        (r#"service("mail.example")"#, one_fault, true),
        (r#"edge("edge", "mail.example")"#, one_fault, false),
        (r#"service("nobody")"#, None, false),
        (r#"service("edge")"#, all, true),
        (r#"id(name: "edge", type: "client")"#, all, true),
        (r#"service(id(type: "remote"))"#, one_fault, true),
        (r#"edge(id(type: "client"), "edge")"#, all, false),
        (r#"edge("mail.example", "edge")"#, None, false),
    ] {
        let points = points(&world, (0, 120), Some(selector), None).await;
        assert_eq!(points, [(60, counts, is_service)], "{selector}");
    }
}

#[tokio::test]
async fn service_graph_5_points_are_newest_first_and_partition_requests_by_receipt() {
    let mut world = World::new().await;
    world.play(START, 200).await;
    world.cut().await;
    world.play(START + 200, 100).await;
    let by_minute = points(&world, (0, 3_600), None, None).await;
    let stamps: Vec<i64> = by_minute.iter().map(|(stamp, ..)| *stamp).collect();
    assert!(
        stamps.is_sorted_by(|one, two| one > two) && stamps.len() >= 5,
        "{stamps:?}"
    );
    let by_five = points(&world, (0, 3_600), None, Some(300)).await;
    let total = |points: &[(i64, Option<[i64; 5]>, bool)]| -> i64 {
        points
            .iter()
            .filter_map(|(_, counts, _)| counts.map(|counts| counts[4]))
            .sum()
    };
    assert_eq!(total(&by_minute), total(&by_five));
    let graph = world
        .query
        .service_graph(&graph_window(START, START + 3_600))
        .await
        .expect("a graph");
    let clients = graph
        .services
        .iter()
        .filter(|service| service.r#type.as_deref() == Some("client"));
    let edges = clients.flat_map(|client| &client.edges);
    let requests: i64 = edges.map(|edge| edge.summary_statistics.total_count).sum();
    assert_eq!(total(&by_minute), requests);
}
