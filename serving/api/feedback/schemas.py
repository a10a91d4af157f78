"""Feedback events as the API takes and answers them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from recommender.vocabulary import EventKind
from serving.deps import MAX_ID_LENGTH, PRINTABLE

MOST_EVENTS: Final = 100

SAID: Final = (
    *(EventKind.SAVED, EventKind.STARTED),
    *(EventKind.DISMISSED, EventKind.KNOWN, EventKind.CLAIMED),
)
"""What a teacher says, and may take back, where `shown` and `viewed` only happen."""

UNDONE: Final = "undone"


class DismissalReason(StrEnum):
    """Why a suggestion is not for the teacher."""

    NOT_RELEVANT = "not_relevant"
    NOT_NOW = "not_now"
    TOO_LONG = "too_long"
    TOO_COSTLY = "too_costly"
    WRONG_LEVEL = "wrong_level"
    OTHER = "other"


class EventIn(BaseModel):
    """One thing that the teacher did or said; its moment is the server's."""

    model_config = ConfigDict(extra="forbid")

    credential_id: str = Field(
        min_length=1,
        max_length=MAX_ID_LENGTH,
        pattern=PRINTABLE,
        description="The district's own goes before a shared one.",
    )
    kind: EventKind | Literal["undone"] = Field(
        description="`undone` takes back what was said before: what it is of, `undoes` says."
    )
    reason: DismissalReason | None = Field(default=None, description="With `dismissed` only.")
    undoes: EventKind | None = Field(
        default=None,
        description="With `undone`, and only there: one of `saved`, `started`, `dismissed`, "
        "`known`, `claimed`, which then holds no longer, however often it was said.",
    )

    @model_validator(mode="after")
    def _undoes_what_was_said(self) -> Self:
        if (self.kind == UNDONE) != (self.undoes is not None):
            raise ValueError("'undoes' goes with 'undone', and with nothing else")
        if self.undoes is not None and self.undoes not in SAID:
            raise ValueError("only what was said can be taken back")
        return self

    @model_validator(mode="after")
    def _reason_with_dismissal_only(self) -> Self:
        if self.reason is not None and self.kind is not EventKind.DISMISSED:
            raise ValueError("a reason goes with 'dismissed' only")
        return self


class FeedbackIn(BaseModel):
    """One event or several, in the order in which they happened."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "events": [
                        {"credential_id": "MC-0017", "kind": "saved"},
                        {"credential_id": "MC-0020", "kind": "dismissed", "reason": "not_now"},
                        {"credential_id": "MC-0020", "kind": "undone", "undoes": "dismissed"},
                    ]
                }
            ]
        },
    )

    events: Annotated[list[EventIn], Field(min_length=1, max_length=MOST_EVENTS)]


class KeptEventOut(BaseModel):
    """An event as it was kept."""

    credential_id: str
    district_id: str = Field(description="'' where shared.")
    kind: EventKind | Literal["undone"]
    reason: DismissalReason | None
    undoes: EventKind | None
    at: datetime


class FeedbackOut(BaseModel):
    """The events that were kept; each counts in the next request."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "events": [
                        {
                            "credential_id": "MC-0017",
                            "district_id": "",
                            "kind": "saved",
                            "reason": None,
                            "undoes": None,
                            "at": "2026-09-01T15:04:05.123456Z",
                        }
                    ]
                }
            ]
        }
    )

    events: list[KeptEventOut]
