"""Open Badges 2.0 and 3.0 and CLR 2.0: what teachers earned elsewhere, verified.

Every badge of a known teacher is kept, with how far it is believed. Only one that is verified, and
surely one of the catalog, becomes a record; staff look at those that are not so sure.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from features.importers.badge_contract import BADGES, HEADER
from features.importers.badge_files import PNG, BadgeFile, Document, open_badges, signed_document
from features.importers.badge_judging import Judge, Judged
from features.importers.badge_matching import NOTHING, CatalogIndex, Match
from features.importers.badge_terms import (
    ASSERTION,
    CLR_2,
    CREDENTIALS,
    OPEN_BADGES_2,
    OPEN_BADGES_3,
    RECORDS_OF_LEARNING,
    Badge,
    NotABadge,
    first,
    id_of,
    types_of,
)
from features.importers.documents import Item, as_list, cell
from features.importers.people_contracts import RECORDS
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
from features.verification.jws import looks_signed
from features.verification.recipients import HashedAddresses, Recipient
from features.verification.status import LIST_CREDENTIALS
from features.verification.trust import FILE_NAME, Trust, read_trust
from recommender.errors import ImportRefused
from recommender.settings import settings
from recommender.vocabulary import BadgeStanding, RecordStatus

SUPPORTING: Final = LIST_CREDENTIALS | frozenset(
    {"BadgeClass", "Issuer", "Profile", "RevocationList", "1EdTechRevocationList"}
)
"""Types of things that badges point at."""

MAX_SUPPORTING: Final = 5_000
MAX_SUPPORTING_TEXT: Final = 64 * 1024 * 1024
"""Characters of all that badges point at, which is held in memory."""
MAX_PARTS: Final = 5_000
"""Credentials in one record of learning."""

NO_TEACHER: Final = "badges of people who are no teachers known here"
ENDORSEMENTS: Final = "endorsements, which nobody earns"
SUPPORTS: Final = "descriptions and lists that badges point at"
ONLY_ADDRESS: Final = "pictures that hold no more than a badge's address"

RECORD_HEADER: Final = ("teacher_id", "credential_id", "status", "on", "source")
SOURCE_IDS: Final = frozenset({"sourcedId", "systemId", "id"})
"""Kinds of identity that may be a teacher's id here."""

_NAMES: Final = {OPEN_BADGES_2: 0.7, OPEN_BADGES_3: 0.9, CLR_2: 0.9}
_SIGNS: Final = (
    (CLR_2, (b"ClrCredential", b"/spec/clr/")),
    (OPEN_BADGES_3, (b"OpenBadgeCredential", b"AchievementCredential", b"/spec/ob/")),
    (OPEN_BADGES_3, (b"EndorsementCredential", b"StatusListCredential", b"StatusList2021")),
    (OPEN_BADGES_2, (b"w3id.org/openbadges/v2", b"openbadgespec.org")),
)


class Badges:
    """What people earned elsewhere."""

    name = "Open Badges"

    def recognise(self, sample: Sample) -> float:
        """Return how sure it is: by context and types, by the form of a signed text, by a mark."""
        head = sample.head
        if head.startswith(PNG):
            return 0.9 if b"openbadge" in head else 0.6
        if head.startswith(b"<"):
            return 0.9 if b"<svg" in head and b"openbadge" in head.lower() else 0.0
        if sample.json_names:
            return _NAMES[format_of(head)] if format_of(head) else 0.0
        line = head.split(b"\n", 1)[0].strip()
        return 0.8 if line.startswith(b"eyJ") and _may_be_signed(line) else 0.0

    def sources(self, samples: Sequence[Sample], _setting: Setting) -> Taken:
        """Return the badges of each file, and the records that come of them."""
        work = _Work(samples, _trust())
        made = []
        for sample in samples:
            format_ = _form(sample.head)
            made.append(Source(sample.path, BADGES, format_, partial(_badges, sample, work)))
            made.append(Source(sample.path, RECORDS, format_, partial(_records, sample, work)))
        return Taken(tuple(made))


def format_of(head: bytes) -> str:
    """Return which format the beginning of a file speaks of; empty for none."""
    return next((name for name, signs in _SIGNS if any(sign in head for sign in signs)), "")


