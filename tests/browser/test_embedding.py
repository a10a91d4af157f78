"""Inside a district's portal: the custom element and the frame, on a page of another origin."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

PORT = 8999
PORTAL = f"http://localhost:{PORT}"


class _Pages(BaseHTTPRequestHandler):
    pages: ClassVar[dict[str, str]] = {}

    def do_GET(self):
        content = self.pages.get(self.path, "").encode()
        self.send_response(200 if content else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        # What a careful portal says: our scripts by name, nothing inline.
        self.send_header(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'nonce-n' {self.server.service};"
            f" connect-src {self.server.service}; frame-src {self.server.service}",
        )
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def portal(demonstration) -> Iterator[dict[str, str]]:
    """Serve pages of another origin; a test fills them in."""
    server = HTTPServer(("localhost", PORT), _Pages)
    server.service = demonstration.address
    _Pages.pages = {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield _Pages.pages
    server.shutdown()
    server.server_close()


def token_of(link):
    return parse_qs(urlsplit(link).query)["token"][0]


def teacher_id(demonstration, visit):
    return visit(demonstration.teacher).url.rpartition("/")[2]


def element_page(demonstration, teacher, token):
    return f"""<!doctype html><html lang="en"><title>Portal</title>
<script type="module" src="{demonstration.address}/static/next-credentials.js"></script>
<next-credentials teacher="{teacher}" count="3"></next-credentials>
<script type="module" nonce="n">
document.querySelector("next-credentials").token = async () => "{token}";
</script></html>"""


def test_the_element_shows_the_teachers_list(demonstration, visit, portal):
    teacher = teacher_id(demonstration, visit)
    portal["/"] = element_page(demonstration, teacher, token_of(demonstration.teacher))
    page = visit(f"{PORTAL}/")
    page.locator("next-credentials li").first.wait_for()
    shown = page.locator("next-credentials h3").all_inner_texts()
    listed = visit(demonstration.teacher).locator(".card h2").all_inner_texts()
    assert shown == listed[:3]
    assert page.locator("next-credentials li").first.locator("p").count() >= 2
    assert page.evaluate("document.querySelector('next-credentials').outerHTML").count("ey") == 0


def test_the_element_says_so_when_it_may_not(demonstration, visit, portal):
    teacher = teacher_id(demonstration, visit)
    portal["/"] = element_page(demonstration, teacher, token_of(demonstration.staff))
    page = visit(f"{PORTAL}/")
    page.get_by_text("Suggestions cannot be shown just now.").wait_for()


def test_the_frame_signs_in_by_the_portals_token(demonstration, visit, portal):
    token = token_of(demonstration.teacher)
    portal["/"] = f"""<!doctype html><html lang="en"><title>Portal</title>
<script type="module" nonce="n">
window.addEventListener("message", (event) => {{
  if (event.origin === "{demonstration.address}" && event.data.type === "next-credentials:ready")
    event.source.postMessage({{ type: "next-credentials:token", token: "{token}" }}, event.origin);
}});
</script>
<iframe title="Suggestions" src="{demonstration.address}/embed"></iframe></html>"""
    page = visit(f"{PORTAL}/")
    frame = page.frame_locator("iframe")
    frame.locator(".card").first.wait_for()
    first = frame.locator(".card h2").first.inner_text()
    frame.locator(".card").first.get_by_role("button", name="Save", exact=True).click()
    frame.get_by_text("Saved.").wait_for()
    frame.get_by_role("button", name="Undo").click()
    frame.get_by_text("Taken back.").wait_for()
    assert frame.locator(".card h2").first.inner_text() == first


def test_another_origin_gets_neither_frame_nor_list(demonstration, visit, portal):
    portal["/"] = f'<iframe title="x" src="{demonstration.address}/embed"></iframe>'
    page = visit(f"http://127.0.0.1:{PORT}/")  # not the origin that the deployment names
    page.wait_for_load_state("networkidle")
    assert page.frame_locator("iframe").locator("#embed").count() == 0
