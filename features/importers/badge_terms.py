"""What a badge says, whichever version it is of: Open Badges 2.0 and 3.0, and CLR 2.0.

Nothing here is believed yet; `features.verification` and `badge_judging` see to that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from features.importers.documents import Item, as_list, cell
from features.importers.parsing import MAX_KEY
from features.verification.recipients import Recipient

OPEN_BADGES_2: Final = "Open Badges 2.0"
OPEN_BADGES_3: Final = "Open Badges 3.0"
CLR_2: Final = "CLR 2.0"

CREDENTIALS: Final = frozenset({"OpenBadgeCredential", "AchievementCredential"})
RECORDS_OF_LEARNING: Final = "ClrCredential"
ASSERTION: Final = "Assertion"

MAX_ALIGNMENTS: Final = 200
MAX_RECIPIENTS: Final = 20
MAX_STATUSES: Final = 5
SHOWN: Final = 500
"""Characters that are kept of a title or a name."""


class NotABadge(ValueError):
    """Something is no badge of its kind; the message is the rule that it breaks."""


@dataclass(frozen=True)
class Aligned:
    """What an achievement says that it is aligned to."""

    url: str
    framework: str
    code: str


@dataclass(frozen=True)
class Badge:
    """A badge of one person, as it is told."""

    key: str
    format: str
    issuer: str
    issuer_name: str
    achievement: str
    title: str
    codes: tuple[str, ...]
    aligned: tuple[Aligned, ...]
    earned: str
    starts: str
    expires: str
    recipients: tuple[Recipient, ...]
    statuses: tuple[Item, ...]


def types_of(item: Item) -> frozenset[str]:
    """Return the types of a thing, which may stand alone or in a list."""
    return frozenset(cell(name) for name in as_list(item.get("type")) if isinstance(name, str))


def first(value: object) -> Item:
    """Return the first object of what may stand alone or in a list; an empty one for none."""
    return next((item for item in as_list(value) if isinstance(item, dict)), {})


def id_of(value: object) -> str:
    """Return the id of what may be an object or a bare id."""
    return cell(value.get("id")) if isinstance(value, dict) else cell(value)


def words(value: object) -> str:
    """Return a text to be shown: of several languages English, else the first."""
    if isinstance(value, dict):
        spoken = {name.casefold(): text for name, text in value.items() if isinstance(text, str)}
        value = spoken.get("en") or spoken.get("en-us") or next(iter(spoken.values()), "")
    return cell(value)[:SHOWN]


def key_of(badge_id: str, content: object) -> str:
    """Return what a badge is known by: its id, where that is short, else a hash."""
    if badge_id and len(badge_id) <= MAX_KEY and badge_id.isprintable():
        return badge_id
    return "sha256:" + sha256((badge_id or repr(content)).encode("utf-8", "replace")).hexdigest()


def moment_of(text: str) -> datetime | None:
    """Return a moment in UTC, or None where a text is none; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def badge_of_credential(credential: Item, format_: str = OPEN_BADGES_3) -> Badge:
    """Return the badge that a verifiable credential is.

    Raises
    ------
    NotABadge
        It has no issuer, subject or achievement.
    """
    subject = first(credential.get("credentialSubject"))
    achievement = first(subject.get("achievement"))
    issuer = credential.get("issuer")
    if not id_of(issuer):
        raise NotABadge("the issuer is missing")
    if not subject:
        raise NotABadge("the credentialSubject is missing")
    if not (id_of(achievement) or words(achievement.get("name"))):
        raise NotABadge("the credentialSubject names no achievement")
    starts = cell(credential.get("validFrom")) or cell(credential.get("issuanceDate"))
    return Badge(
        key=key_of(cell(credential.get("id")), credential),
        format=format_,
        issuer=id_of(issuer),
        issuer_name=words(first(issuer).get("name")),
        achievement=id_of(achievement),
        title=words(achievement.get("name")),
        codes=tuple(_codes(achievement)),
        aligned=tuple(_aligned(achievement)),
        earned=cell(credential.get("awardedDate")) or starts,
        starts=starts,
        expires=cell(credential.get("validUntil")) or cell(credential.get("expirationDate")),
        recipients=tuple(_recipients(subject))[:MAX_RECIPIENTS],
        statuses=_objects(credential.get("credentialStatus"))[:MAX_STATUSES],
    )


def badge_of_assertion(assertion: Item, badge_class: Item, issuer: Item) -> Badge:
    """Return the badge that an assertion of version 2.0 is; what it points at may be empty.

    Raises
    ------
    NotABadge
        It names no badge or nobody.
    """
    recipient = first(assertion.get("recipient"))
    if not id_of(assertion.get("badge")):
        raise NotABadge("the badge is missing")
    if not cell(recipient.get("identity")):
        raise NotABadge("the recipient is missing")
    earned = cell(assertion.get("issuedOn"))
    return Badge(
        key=key_of(cell(assertion.get("id")), assertion),
        format=OPEN_BADGES_2,
        issuer=id_of(issuer) or id_of(badge_class.get("issuer")),
        issuer_name=words(issuer.get("name")),
        achievement=id_of(assertion.get("badge")),
        title=words(badge_class.get("name")),
        codes=(),
        aligned=tuple(_aligned(badge_class)),
        earned=earned,
        starts=earned,
        expires=cell(assertion.get("expires")),
        recipients=(
            Recipient(
                cell(recipient.get("type")),
                cell(recipient.get("identity")),
                recipient.get("hashed") is True,
                _salt(recipient),
            ),
        ),
        statuses=(),
    )


def _objects(value: object) -> tuple[Item, ...]:
    return tuple(item for item in as_list(value) if isinstance(item, dict))


def _salt(recipient: Item) -> str:
    salt = recipient.get("salt")
    return salt if isinstance(salt, str) else ""


def _codes(achievement: Item) -> Iterator[str]:
    """Yield other ids that an achievement has."""
    yield from filter(None, [cell(achievement.get("humanCode"))])
    for other in _objects(achievement.get("otherIdentifier"))[:MAX_ALIGNMENTS]:
        yield from filter(None, [cell(other.get("identifier"))])


def _aligned(thing: Item) -> Iterator[Aligned]:
    for name in ("alignment", "alignments"):
        for item in _objects(thing.get(name))[:MAX_ALIGNMENTS]:
            yield Aligned(
                cell(item.get("targetUrl")),
                words(item.get("targetFramework")),
                cell(item.get("targetCode")),
            )


def _recipients(subject: Item) -> Iterator[Recipient]:
    own = cell(subject.get("id"))
    if own.casefold().startswith("mailto:"):
        yield Recipient("email", own[len("mailto:") :])
    elif own:
        yield Recipient("id", own)
    for item in _objects(subject.get("identifier")):
        yield Recipient(
            cell(item.get("identityType")),
            cell(item.get("identityHash")),
            item.get("hashed") is True,
            _salt(item),
        )
