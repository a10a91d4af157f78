"""Reading a page as a browser would, with the rules that every page keeps."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "input", "br", "hr"}


@dataclass
class Element:
    tag: str
    attributes: dict
    text: str = ""


@dataclass
class Page(HTMLParser):
    """The elements of a page; fails where tags do not nest."""

    elements: list = field(default_factory=list)
    open: list = field(default_factory=list)

    def __post_init__(self):
        super().__init__()

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open.pop().tag == tag

    def handle_data(self, data):
        for element in self.open:
            element.text += data

    def all(self, tag, **attributes):
        return [
            element
            for element in self.elements
            if element.tag == tag
            and all(element.attributes.get(k.rstrip("_")) == v for k, v in attributes.items())
        ]

    def texts(self, tag, **attributes):
        return [" ".join(element.text.split()) for element in self.all(tag, **attributes)]


def read(answer) -> Page:
    """Return the page of an answer after checking what holds of all pages."""
    page = Page()
    page.feed(answer.text)
    page.close()
    assert page.open == []
    keep_the_rules(page, answer.text)
    return page


def keep_the_rules(page: Page, text: str) -> None:
    assert len(text.encode()) < 100_000
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert page.all("html")[0].attributes["lang"] == "en"
    assert page.texts("title")[0].endswith("Next micro-credentials")
    assert not page.all("script")
    assert not page.all("style")
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in page.elements:
        names = set(element.attributes)
        assert not {name for name in names if name.startswith("on") or name == "style"}
        assert element.attributes.get("aria-labelledby", ids[0]) in ids
        for name in names & {"href", "src", "action"} if element.tag != "a" else ():
            assert element.attributes[name].startswith("/")
