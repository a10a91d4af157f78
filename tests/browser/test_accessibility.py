"""No page breaks a rule of WCAG 2.1 A/AA or of good practice that axe-core can check."""

import pytest

from tests.browser.conftest import AXE

LOOKS = [(320, "light"), (320, "dark"), (1280, "dark"), (1280, "light")]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]

PAGES = {
    "sign in": (None, "/"),
    "suggestions": ("teacher", ""),
    "suggestions, all open": ("teacher", "?k=20"),
    "what we know": ("teacher", "/known"),
    "self-assessment": ("teacher", "/self-assessment"),
    "caseload": ("coach", "/caseload"),
    "a teacher, by the coach": ("coach", "first teacher"),
    "coaching": ("coach", "first coaching"),
    "growth plans": ("teacher", "/plans"),
    "this is wrong": ("teacher", "/wrong"),
    "progress": ("teacher", "/progress"),
    "earn together": ("coach", "/earn-together"),
    "models": ("staff", "/models"),
    "one model": ("staff", "/models/1"),
    "exposure": ("staff", "/exposure"),
    "settings": ("staff", "/settings"),
    "facts called wrong": ("staff", "/corrections"),
    "imports": ("staff", "/imports"),
    "one import": ("staff", "/imports/1"),
    "nothing here": ("staff", "/nothing"),
}
"""Who looks, and where: of a teacher, below their own page."""


def open_page(demonstration, visit, who, path, **look):
    page = visit(getattr(demonstration, who) if who else None, **look)
    if who == "teacher":
        page.goto(page.url.partition("?")[0] + path)
    elif path.startswith("first"):
        link = page.locator("main a[href^='/teachers/']").first.get_attribute("href")
        below = "/coaching" if path == "first coaching" else ""
        page.goto(demonstration.address + link.removesuffix("/coaching") + below)
    else:
        page.goto(demonstration.address + path)
    return page


def broken_rules(page):
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text())
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_no_rule_is_broken_and_nothing_sticks_out(demonstration, visit, name):
    page = open_page(demonstration, visit, *PAGES[name])
    for closed in page.locator("details:not([open]) > summary").all():
        if closed.is_visible():
            closed.click()
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert broken_rules(page) == [], (width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_check_finds_what_is_wrong(visit):
    page = visit()
    page.set_content("<!doctype html><title>x</title><img src='x.png'><input>")
    found = " ".join(broken_rules(page))
    assert "image-alt" in found
    assert "label" in found
    assert "html-has-lang" in found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_small_and_asks_nobody_else(demonstration, visit, name):
    who, path = PAGES[name]
    page = visit(getattr(demonstration, who) if who else None)
    here = page.url.partition("?")[0]
    asked, sizes = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda response: sizes.append(len(response.body())))
    target = f"{here}{path}" if who == "teacher" else f"{demonstration.address}{path}"
    if path.startswith("first"):
        link = page.locator("main a[href^='/teachers/']").first.get_attribute("href")
        below = "/coaching" if path == "first coaching" else ""
        target = demonstration.address + link.removesuffix("/coaching") + below
    page.goto(target)
    page.wait_for_load_state("networkidle")
    assert sum(sizes) <= 100 * 1024
    assert {url.split("/")[2] for url in asked} == {demonstration.address.split("/")[2]}
