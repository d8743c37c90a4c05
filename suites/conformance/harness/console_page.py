"""The console as a person uses it. Every selector of the suite is in this file.

The console keeps these promises: a node of the map has the role button and a label that begins with the
node's name; the side panel has the role complementary; the list of traces is a table with links to
`#/traces/ID`; a row of the timeline has the role row and shows its entity's name; once it is clicked, the
tabs "Metadata" and "Exceptions" show what the entity carries.
"""

import re

CLIENT_WORDS = re.compile("client|클라이언트", re.IGNORECASE)


class ConsolePage:
    def __init__(self, page, url):
        self._page = page
        self._url = url

    def open(self, route, **query):
        text = "&".join(f"{name}={value}" for name, value in query.items())
        # A changed hash alone would not load the page again.
        self._page.goto("about:blank")
        self._page.goto(f"{self._url}/#/{route}" + (f"?{text}" if text else ""))

    def body(self):
        return self._page.locator("body")

    def screenshot(self, path):
        self._page.screenshot(path=path, animations="disabled")

    # The map

    def map_nodes(self, name):
        return self._page.get_by_role("button", name=re.compile(rf"^{re.escape(name)}(?![\w-])"))

    def map_node(self, name):
        """The node of a service; the client in front of it bears the same name."""
        return self._without_clients(self.map_nodes(name))

    def side_panel(self, name):
        return self._page.get_by_role("complementary", name=name)

    # The list of traces

    def trace_links(self):
        return self._page.get_by_role("table").locator('a[href*="#/traces/1-"]')

    def trace_link(self, trace_id):
        return self._page.get_by_role("table").locator(f'a[href*="#/traces/{trace_id}"]').first

    # One trace

    def timeline_row(self, name):
        return self._page.get_by_role("row").filter(has_text=name).first

    def tab(self, name):
        return self._page.get_by_role("tab", name=name)

    def _without_clients(self, nodes):
        nodes.first.wait_for()
        for index in range(nodes.count()):
            if not CLIENT_WORDS.search(nodes.nth(index).get_attribute("aria-label") or ""):
                return nodes.nth(index)
        return nodes.first
