"""A coach's acts on a teacher's list, as the API takes and tells them."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from features.coach_acts import ToldAct
from recommender.vocabulary import ActKind
from serving.deps import MAX_ID_LENGTH, PRINTABLE

MOST_NOTE: Final = 500

ACT: Final[dict[str, Any]] = {
    "credential_id": "MC-0017",
    "district_id": "",
    "title": "Questions that make students think",
    "kind": "pin",
    "by": "Cole Coach",
    "note": "It goes with what we saw on Tuesday.",
    "at": "2026-09-01T15:04:05Z",
    "until": None,
}


class CoachActIn(BaseModel):
    """Pin a micro-credential, veto it, or set it as a goal."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"credential_id": "MC-0017", "kind": "pin", "note": "See Tuesday.", "until": None}
            ]
        },
    )

    credential_id: str = Field(
        min_length=1,
        max_length=MAX_ID_LENGTH,
        pattern=PRINTABLE,
        description="The district's own goes before a shared one.",
    )
    kind: ActKind
    note: Annotated[str, Field(max_length=MOST_NOTE)] = Field(
        default="", description="Why; the teacher reads it. A veto needs one."
    )
    until: date | None = Field(default=None, description="With a goal: the day by which.")

    @model_validator(mode="after")
    def _as_the_kind_wants(self) -> Self:
        if self.kind is ActKind.VETO and not self.note.strip():
            raise ValueError("a veto needs a note")
        if self.until is not None and self.kind is not ActKind.GOAL:
            raise ValueError("a day goes with a goal only")
        return self


class CoachActOut(BaseModel):
    """An act in force."""

    model_config = ConfigDict(json_schema_extra={"examples": [ACT]})

    credential_id: str
    district_id: str
    title: str
    kind: ActKind
    by: str = Field(description="Name of the coach.")
    note: str
    at: datetime
    until: date | None

    @classmethod
    def of(cls, act: ToldAct) -> Self:
        """Return an act as the API tells it."""
        return cls(
            credential_id=act.key[1],
            district_id=act.key[0],
            title=act.title,
            kind=act.kind,
            by=act.by,
            note=act.note,
            at=act.at,
            until=act.until,
        )


class CoachActsOut(BaseModel):
    """The acts in force about a teacher's list, the latest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"acts": [ACT]}]})

    acts: list[CoachActOut]


EXAMPLE_VETO: Final[dict[str, Any]] = {
    "credential_id": "MC-031",
    "district_id": "",
    "title": "Lecturing for an hour",
    "by": "Cole Coach",
    "note": "We agreed to look at discussion first.",
    "on": "2026-09-01",
}


class ListActOut(BaseModel):
    """Why an item stands in front of the list: a coach pinned it or set it as a goal."""

    model_config = ConfigDict(extra="forbid")

    kind: ActKind
    by: str = Field(description="Name of the coach.")
    note: str
    on: date
    until: date | None


class VetoedOut(BaseModel):
    """What a coach took out of the list, and why."""

    model_config = ConfigDict(extra="forbid")

    credential_id: str
    district_id: str
    title: str
    by: str = Field(description="Name of the coach.")
    note: str
    on: date
