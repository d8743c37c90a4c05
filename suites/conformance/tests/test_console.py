"""The console in headless Chromium, looking at the story that was told to the board."""

import re
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from harness.console_page import ConsolePage

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOCAL_SCHEMES = ("data", "blob", "about")

expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def console(chromium, board_roentgen, story, artefacts, request):  # noqa: ARG001  (the story comes first)
    """A new window. Errors on its console, and requests that would leave this machine, fail the test.

    What it showed last is kept under `screenshots/last`, which tells most about a failure.
    """
    problems = []
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    context.route("**/*", lambda route: keep_on_loopback(route, problems))
    page = context.new_page()
    page.on("console", lambda message: message.type == "error" and problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(f"uncaught: {error}"))
    page.on(
        "response", lambda answer: answer.status >= 400 and problems.append(f"{answer.status} {answer.url}")
    )
    yield ConsolePage(page, board_roentgen.url)
    page.screenshot(path=artefacts / "screenshots" / "last" / f"{request.node.name}.png")
    context.close()
    assert problems == []


def keep_on_loopback(route, problems):
    address = urlsplit(route.request.url)
    if address.scheme in LOCAL_SCHEMES or address.hostname == "127.0.0.1":
        route.continue_()
    else:
        problems.append(f"a request wanted to leave: {route.request.url}")
        route.abort()


@pytest.fixture
def time_range(story):
    """Five minutes, as the console's own default, unless the story is older than that by now."""
    age_seconds = time.time() - story.began
    return "PT5M" if age_seconds < 240 else "PT1H"


@pytest.fixture
def screenshot(artefacts, console):
    return lambda name: console.screenshot(artefacts / "screenshots" / f"{name}.png")


def number(count):
    """A count as a whole number in the text, with or without a thousands separator."""
    digits = f"{count:,}".replace(",", ",?")
    return re.compile(rf"(?<![\d.,]){digits}(?![\d.,]*\d)")


def test_the_map_shows_the_application_and_its_database_with_their_counts(
    console, story, time_range, screenshot
):
    console.open("service-map", timeRange=time_range, lang="en")
    expect(console.map_node("board")).to_be_visible()
    expect(console.map_node("execute")).to_be_visible()
    expect(console.map_nodes("board")).to_have_count(2)  # the application and its client
    screenshot("map")

    application, database = story.application_counts(), story.database_counts()
    for name, counts in (("board", application), ("execute", database)):
        # An open panel leaves less room for the map, so each node is chosen on a map of its own.
        console.open("service-map", timeRange=time_range, lang="en")
        console.map_node(name).click()
        panel = console.side_panel(name)
        expect(panel).to_be_visible()
        for count in filter(None, counts):
            expect(panel).to_contain_text(number(count), use_inner_text=True)
        screenshot(f"map-panel-{name}")


def test_the_list_shows_the_traces(console, story, time_range, screenshot):
    console.open("traces", timeRange=time_range, lang="en")
    expect(console.trace_links().first).to_be_visible()
    screenshot("traces")
    href = console.trace_links().first.get_attribute("href")
    assert re.search(r"1-[0-9a-f]{8}-[0-9a-f]{24}", href).group() in story.trace_ids


def test_a_click_in_the_list_opens_the_trace(console, time_range):
    console.open("traces", timeRange=time_range, lang="en")
    console.trace_links().first.click()
    expect(console.timeline_row("board")).to_be_visible()


def test_a_trace_shows_its_timeline_with_the_subsegments_and_their_sql(console, story, screenshot):
    console.open(f"traces/{story.inits()[0].trace_id}", lang="en")
    for name in ("board", "create_users", "create_posts", "execute"):
        expect(console.timeline_row(name)).to_be_visible()
    console.timeline_row("create_users").click()
    console.tab("Metadata").click()
    expect(console.body()).to_contain_text("CREATE TABLE users")
    screenshot("trace")


def test_a_failed_trace_shows_what_the_database_said(console, story, screenshot):
    console.open(f"traces/{story.inits()[1].trace_id}", lang="en")
    expect(console.timeline_row("create_users")).to_be_visible()
    console.timeline_row("execute").click()
    console.tab("Exceptions").click()
    expect(console.body()).to_contain_text('relation "users" already exists')
    screenshot("trace-failed")


def test_the_console_speaks_korean(console, time_range, screenshot):
    console.open("service-map", timeRange=time_range, lang="ko")
    expect(console.map_node("board")).to_be_visible()
    expect(console.body()).to_contain_text("트레이스")
    screenshot("map-korean")
