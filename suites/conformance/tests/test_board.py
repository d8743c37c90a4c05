"""An ordinary web application with the stock SDK, seen through boto3 and plain HTTP."""

import pytest

from harness.board import APPLICATION, CLIENT, DATABASE, POSTS_BY_USER
from harness.graph import Counts, edges, nodes
from harness.xray import RawClient, at, boto_client


@pytest.fixture
def raw(board_roentgen, story):  # noqa: ARG001  (the story has to be told first)
    return RawClient(board_roentgen)


@pytest.fixture
def boto(board_roentgen, story):  # noqa: ARG001
    return boto_client(board_roentgen)


def boto_summaries(boto, story, expression):
    start, end = story.window
    pages = boto.get_paginator("get_trace_summaries").paginate(
        StartTime=at(start), EndTime=at(end), FilterExpression=expression
    )
    return [summary for page in pages for summary in page["TraceSummaries"]]


def ids(found):
    found_ids = [each["Id"] for each in found]
    assert len(found_ids) == len(set(found_ids)), "a trace came twice"
    return set(found_ids)


def sent_ids(requests):
    return {each.trace_id for each in requests}


def test_the_first_init_succeeds_and_the_repeated_ones_are_errors(boto, story):
    first, *repeated = story.inits()
    assert first.status == 200
    assert [each.status for each in repeated] == [409, 409, 409]

    errors = boto_summaries(boto, story, "error")
    assert ids(errors) == sent_ids(story.failed())
    assert sent_ids(repeated) <= ids(errors)
    assert first.trace_id not in ids(errors)

    by_id = {each["Id"]: each for each in errors}
    for each in repeated:
        summary = by_id[each.trace_id]
        assert (summary["HasError"], summary["HasFault"], summary["HasThrottle"]) == (True, False, False)
        assert (summary["Http"]["HttpMethod"], summary["Http"]["HttpStatus"]) == ("POST", 409)
        assert summary["Http"]["HttpURL"].endswith("/init")


def test_what_is_no_error_is_ok(boto, story):
    succeeded = story.chosen(lambda each: each.status < 400)
    assert ids(boto_summaries(boto, story, "ok")) == sent_ids(succeeded)
    assert boto_summaries(boto, story, "throttle") == []


def test_requests_without_a_name_are_refused_with_400(raw, story):
    refused = story.chosen(lambda each: each.status == 400)
    assert len(refused) == 5
    for trace_id in sent_ids(refused):
        (document,) = raw.documents(trace_id)
        assert document["error"] is True
        assert "fault" not in document
        assert document["http"]["response"]["status"] == 400
        assert "subsegments" not in document


def test_the_init_trace_has_its_subsegments_and_the_sql_text(boto, raw, story):
    first = story.inits()[0]
    (trace,) = boto.batch_get_traces(TraceIds=[first.trace_id])["Traces"]
    assert trace["LimitExceeded"] is False
    documents = raw.documents(first.trace_id)

    reported = [document for document in documents if not document.get("inferred")]
    inferred = [document for document in documents if document.get("inferred")]
    assert len(trace["Segments"]) == len(documents)

    (board,) = reported
    assert board["name"] == "board"
    assert board["trace_id"] == first.trace_id
    assert board["aws"]["xray"]["sdk"] == "X-Ray for Python"
    users, posts = board["subsegments"]
    assert (users["name"], posts["name"]) == ("create_users", "create_posts")
    assert users["metadata"]["default"]["sql"].startswith("CREATE TABLE users")
    assert posts["metadata"]["default"]["sql"].startswith("CREATE TABLE posts")

    calls = [users["subsegments"][0], posts["subsegments"][0]]
    for call in calls:
        assert (call["name"], call["namespace"]) == ("execute", "remote")
        assert call["sql"]["database_type"] == "PostgreSQL"
        assert call["sql"]["user"] == "board"
    assert {each["parent_id"] for each in inferred} == {call["id"] for call in calls}
    for each in inferred:
        assert (each["name"], each["origin"]) == ("execute", "Database::SQL")


def test_a_repeated_init_shows_what_the_database_said(raw, story):
    repeated = story.inits()[1]
    board = next(each for each in raw.documents(repeated.trace_id) if not each.get("inferred"))
    (users,) = board["subsegments"]
    (call,) = users["subsegments"]
    assert board["error"] is True
    assert call["fault"] is True
    (exception,) = call["cause"]["exceptions"]
    assert exception["type"] == "DuplicateTable"
    assert 'relation "users" already exists' in exception["message"]
    assert users["cause"] == exception["id"], "the outer subsegment refers to it"


@pytest.mark.parametrize("username", [*POSTS_BY_USER, "nobody"])
def test_an_annotation_finds_exactly_that_users_requests(boto, story, username):
    found = boto_summaries(boto, story, f'annotation.username = "{username}"')
    assert ids(found) == sent_ids(story.of_user(username))
    written = [each for each in found if each["Http"]["HttpMethod"] == "POST"]
    assert len(written) == POSTS_BY_USER.get(username, 0)
    for summary in found:
        (value,) = summary["Annotations"]["username"]
        assert value["AnnotationValue"] == {"StringValue": username}
        assert [user["UserName"] for user in summary["Users"]] == [username]


def test_terms_combine(boto, story):
    found = boto_summaries(boto, story, 'annotation.username = "alice" AND error')
    wanted = [each for each in story.of_user("alice") if each.status >= 400]
    assert len(wanted) == 2
    assert ids(found) == sent_ids(wanted)
    found = boto_summaries(boto, story, 'annotation.username = "alice" OR annotation.username = "bob"')
    assert ids(found) == sent_ids(story.of_user("alice") + story.of_user("bob"))


def test_pages_follow_each_other_without_gap_or_repetition(raw, story):
    pages = raw.summary_pages(story.window, 'annotation.username = "carol"')
    assert len(pages) > 1
    assert all(len(page["TraceSummaries"]) <= 100 for page in pages)
    summaries = [summary for page in pages for summary in page["TraceSummaries"]]
    assert ids(summaries) == sent_ids(story.of_user("carol"))
    starts = [summary["StartTime"] for summary in summaries]
    assert starts == sorted(starts, reverse=True)


def test_every_request_is_one_trace(raw, story):
    assert ids(raw.summaries(story.window)) == sent_ids(story.sent)


def test_the_map_shows_client_application_and_database_with_exact_counts(boto, story):
    start, end = story.window
    graph = boto.get_service_graph(StartTime=at(start), EndTime=at(end))
    application, database = story.application_counts(), story.database_counts()
    assert nodes(graph["Services"]) == {CLIENT: None, APPLICATION: application, DATABASE: database}
    assert edges(graph["Services"]) == {
        (CLIENT, APPLICATION): application,
        (APPLICATION, DATABASE): database,
    }
    roots = [service["Name"] for service in graph["Services"] if service.get("Root")]
    assert roots == ["board"]


def test_the_graph_of_one_trace_has_only_its_own_counts(boto, raw, story):
    first = story.inits()[0]
    services = boto.get_trace_graph(TraceIds=[first.trace_id])["Services"]
    assert nodes(services) == {CLIENT: None, APPLICATION: Counts(ok=1), DATABASE: Counts(ok=2)}
    assert edges(services) == {
        (CLIENT, APPLICATION): Counts(ok=1),
        (APPLICATION, DATABASE): Counts(ok=2),
    }
    for service in raw.call("GetTraceGraph", TraceIds=[first.trace_id])["Services"]:
        assert "StartTime" not in service
        assert "EndTime" not in service
