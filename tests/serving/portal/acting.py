"""Sending the forms of a page as a browser would: with one session, and the fields of the page."""

import asyncio
from urllib.parse import urlencode

import httpx

from tests.serving.portal.page import read

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


class Browser:
    """One signed-in session."""

    def __init__(self, client, who="ada"):
        self.client = client
        self.who = who
        self.token = client.house.token(who)
        self.csrf = ""

    def _headers(self):
        return FORM | {"Cookie": f"recommender-session={self.token}"}

    def _request(self, method, path, **options):
        options["headers"] = self._headers() | options.get("headers", {})
        return asyncio.run(self.client._send(method, path, **options))

    def open(self, path) -> httpx.Response:
        return self._request("GET", path)

    def page(self, path):
        answer = self.open(path)
        assert answer.status_code == 200, answer.text
        page = read(answer)
        tokens = {field.attributes["value"] for field in page.all("input", name="csrf")}
        assert len(tokens) <= 1
        self.csrf = tokens.pop() if tokens else self.csrf
        return page

    def send(self, path, **fields) -> httpx.Response:
        fields = {"csrf": self.csrf} | fields
        sent = {name: value for name, value in fields.items() if value is not None}
        return self._request("POST", path, content=urlencode(sent))

    def follow(self, answer):
        assert answer.status_code == 303, answer.text
        return self.page(answer.headers["Location"].partition("#")[0])


def send(client, path, who, *, page, **fields) -> httpx.Response:
    """Open a page with a form and send that form, or another, with its token."""
    browser = Browser(client, who)
    browser.page(page)
    return browser.send(path, **fields)


def cards(page):
    return [h2 for h2 in page.all("h2") if h2.attributes.get("id", "").startswith("title-")]


def titles(page):
    return [" ".join(h2.text.split()) for h2 in cards(page)]


def notices(page):
    return page.texts("section", id="done")
