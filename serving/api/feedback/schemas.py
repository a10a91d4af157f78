"""Feedback events as the API takes and answers them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from recommender.vocabulary import EventKind
from serving.deps import MAX_ID_LENGTH, PRINTABLE

MOST_EVENTS: Final = 100


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
    kind: EventKind
    reason: DismissalReason | None = Field(default=None, description="With `dismissed` only.")

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
                        {"credential_id": "MC-017", "kind": "saved"},
                        {"credential_id": "MC-020", "kind": "dismissed", "reason": "not_now"},
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
    kind: EventKind
    reason: DismissalReason | None
    at: datetime


class FeedbackOut(BaseModel):
    """The events that were kept; each counts in the next request."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "events": [
                        {
                            "credential_id": "MC-017",
                            "district_id": "",
                            "kind": "saved",
                            "reason": None,
                            "at": "2026-09-01T15:04:05.123456Z",
                        }
                    ]
                }
            ]
        }
    )

    events: list[KeptEventOut]
