"""xAPI statements (1.0.3 and 2.0) as feedback events.

A learning platform's statements are mostly about other people and other things than ours: only
what a known teacher did with a known credential becomes an event, the rest is counted.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from features.importers.documents import Item, JsonFile, as_list, cell, open_json
from features.importers.people_contracts import EVENTS
from features.importers.sources import (
    Asides,
    Converted,
    Lookups,
    RawRow,
    Sample,
    Setting,
    Source,
    Taken,
)
from recommender.vocabulary import EventKind

VERBS: Final[Mapping[str, EventKind]] = {
    **dict.fromkeys(("experienced", "viewed", "previewed", "read"), EventKind.VIEWED),
    **dict.fromkeys(("bookmarked", "favorited", "favorite", "saved", "save"), EventKind.SAVED),
    **dict.fromkeys(
        ("launched", "initialized", "attempted", "registered", "enrolled", "started", "start"),
        EventKind.STARTED,
    ),
    **dict.fromkeys(("disliked", "dislike", "dismissed"), EventKind.DISMISSED),
    **dict.fromkeys(("completed", "passed", "mastered", "earned"), EventKind.CLAIMED),
}
"""Last part of a verb's address, and what it is to us."""

VERB_HOSTS: Final = frozenset(
    {"adlnet.gov", "w3id.org", "id.tincanapi.com", "tincanapi.com", "activitystrea.ms"}
)
"""Where verbs are published that mean what their last part says."""

VOIDED: Final = "http://adlnet.gov/expapi/verbs/voided"

CREDENTIAL_TYPES: Final = frozenset(
    {"badge", "credential", "micro-credential", "microcredential", "certificate"}
)
"""Last part of an activity's type: such an activity may be a credential not known yet."""

HEADER: Final = ("teacher_id", "credential_id", "kind", "at")

WAS_VOIDED: Final = "statements that are voided, or void another"
NO_MEANING: Final = "statements with verbs that say nothing here"
NO_SUCCESS: Final = "statements of something completed without success"
NO_TIME: Final = "statements without a timestamp, of which nothing says when"
NO_TEACHER: Final = "statements of people who are no teachers known here"
NO_CREDENTIAL: Final = "statements about things that are no credentials known here"

_TWO_OF_THREE: Final = 2
_CTID: Final = re.compile(r"ce-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PARTS: Final = ("actor", "verb", "object")


class Xapi:
    """Statements of the Experience API."""

    name = "xAPI"

    def recognise(self, sample: Sample) -> float:
        """Return how sure it is, by the members of a statement; one may be missing."""
        found = len(frozenset(_PARTS) & sample.json_names)
        if found == len(_PARTS):
            return 0.8
        return 0.6 if found == _TWO_OF_THREE else 0.0

    def sources(self, samples: Sequence[Sample], _setting: Setting) -> Taken:
        """Return the events of each file, less what any of them voids."""
        voided: set[str] = set()
        for sample in samples:
            with open_json(sample.path) as file:
                voided |= {
                    cell(_dict(statement.get("object")).get("id"))
                    for _, statement in _statements(file)
                    if _verb(statement) == VOIDED
                }
        return Taken(
            tuple(
                Source(sample.path, EVENTS, "xAPI statements", partial(_events, sample, voided))
                for sample in samples
            )
        )


def _statements(file: JsonFile) -> Iterator[tuple[int, Item]]:
    """Yield statements and their numbers; a store's answer holds them in a list."""
    number = 0
    for _, item in file.objects():
        held = as_list(item["statements"]) if "statements" in item else [item]
        for statement in held:
            number += 1
            yield number, _dict(statement)


@contextmanager
def _events(sample: Sample, voided: set[str], lookups: Lookups) -> Iterator[Converted]:
    with open_json(sample.path) as file:
        asides = Asides()
        yield Converted(
            f"{sample.path.name} (events)",
            HEADER,
            _rows(file, voided, lookups, asides),
            set_aside=asides,
            at=lambda: file.position,
        )


def _rows(file: JsonFile, voided: set[str], lookups: Lookups, asides: Asides) -> Iterator[RawRow]:
    for number, statement in _statements(file):
        lacking = [name for name in _PARTS if not isinstance(statement.get(name), dict)]
        if lacking:
            yield RawRow(number, (), f"the {lacking[0]} is missing or no object")
            continue
        cells = _event(statement, voided, lookups)
        if isinstance(cells, str):
            asides.add(cells)
        else:
            yield RawRow(number, cells, "")


def _event(statement: Item, voided: set[str], lookups: Lookups) -> tuple[str, str, str, str] | str:
    """Return the cells of an event, or why a statement is none."""
    verb = _verb(statement)
    own = cell(statement.get("id"))
    if verb == VOIDED or (own and own in voided):
        return WAS_VOIDED
    kind = kind_of(verb)
    if kind is None:
        return NO_MEANING
    if kind is EventKind.CLAIMED and _dict(statement.get("result")).get("success") is False:
        return NO_SUCCESS
    at = cell(statement.get("timestamp")) or cell(statement.get("stored"))
    if not at:
        return NO_TIME
    teacher = _teacher(statement["actor"], lookups)
    if teacher is None:
        return NO_TEACHER
    credential = _credential(statement["object"], lookups)
    return NO_CREDENTIAL if credential is None else (teacher, credential, kind.value, at)


def kind_of(verb: str) -> EventKind | None:
    """Return what a verb means to us, or None."""
    try:
        address = urlsplit(verb)
        host = address.hostname or ""
    except ValueError:
        return None
    if host.removeprefix("www.") not in VERB_HOSTS:
        return None
    return VERBS.get(address.path.rstrip("/").rpartition("/")[2].casefold())


def _verb(statement: Item) -> str:
    return cell(_dict(statement.get("verb")).get("id"))


def _teacher(actor: Item, lookups: Lookups) -> str | None:
    """Return the teacher who is meant: by the account's name, which is our id, or by e-mail."""
    name = cell(_dict(actor.get("account")).get("name"))
    if name:
        return name if lookups.is_teacher(name) else None
    mbox = cell(actor.get("mbox"))
    if not mbox.casefold().startswith("mailto:"):
        return None
    return lookups.teacher_with_email(mbox[len("mailto:") :])


def _credential(thing: Item, lookups: Lookups) -> str | None:
    """Return the credential that an activity is, if it is one."""
    address = cell(thing.get("id"))
    if cell(thing.get("objectType")) not in {"", "Activity"} or not address:
        return None
    ctid = _CTID.search(address)
    known = lookups.credential_known_as(address)
    if known is None and ctid:
        known = lookups.credential_known_as(ctid.group().casefold())
    if known is not None:
        return known
    kind = cell(_dict(thing.get("definition")).get("type"))
    if kind.rstrip("/").rpartition("/")[2].casefold() not in CREDENTIAL_TYPES:
        return None
    return ctid.group().casefold() if ctid else address


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
