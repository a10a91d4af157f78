"""Which credential of the catalog a badge is, and how sure that is.

By id is sure; by an alignment that names the credential, too; by a title and its issuer nearly so.
A title alone, aligned standards or a similar title are guesses, which staff look at.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from features.importers.badge_terms import Badge
from features.importers.sources import CatalogEntry

SURE: Final = 0.9
"""Confidence from which a badge counts without anybody looking at it."""
WORTH_SHOWING: Final = 0.3

BY_ID, BY_CODE, BY_ALIGNMENT = "id", "code", "alignment"
BY_TITLE_AND_ISSUER, BY_TITLE = "title and issuer", "title"
BY_STANDARDS, BY_LIKE_TITLE = "aligned standards", "a similar title"

_CTID: Final = re.compile(r"ce-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_WORD: Final = re.compile(r"\w+")
_COMMON: Final = 200
"""A word that more titles have says nothing."""


@dataclass(frozen=True)
class Match:
    """A credential of the catalog that a badge may be."""

    credential: str = ""
    confidence: float = 0.0
    by: str = ""

    @property
    def sure(self) -> bool:
        """Whether nobody needs to look at it."""
        return self.confidence >= SURE


NOTHING: Final = Match()


class CatalogIndex:
    """Finds the credential that a badge is."""

    def __init__(self, entries: Iterable[CatalogEntry]) -> None:
        self._entries: dict[str, CatalogEntry] = {}
        self._pages: dict[str, set[str]] = defaultdict(set)
        self._titles: dict[str, set[str]] = defaultdict(set)
        self._words: dict[str, set[str]] = defaultdict(set)
        self._standards: dict[tuple[str, str], set[str]] = defaultdict(set)
        for entry in entries:
            self._add(entry)

    def _add(self, entry: CatalogEntry) -> None:
        self._entries[entry.id] = entry
        if entry.url:
            self._pages[entry.url].add(entry.id)
        if entry.title:
            self._titles[plain(entry.title)].add(entry.id)
            for word in _words(entry.title):
                self._words[word].add(entry.id)
        for standard in entry.standards:
            self._standards[standard].add(entry.id)

    def match(self, badge: Badge, *, sure_of_title: bool = True) -> Match:
        """Return the best match; of several that are equally good none."""
        best = _best(self._all(badge, sure_of_title=sure_of_title))
        return best if best.confidence >= WORTH_SHOWING else NOTHING

    def _all(self, badge: Badge, *, sure_of_title: bool) -> Iterator[Match]:
        yield from self._known(badge.achievement, 1.0, BY_ID)
        for code in badge.codes:
            yield from self._known(code, 0.95, BY_CODE)
        for aligned in badge.aligned:
            yield from self._known(aligned.url, 0.95, BY_ALIGNMENT)
        for match in self._titled(badge):
            # A title that nobody signed is a hint and no more.
            most = 1.0 if sure_of_title else SURE - 0.2
            yield Match(match.credential, min(match.confidence, most), match.by)
        yield from self._same_standards(badge)

    def _known(self, name: str, confidence: float, by: str) -> Iterator[Match]:
        if not name:
            return
        ctid = _CTID.search(name)
        found = {item for item in (name, ctid and ctid.group().casefold()) if item in self._entries}
        for id_ in found | self._pages.get(name, set()):
            yield Match(str(id_), confidence, by)

    def _titled(self, badge: Badge) -> Iterator[Match]:
        if not badge.title:
            return
        for id_ in self._titles.get(plain(badge.title), set()):
            same = _same_issuer(self._entries[id_].issuer, badge.issuer_name)
            yield Match(id_, SURE if same else 0.7, BY_TITLE_AND_ISSUER if same else BY_TITLE)
        yield from self._similar(badge)

    def _similar(self, badge: Badge) -> Iterator[Match]:
        asked = _words(badge.title)
        shared: Counter[str] = Counter()
        for word in asked:
            named = self._words.get(word, set())
            if len(named) <= _COMMON:
                shared.update(named)
        for id_, common in shared.items():
            entry = self._entries[id_]
            alike = common / len(asked | _words(entry.title))
            bonus = 0.1 if _same_issuer(entry.issuer, badge.issuer_name) else 0.0
            yield Match(id_, round(0.6 * alike + bonus, 2), BY_LIKE_TITLE)

    def _same_standards(self, badge: Badge) -> Iterator[Match]:
        asked = {(item.framework, item.code) for item in badge.aligned if item.code}
        shared: Counter[str] = Counter()
        for standard in asked:
            shared.update(self._standards.get(standard, set()))
        for id_, common in shared.items():
            alike = common / len(asked | self._entries[id_].standards)
            yield Match(id_, round(0.6 * alike, 2), BY_STANDARDS)


def _best(matches: Iterable[Match]) -> Match:
    best: dict[str, Match] = {}
    for match in matches:
        known = best.get(match.credential)
        if known is None or match.confidence > known.confidence:
            best[match.credential] = match
    ranked = sorted(best.values(), key=lambda match: (-match.confidence, match.credential))
    if not ranked:
        return NOTHING
    first, *others = ranked
    if others and others[0].confidence == first.confidence:
        # Two that are as good: one is shown, neither is sure.
        return Match(first.credential, min(first.confidence, SURE - 0.1), first.by)
    return first


def plain(text: str) -> str:
    """Return a title or a name without case, marks and double blanks."""
    return " ".join(_WORD.findall(text.casefold()))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _same_issuer(ours: str, theirs: str) -> bool:
    return bool(plain(ours)) and plain(ours) == plain(theirs)
