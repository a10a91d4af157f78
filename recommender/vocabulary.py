"""The words of the house: statuses, event kinds, roles, evidence names and the codes behind them.

Values are what stands in files, in the store and in JSON. Codes (`code`) are the small integers
that stand in arrays: the position of the member in its enumeration.
"""

from enum import StrEnum
from functools import cache, cached_property
from typing import Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

DEFAULT_DISTRICT: Final = "default"
"""District of an import that names none."""

SHARED: Final = ""
"""District key of a credential that belongs to every district."""

HUB_FRAMEWORK: Final = "InTASC"
"""Framework in which all others meet through the crosswalk (CCSSO 2011)."""


CodedT = TypeVar("CodedT", bound="Coded")


class Coded(StrEnum):
    """A string enumeration whose members also have a small integer `code` for arrays."""

    @cached_property
    def code(self) -> int:
        """Position of this member in its enumeration."""
        return list(type(self)).index(self)

    @classmethod
    def from_code(cls, code: int) -> Self:
        """Return the member at position `code`."""
        member: Self = _members(cls)[code]
        return member

    @classmethod
    def among(cls, *some: Self) -> NDArray[np.bool_]:
        """Return by code which members are among some: a table to look codes of arrays up in."""
        return np.array([member in some for member in cls], dtype=bool)


@cache
def _members(kind: type[CodedT]) -> tuple[CodedT, ...]:
    return tuple(kind)


class RecordStatus(Coded):
    """Where a teacher stands with a micro-credential; each is a dated fact."""

    ENROLLED = "enrolled"
    SUBMITTED = "submitted"
    EARNED = "earned"
    EXPIRED = "expired"
    REVOKED = "revoked"


class EventKind(Coded):
    """A feedback event. `shown` and `viewed` are never negatives; `dismissed` and `known` are."""

    SHOWN = "shown"
    VIEWED = "viewed"
    SAVED = "saved"
    STARTED = "started"
    DISMISSED = "dismissed"
    KNOWN = "known"
    CLAIMED = "claimed"


class BadgeStanding(StrEnum):
    """How far a badge brought from elsewhere is believed."""

    COUNTED = "counted"
    """Verified, and surely one of the catalog: there is a record of it."""
    TO_REVIEW = "to_review"
    """Verified, but not surely one of the catalog: staff say what it is."""
    UNVERIFIED = "unverified"
    """Kept apart, and no record."""
    REVOKED = "revoked"
    """Its issuer took it back."""


class ReviewDecision(StrEnum):
    """What staff said of a badge to review."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


class SetBy(Coded):
    """Who set a growth goal."""

    TEACHER = "teacher"
    COACH = "coach"


class ActKind(Coded):
    """What a coach does with one micro-credential of a teacher's list."""

    PIN = "pin"
    VETO = "veto"
    GOAL = "goal"


class InvitationAnswer(StrEnum):
    """What a teacher says to earning together; an open question is neither."""

    OPEN = "open"
    AGREED = "agreed"
    DECLINED = "declined"


class Role(StrEnum):
    """What a signed-in person is to the service."""

    TEACHER = "teacher"
    COACH = "coach"
    DATA_STAFF = "data_staff"
    ADMIN = "admin"
    SERVICE = "service"
    """A portal's own account: it acts for one teacher at a time, whom each token names."""


class EvidenceName(StrEnum):
    """Each kind of evidence, in the order in which reasons of equal share are told."""

    GROWTH_GOAL = "growth_goal"
    GROWTH_AREA = "growth_area"
    SELF_ASSESSED_NEED = "self_assessed_need"
    CAREER = "career"
    RENEWAL = "renewal"
    NEXT_STEP = "next_step"
    SUCCESSION = "succession"
    COLLEAGUES = "colleagues"
    SIMILAR_CONTENT = "similar_content"
    PEERS_IN_ROLE = "peers_in_role"
    IN_SCHOOL = "in_school"
    POPULAR = "popular"


NEED_EVIDENCE: Final = frozenset(
    {EvidenceName.GROWTH_AREA, EvidenceName.GROWTH_GOAL, EvidenceName.SELF_ASSESSED_NEED}
)
"""Evidence that says what would help; the rest says what is likely to be taken up."""


class Basis(StrEnum):
    """What kind of facts a suggestion rests on."""

    PROFILE = "profile"
    HISTORY = "history"
    BOTH = "both"
    POPULAR = "popular"


class Segment(Coded):
    """Length of a teacher's history, counted in credentials earned or under way."""

    NONE = "0"
    SHORT = "1-2"
    MIDDLE = "3-9"
    LONG = "10+"


SEGMENT_STARTS: Final = (1, 3, 10)
"""Shortest history of each segment after the first."""


class QualityStatus(Coded):
    """Result of quality assurance; `unknown` is a value, never a failure."""

    UNKNOWN = "unknown"
    MET = "met"
    NOT_MET = "not_met"
