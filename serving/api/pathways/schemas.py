"""Progress along pathways as the API shows it."""

from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from recommender.vocabulary import SetBy
from serving.api.suggestions.schemas import CredentialRef


class PathwayPartOut(BaseModel):
    """A part of what a pathway asks for."""

    words: str
    met: bool
    share: float = Field(description="0 to 1; of parts the mean of the best that are asked for.")
    missing: list[CredentialRef]
    to_confirm: list[str]
    hours_missing: str
    parts: list["PathwayPartOut"]


class PathwayProgressOut(BaseModel):
    """How far a teacher is along one pathway, by the nearest way."""

    pathway: str
    title: str
    kind: str
    state: str
    source: str
    verified: bool = Field(description="Whether somebody checked it against its source.")
    chosen_by: SetBy
    chosen_on: date | None = Field(description="Null where not known.")
    until: date | None = Field(description="Null where it has no end.")
    known: bool = Field(description="False where what it asks for is not known, or unreadable.")
    words: str
    met: bool
    share: float | None = Field(description="0 to 1; null where not known.")
    missing: list[CredentialRef] = Field(description="To earn along the nearest way, in order.")
    to_confirm: list[str] = Field(description="What no record tells: people must confirm it.")
    hours_missing: str | None
    next_step: CredentialRef | None = Field(description="What to earn next, where one is named.")
    parts: list[PathwayPartOut]


_MISSING: Final[JsonValue] = {"credential_id": "MC-9", "district_id": "", "title": "Coaching peers"}

EXAMPLE: Final[dict[str, JsonValue]] = {
    "teacher_id": "T00004",
    "district_id": "default",
    "as_of": "2026-11-24",
    "pathways": [
        {
            "pathway": "literacy-leader",
            "title": "Literacy leader",
            "kind": "leadership role",
            "state": "NC",
            "source": "https://example.org/literacy",
            "verified": False,
            "chosen_by": "teacher",
            "chosen_on": "2026-09-01",
            "until": None,
            "known": True,
            "words": "Next: earn 'Coaching peers'. Confirm with your district.",
            "met": False,
            "share": 0.5,
            "missing": [_MISSING],
            "to_confirm": [],
            "hours_missing": "0",
            "next_step": _MISSING,
            "parts": [],
        }
    ],
}


class PathwaysOut(BaseModel):
    """The pathways that the teacher's goals name today, the latest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    teacher_id: str
    district_id: str
    as_of: date
    pathways: list[PathwayProgressOut]
