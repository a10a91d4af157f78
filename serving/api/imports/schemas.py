"""Imports and reviews as the API shows them: no value of a row, no name, no rating."""

from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from recommender.vocabulary import BadgeStanding, ReviewDecision
from serving.deps import MAX_ID_LENGTH

ROW: Final[dict[str, JsonValue]] = {
    "file": "records.csv",
    "line": 7,
    "unit": "line",
    "column": "status",
    "rule": "is not one of enrolled, submitted, earned, expired, revoked",
}
COUNTS: Final[dict[str, JsonValue]] = {
    "files": 2,
    "rows": 1500,
    "added": 1400,
    "changed": 3,
    "unchanged": 90,
    "rejected": 7,
}


IMPORT: Final[dict[str, JsonValue]] = {
    "id": 4,
    "finished_at": "2026-05-31T02:15:40Z",
    "district_id": "north",
    **COUNTS,
}


class ImportOut(BaseModel):
    """One finished import."""

    model_config = ConfigDict(json_schema_extra={"examples": [IMPORT]})

    id: int
    finished_at: datetime
    district_id: str = Field(description="'' where its files named several districts.")
    files: int
    rows: int
    added: int
    changed: int
    unchanged: int
    rejected: int


class ImportsOut(BaseModel):
    """Imports of the caller's district, the latest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"imports": [IMPORT]}]})

    imports: list[ImportOut]


class FileOut(BaseModel):
    """What came of one file."""

    file: str
    format: str
    rows: int
    added: int
    changed: int
    unchanged: int
    rejected: int
    set_aside: dict[str, int] = Field(description="Understood and not taken, by reason.")


class RejectedRowOut(BaseModel):
    """Where a rule was broken; what stood there is in the importing machine's report alone."""

    file: str
    line: int
    unit: str = Field(description="What `line` counts: lines or items.")
    column: str
    rule: str


class ImportReportOut(ImportOut):
    """One import, with its files and the first of its rejected rows."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **IMPORT,
                    "by_file": [
                        {
                            "file": "records.csv",
                            "format": "plain CSV",
                            "rows": 1500,
                            "added": 1400,
                            "changed": 3,
                            "unchanged": 90,
                            "rejected": 7,
                            "set_aside": {},
                        }
                    ],
                    "rejected_rows": [ROW],
                    "left_alone": {"notes.csv": "no contract has this name"},
                }
            ]
        }
    )

    by_file: list[FileOut]
    rejected_rows: list[RejectedRowOut] = Field(description="The first two hundred.")
    left_alone: dict[str, str] = Field(description="Files that were not read, and why.")


REVIEW: Final[dict[str, JsonValue]] = {
    "id": 12,
    "title": "Wait Time",
    "issuer": "https://issuer.example/profile",
    "issuer_name": "Digital Promise",
    "format": "Open Badges 3.0",
    "standing": "to_review",
    "why": "It is verified, and may be one of the catalog, by title.",
    "proposed": "DP-017",
    "confidence": 0.7,
    "matched_by": "title",
    "decision": None,
    "decided_at": None,
}


class ReviewOut(BaseModel):
    """A badge that waits for staff, without the name of the person who brought it."""

    model_config = ConfigDict(json_schema_extra={"examples": [REVIEW]})

    id: int
    title: str
    issuer: str
    issuer_name: str
    format: str
    standing: BadgeStanding
    why: str
    proposed: str = Field(description="Id of the credential that it may be; '' for none.")
    confidence: float = Field(description="How sure that is, 0 to 1.")
    matched_by: str
    decision: ReviewDecision | None
    decided_at: datetime | None


class ReviewsOut(BaseModel):
    """Badges of the caller's district that wait."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reviews": [REVIEW]}]})

    reviews: list[ReviewOut]


class DecisionIn(BaseModel):
    """What staff say of a badge."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"decision": "accepted"}]}
    )

    decision: Literal["accepted", "refused"]
    credential_id: str = Field(
        default="",
        max_length=MAX_ID_LENGTH,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="What it is; the proposed credential where empty.",
    )
