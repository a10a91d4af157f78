"""Earning together, as the API takes and tells it."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from recommender.planning.together import LEAST, MOST
from recommender.vocabulary import InvitationAnswer
from serving.deps import MAX_ID_LENGTH, PRINTABLE

Id = Annotated[str, Field(min_length=1, max_length=MAX_ID_LENGTH, pattern=PRINTABLE)]

PEOPLE: Final = [
    {"teacher_id": "T00004", "name": "Ada Byron"},
    {"teacher_id": "T00005", "name": "Bo Li"},
    {"teacher_id": "T00006", "name": "Cy Roe"},
]
POSSIBLE: Final[dict[str, Any]] = {
    "credential_id": "MC-0017",
    "district_id": "",
    "title": "Questions that make students think",
    "teachers": PEOPLE,
}
GROUP: Final[dict[str, Any]] = {
    "group_id": 3,
    "credential_id": "MC-0017",
    "district_id": "",
    "title": "Questions that make students think",
    "note": "",
    "asked_at": "2026-09-01T15:04:05Z",
    "agreed": PEOPLE[:1],
    "waiting": PEOPLE[1:],
}
INVITATION: Final[dict[str, Any]] = {
    "group_id": 3,
    "credential_id": "MC-0017",
    "district_id": "",
    "title": "Questions that make students think",
    "coach": "Cole Coach",
    "note": "",
    "asked_at": "2026-09-01T15:04:05Z",
    "answer": "agreed",
    "others": ["Bo Li"],
}


class TogetherPersonOut(BaseModel):
    """A teacher of the coach's caseload."""

    teacher_id: str
    name: str


class PossibleGroupOut(BaseModel):
    """Teachers who could earn the same; nothing tells why anybody is among them."""

    credential_id: str
    district_id: str
    title: str
    teachers: list[TogetherPersonOut]


class PossibleGroupsOut(BaseModel):
    """Groups that do not overlap and gain most together."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"groups": [POSSIBLE], "proven": True, "gap": 0.0}]}
    )

    groups: list[PossibleGroupOut]
    proven: bool = Field(description="Whether no other groups gain more in all.")
    gap: float = Field(description="By how much other groups may gain more at most; 0 if proven.")


class TogetherIn(BaseModel):
    """Ask some teachers to earn a micro-credential together."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "credential_id": "MC-0017",
                    "teacher_ids": ["T00004", "T00005", "T00006"],
                    "note": "We could meet on Thursdays.",
                }
            ]
        },
    )

    credential_id: Id
    teacher_ids: Annotated[list[Id], Field(min_length=LEAST, max_length=MOST)]
    note: Annotated[str, Field(max_length=500)] = ""


class TogetherGroupOut(BaseModel):
    """A group as its coach sees it; who declined looks as if no answer had come."""

    model_config = ConfigDict(json_schema_extra={"examples": [GROUP]})

    group_id: int
    credential_id: str
    district_id: str
    title: str
    note: str
    asked_at: datetime
    agreed: list[TogetherPersonOut]
    waiting: list[TogetherPersonOut]


class TogetherInvitationOut(BaseModel):
    """An invitation as the invited teacher sees it."""

    model_config = ConfigDict(json_schema_extra={"examples": [INVITATION]})

    group_id: int
    credential_id: str
    district_id: str
    title: str
    coach: str
    note: str
    asked_at: datetime
    answer: InvitationAnswer
    others: list[str] = Field(
        description="Names of others who agreed; empty unless the teacher agreed as well."
    )


class TogetherOut(BaseModel):
    """What the caller asked of others (a coach), or is asked (a teacher)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"groups": [GROUP], "invitations": []}]}
    )

    groups: list[TogetherGroupOut]
    invitations: list[TogetherInvitationOut]


class TogetherAnswerIn(BaseModel):
    """A teacher's answer; the latest one counts."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"answer": "agreed"}]}
    )

    answer: Literal["agreed", "declined"]
