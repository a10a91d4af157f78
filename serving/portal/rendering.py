"""From values to HTML: one Jinja environment, everything escaped, words for what is unknown."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, StreamingResponse

from recommender.store.columns import ALWAYS, FOREVER
from recommender.vocabulary import Role
from serving.faults import log_fault
from serving.names import BASIS_NAMES, EVENT_NAMES, EVIDENCE_NAMES, ROLE_NAMES, SEGMENT_NAMES

END_OF_FRAME: Final = "<!-- here the frame ends -->"
"""Stands in a template where what comes before it may be shown already."""

UNKNOWN: Final = "not known"
HERE: Final = Path(__file__).parent

_BROKEN: Final = """
<p class="notice" role="alert">Something went wrong here, and it was written down. Load the page
again; if it stays, tell your district's data staff.</p></main></body></html>
"""
"""Takes the place of what could not be shown behind the frame."""

_API_PATHS: Final = ("/v1/", "/healthz", "/readyz", "/openapi.json", "/static/")


def day(value: date | None) -> str:
    """Write a date as '12 May 2026'."""
    if value is None or value in {ALWAYS, FOREVER}:
        return UNKNOWN
    return f"{value.day} {value:%B %Y}"


def _moment(value: datetime) -> str:
    return f"{day(value.date())}, {value:%H:%M} UTC"


def _hours(value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return "1 hour" if value == 1 else f"{value:g} hours"


def _cost(value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return f"${value:,.2f}".removesuffix(".00") if value else "free"


def _percent(share: float) -> str:
    return f"{share * 100:.0f}%"


def _web_address(text: str) -> str:
    """Return a link's address, or '' where it is not a plain web address."""
    return text if urlsplit(text).scheme in {"http", "https"} else ""


def _segment_of_path(text: str) -> str:
    return quote(text, safe="")


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        day=day,
        moment=_moment,
        hours=_hours,
        cost=_cost,
        percent=_percent,
        web_address=_web_address,
        in_path=_segment_of_path,
    )
    made.globals.update(
        evidence_names=EVIDENCE_NAMES,
        basis_names=BASIS_NAMES,
        segment_names=SEGMENT_NAMES,
        role_names=ROLE_NAMES,
        event_names=EVENT_NAMES,
    )
    return made


_TEMPLATES: Final = _environment()


def render(
    template: str,
    *,
    role: Role | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,  # noqa: ANN401 - a template takes any value
) -> HTMLResponse:
    """Return a page; `role` is that of the person signed in."""
    html = _TEMPLATES.get_template(template).render(role=role, **values)
    return HTMLResponse(html, status, dict(headers or {}))


def render_frame_first(
    template: str,
    *,
    role: Role,
    **values: Any,  # noqa: ANN401 - a template takes any value
) -> StreamingResponse:
    """Return a page that begins to go out at the template's `END_OF_FRAME`, before what is slow.

    What is slow is given as a function that the template calls behind that mark. Everything that
    may be refused must be refused before: the status is out by then.
    """
    parts = _TEMPLATES.get_template(template).generate(role=role, **values)
    return StreamingResponse(_from_mark_to_mark(parts), media_type="text/html")


def _from_mark_to_mark(parts: Iterable[str]) -> Iterator[str]:
    held: list[str] = []
    try:
        for part in parts:
            before, mark, after = part.partition(END_OF_FRAME)
            held.append(before)
            if mark:
                yield "".join(held)
                held = [after]
    except Exception as error:  # noqa: BLE001 - the status is out; the reader must be told here
        log_fault(error)
        held = [_BROKEN]
    yield "".join(held)


def is_page(request: Request) -> bool:
    """Whether a person with a browser asked for a page, and not a program for an answer."""
    if request.url.path.startswith(_API_PATHS):
        return False
    return "text/html" in request.headers.get("accept", "")


def render_error(
    title: str, detail: str, status: int, request_id: str, headers: Mapping[str, str] | None
) -> HTMLResponse:
    """Return the page of something that cannot be done."""
    return render(
        "error.html",
        status=status,
        headers=headers,
        title=title,
        detail=detail,
        request_id=request_id,
    )