def _form(head: bytes) -> str:
    """Return what a file is told to be."""
    if head.startswith((PNG, b"<")):
        return "a picture with a badge"
    return format_of(head) or "signed badges"


def _may_be_signed(line: bytes) -> bool:
    text = line.decode("ascii", "replace")
    return looks_signed(text) or (text.count(".") <= 2 and text.replace(".", "A").isalnum())  # noqa: PLR2004 - two dots part a signed text


def _trust() -> Trust:
    chosen = settings()
    default = chosen.data_dir / FILE_NAME
    return read_trust(chosen.issuers_file or (default if default.exists() else None))


@dataclass
class _Work:
    """One import of badges: all its files, which may point at each other."""

    samples: Sequence[Sample]
    trust: Trust
    beside: dict[str, Document] = field(default_factory=dict)
    records: dict[str, list[RawRow]] = field(default_factory=dict)
    """Rows of records by file, known once its badges have been read."""
    _held: int = 0
    _people: HashedAddresses | None = None
    _index: CatalogIndex | None = None

    def __post_init__(self) -> None:
        """Take up what badges point at."""
        for sample in self.samples:
            with open_badges(sample.path) as file:
                for _, document in file.documents():
                    self._support(sample, document)

    def _support(self, sample: Sample, document: Document) -> None:
        own = cell(document.content.get("id"))
        if not own or not types_of(document.content) & SUPPORTING:
            return
        self._held += len(json.dumps(document.content))
        if len(self.beside) >= MAX_SUPPORTING or self._held > MAX_SUPPORTING_TEXT:
            raise ImportRefused(
                f"{sample.path.name}: more than {MAX_SUPPORTING:,} descriptions and lists, or "
                f"{MAX_SUPPORTING_TEXT:,} characters of them, were given beside the badges."
            )
        self.beside[own] = document

    def people(self, lookups: Lookups) -> HashedAddresses:
        """Return the addresses of the district's teachers."""
        self._people = self._people or HashedAddresses(lookups.addresses())
        return self._people

    def index(self, lookups: Lookups) -> CatalogIndex:
        """Return the catalog to match with."""
        self._index = self._index or CatalogIndex(lookups.catalog())
        return self._index


@contextmanager
def _badges(sample: Sample, work: _Work, lookups: Lookups) -> Iterator[Converted]:
    asides = Asides()
    with open_badges(sample.path) as file:
        reader = _Reader(work, lookups, asides, work.records.setdefault(str(sample.path), []))
        yield Converted(
            f"{sample.path.name} (badges)",
            HEADER,
            reader.rows(file),
            set_aside=asides,
            at=lambda: file.position,
        )


@contextmanager
def _records(sample: Sample, work: _Work, _lookups: Lookups) -> Iterator[Converted]:
    rows = work.records.pop(str(sample.path), [])
    yield Converted(f"{sample.path.name} (records)", RECORD_HEADER, rows)


