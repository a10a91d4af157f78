"""A teacher's facts as the API shows them."""

from datetime import date, datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from recommender.vocabulary import EventKind, RecordStatus, SetBy
from serving.api.suggestions.schemas import CredentialRef, StandardRef


class DatedFactOut(BaseModel):
    """What every fact has: when it was true, when it was learned, from where."""

    on: date | None = Field(description="The day it was true; null where not known.")
    age_days: int | None = Field(description="Days since then; null where the day is not known.")
    recorded_at: datetime = Field(description="When this service learned of it.")
    source: str = Field(description="Who or what said it.")


class RatingOut(DatedFactOut):
    """An evaluation rating; a null level was not rated."""

    standard: StandardRef
    level: float | None
    scale_min: float
    scale_max: float
    cycle: str


class AssessmentOut(DatedFactOut):
    """What the teacher said of their own skill."""

    standard: StandardRef
    level: float | None
    scale_min: float
    scale_max: float
    wants_to_grow: bool


class GoalOut(DatedFactOut):
    """A growth goal on a standard, or a pathway to follow."""

    standard: StandardRef | None
    pathway: str
    until: date | None = Field(description="Null where it has no end.")
    set_by: SetBy


class RecordOut(DatedFactOut):
    """Where the teacher stands with a micro-credential."""

    credential: CredentialRef
    status: RecordStatus


class EventOut(DatedFactOut):
    """What the teacher did with a suggestion, or said of it."""

    credential: CredentialRef
    kind: EventKind
    reason: str


class RosterOut(BaseModel):
    """The roster's entry that holds today; '' and null are unknown."""

    school_id: str
    state: str
    grade_bands: list[str]
    subjects: list[str]
    years_experience: float | None
    license_type: str
    license_expires_on: date | None
    valid_from: date | None


EXAMPLE: Final[dict[str, JsonValue]] = {
    "teacher_id": "T00004",
    "district_id": "default",
    "as_of": "2026-09-01",
    "roster": None,
    "ratings": [
        {
            "on": "2026-05-12",
            "age_days": 112,
            "recorded_at": "2026-06-01T02:00:00Z",
            "source": "evaluation",
            "standard": {"framework": "Danielson", "code": "3b", "title": "Using questioning"},
            "level": 2.0,
            "scale_min": 1.0,
            "scale_max": 4.0,
            "cycle": "2025-26",
        }
    ],
    "self_assessments": [],
    "goals": [],
    "records": [],
    "events": [],
}


class ProfileOut(BaseModel):
    """Everything that counts in a teacher's suggestions today, the latest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    teacher_id: str
    district_id: str
    as_of: date
    roster: RosterOut | None = Field(description="Null where no entry holds today.")
    ratings: list[RatingOut]
    self_assessments: list[AssessmentOut]
    goals: list[GoalOut] = Field(description="Goals that have ended are left out.")
    records: list[RecordOut]
    events: list[EventOut] = Field(description="The latest 500.")
