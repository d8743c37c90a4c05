"""The AWS CLI as people type it, with nothing but `--endpoint-url` added."""

import json

from harness.board import APPLICATION, CLIENT, DATABASE
from harness.graph import edges, nodes
from harness.xray import aws


def window_arguments(story):
    start, end = story.window
    return "--start-time", start, "--end-time", end


def test_get_service_graph_shows_the_map(board_roentgen, story):
    graph = aws(board_roentgen, "get-service-graph", *window_arguments(story))
    application, database = story.application_counts(), story.database_counts()
    assert nodes(graph["Services"]) == {CLIENT: None, APPLICATION: application, DATABASE: database}
    assert edges(graph["Services"]) == {
        (CLIENT, APPLICATION): application,
        (APPLICATION, DATABASE): database,
    }


def test_get_trace_summaries_follows_all_pages(board_roentgen, story):
    found = aws(board_roentgen, "get-trace-summaries", *window_arguments(story))["TraceSummaries"]
    assert sorted(each["Id"] for each in found) == sorted(story.trace_ids)


def test_get_trace_summaries_takes_a_filter(board_roentgen, story):
    found = aws(
        board_roentgen,
        "get-trace-summaries",
        *window_arguments(story),
        "--filter-expression",
        'annotation.username = "alice"',
    )["TraceSummaries"]
    assert {each["Id"] for each in found} == {each.trace_id for each in story.of_user("alice")}


def test_batch_get_traces_prints_the_sql(board_roentgen, story):
    init = story.inits()[0].trace_id
    (trace,) = aws(board_roentgen, "batch-get-traces", "--trace-ids", init)["Traces"]
    documents = [json.loads(segment["Document"]) for segment in trace["Segments"]]
    (board,) = [document for document in documents if not document.get("inferred")]
    statements = [each["metadata"]["default"]["sql"] for each in board["subsegments"]]
    assert [statement.split(" (")[0] for statement in statements] == [
        "CREATE TABLE users",
        "CREATE TABLE posts",
    ]


def test_get_trace_graph_shows_one_trace(board_roentgen, story):
    init = story.inits()[0].trace_id
    graph = aws(board_roentgen, "get-trace-graph", "--trace-ids", init)
    assert set(nodes(graph["Services"])) == {CLIENT, APPLICATION, DATABASE}