class _Reader:
    """Makes rows of the badges of one file."""

    def __init__(
        self, work: _Work, lookups: Lookups, asides: Asides, records: list[RawRow]
    ) -> None:
        self._work = work
        self._lookups = lookups
        self._asides = asides
        self._records = records
        self._judge = Judge(work.trust, work.beside)

    def rows(self, file: BadgeFile) -> Iterator[RawRow]:
        """Yield a row for each badge of a known teacher, and one for each thing that is none."""
        for number, document in file.documents():
            if document.problem:
                yield RawRow(number, (), document.problem)
                continue
            yield from self._document(number, document, "")

    def _document(self, number: int, document: Document, carrier: str) -> Iterator[RawRow]:
        kinds = types_of(document.content)
        if RECORDS_OF_LEARNING in kinds:
            yield from self._inside(number, document, self._judge.carrier_of(document))
        elif "VerifiablePresentation" in kinds:
            yield from self._inside(number, document, "")
        elif "EndorsementCredential" in kinds:
            self._asides.add(ENDORSEMENTS)
        elif kinds & SUPPORTING:
            self._asides.add(SUPPORTS)
        elif document.content.get("address") is True:
            self._asides.add(ONLY_ADDRESS)
        else:
            yield from self._badge(number, document, carrier)

    def _inside(self, number: int, document: Document, carrier: str) -> Iterator[RawRow]:
        """Yield what a record of learning holds: credentials, some of them signed texts."""
        subject = first(document.content.get("credentialSubject")) or document.content
        held = as_list(subject.get("verifiableCredential"))
        if len(held) > MAX_PARTS:
            yield RawRow(number, (), f"it holds more than {MAX_PARTS:,} credentials")
            return
        for part in held:
            inner = _part(part)
            if inner.problem or RECORDS_OF_LEARNING in types_of(inner.content):
                yield RawRow(number, (), inner.problem or "it holds a record within a record")
            else:
                yield from self._document(number, inner, carrier)

    def _badge(self, number: int, document: Document, carrier: str) -> Iterator[RawRow]:
        kinds = types_of(document.content)
        try:
            if kinds & CREDENTIALS:
                format_ = CLR_2 if carrier else OPEN_BADGES_3
                judged = self._judge.credential(document, format_, carrier)
            elif ASSERTION in kinds:
                judged = self._judge.assertion(document)
            else:
                kind = ", ".join(sorted(kinds)) or "nothing"
                yield RawRow(number, (), f"it is no badge: its type says {kind[:80]}")
                return
        except NotABadge as error:
            yield RawRow(number, (), str(error))
            return
        teacher = self._teacher(judged.badge)
        if teacher is None:
            self._asides.add(NO_TEACHER)
            return
        yield self._row(number, teacher, judged)

    def _row(self, number: int, teacher: str, judged: Judged) -> RawRow:
        badge = judged.badge
        index = self._work.index(self._lookups)
        match = index.match(badge, sure_of_title=judged.title_is_signed)
        standing = _standing(judged, match)
        if judged.verified and match.sure:
            self._record(number, teacher, judged, match)
        cells = (
            *(teacher, badge.key, badge.format, badge.issuer, badge.issuer_name, badge.title),
            *(badge.achievement, badge.earned if judged.verified else "", standing.value),
            *(_why(judged, match), match.credential, repr(match.confidence), match.by),
        )
        return RawRow(number, cells, "")

    def _record(self, number: int, teacher: str, judged: Judged, match: Match) -> None:
        badge = judged.badge
        source = f"{badge.format}: {badge.key}"
        status = RecordStatus.REVOKED if judged.revoked else RecordStatus.EARNED
        facts = [(status, badge.earned)]
        if judged.expired is not None and not judged.revoked:
            facts.append((RecordStatus.EXPIRED, judged.expired.isoformat()))
        for fact, on in facts:
            cells = (teacher, match.credential, fact.value, on, source)
            self._records.append(RawRow(number, cells, ""))

    def _teacher(self, badge: Badge) -> str | None:
        found = {self._named(recipient) for recipient in badge.recipients} - {None}
        return found.pop() if len(found) == 1 else None

    def _named(self, recipient: Recipient) -> str | None:
        if recipient.hashed or "$" in recipient.identity:
            people = self._work.people(self._lookups)
            return people.find(recipient.identity, recipient.salt)
        if recipient.is_email:
            return self._lookups.teacher_with_email(recipient.identity)
        known = recipient.kind in SOURCE_IDS and self._lookups.is_teacher(recipient.identity)
        return recipient.identity if known else None


def _part(part: object) -> Document:
    """Return a credential that is held in another one: an object, a signed text, or wrapped."""
    if isinstance(part, str):
        return signed_document("A credential", part)
    if not isinstance(part, dict):
        return Document({}, None, "what it holds is no credential")
    content: Item = part
    if "EnvelopedVerifiableCredential" in types_of(content):
        return signed_document("A credential", id_of(content).partition(",")[2])
    return Document(content)


def _standing(judged: Judged, match: Match) -> BadgeStanding:
    if not judged.verified:
        return BadgeStanding.UNVERIFIED
    if judged.revoked:
        return BadgeStanding.REVOKED
    return BadgeStanding.COUNTED if match.sure else BadgeStanding.TO_REVIEW


def _why(judged: Judged, match: Match) -> str:
    if judged.why:
        return judged.why
    if match == NOTHING:
        return "It is verified, and nothing in the catalog looks like it."
    if not match.sure:
        return f"It is verified, and may be one of the catalog, by {match.by}."
    if judged.expired is not None:
        return "It has expired."
    return ""
