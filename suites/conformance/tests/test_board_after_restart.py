"""Whatever was answered before a crash or a stop is answered after it, word for word."""

import pytest

from harness.xray import RawClient, documents_of


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_every_answer_is_the_same_after_a_restart(board_roentgen, story, end):
    before = every_answer(board_roentgen, story)
    assert before["stored traces"]

    if end == "kill":
        board_roentgen.kill()
    else:
        assert board_roentgen.stop() == 0
    board_roentgen.start()

    after = every_answer(board_roentgen, story)
    for question, answer in before.items():
        assert after[question] == answer, question


def every_answer(roentgen, story):
    client = RawClient(roentgen)
    init = story.inits()[0].trace_id
    expressions = (None, "error", "ok", 'annotation.username = "carol"', "responsetime >= 0")
    answers = {f"summaries of {each}": pages(client, story, each) for each in expressions}
    traces = client.traces(story.trace_ids)
    answers["stored traces"] = [(trace["Id"], documents_of(trace)) for trace in traces]
    answers["trace durations"] = [(trace["Id"], trace["Duration"]) for trace in traces]
    answers["service graph"] = client.service_graph(story.window)
    answers["trace graph"] = client.call("GetTraceGraph", TraceIds=[init])
    answers["sampling rules"] = client.call("GetSamplingRules")
    return answers


def pages(client, story, expression):
    """Page by page, but without the tokens: how one is written is the server's own business."""
    return [
        {name: value for name, value in page.items() if name != "NextToken"}
        for page in client.summary_pages(story.window, expression)
    ]
