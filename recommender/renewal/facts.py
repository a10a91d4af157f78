"""What the renewal arithmetic needs to know: a teacher, a credential, a record."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Self

from recommender.axes import CredentialKey
from recommender.states.schema import MICRO_CREDENTIAL
from recommender.vocabulary import RecordStatus


@dataclass(frozen=True)
class TeacherFacts:
    """A teacher's roster entry on the day of the account; what is empty is unknown."""

    state: str
    district: str = ""
    grade_bands: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    license_type: str = ""
    license_expires_on: date | None = None
    role: str = "teacher"
    employer: str = ""


@dataclass(frozen=True)
class CredentialFacts:
    """What the catalog says of a credential; what is empty is unknown.

    `standards` are the direct alignments as (framework, code). One that only the crosswalk makes
    is no ground for credit, since no state has reviewed it.
    """

    key: CredentialKey
    title: str = ""
    hours: Fraction | None = None
    kind: str = MICRO_CREDENTIAL
    issuer: str = ""
    stack: str = ""
    subjects: frozenset[str] = frozenset()
    serves: frozenset[str] = frozenset()
    standards: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Record:
    """A dated fact: the teacher reached a status with a credential; `on` is None if not known."""

    credential: CredentialFacts
    status: RecordStatus
    on: date | None
    superseded: bool = False
    """A correction took its place; it gives nothing any more."""

    @classmethod
    def if_earned(cls, credential: CredentialFacts, on: date) -> Self:
        """Return the record that earning a credential on a day would make (for suggestions)."""
        return cls(credential, RecordStatus.EARNED, on)
