"""The renewal account as the API shows it."""

from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from recommender.renewal.credit import LicenceStatus
from serving.api.states.schemas import EXAMPLE_BASIS, BasisOut, UnitOut
from serving.api.suggestions.schemas import CredentialRef


class PeriodOut(BaseModel):
    """Days from the first to the last, both in it."""

    first: date
    last: date


class StandingOut(BaseModel):
    """Possible credit there is against what is needed; exact amounts, as people write them."""

    key: str
    title: str
    earned: str = Field(examples=["1.5", "13 1/3"])
    needed: str
    remaining: str
    words: str
    basis: BasisOut


class YearOut(StandingOut):
    """One school year's need."""

    period: PeriodOut


class TopicOut(BaseModel):
    """A topic that must be among the hours; it may have been done elsewhere."""

    key: str
    title: str
    hours: str
    needed: str | None = Field(description="Null where the amount is not known.")
    words: str
    basis: BasisOut


class CountedOut(BaseModel):
    """Units of one record in one category; one placing of several that are as good."""

    credential: CredentialRef
    on: date | None
    amount: str
    category: str = Field(description="Title; '' for what is more than the minimums need.")
    words: str
    verified: bool
    basis: list[BasisOut]


class LeftOutRecord(BaseModel):
    """A record that gives nothing, or not all of what it might, and why."""

    credential: CredentialRef
    on: date | None
    words: str


class CycleOut(PeriodOut):
    """The renewal cycle; it ends when the licence does."""

    basis: BasisOut


EXAMPLE: Final[dict[str, JsonValue]] = {
    "teacher_id": "T00004",
    "district_id": "default",
    "as_of": "2026-11-24",
    "state": "NC",
    "rules_of_district": "",
    "status": "known",
    "words": "Possible credit of 1.5 of 8 CEUs by 2028-06-30: confirm with your district or state.",
    "license_type": "Continuing",
    "unit": {"one": "CEU", "many": "CEUs"},
    "cycle": {
        "first": "2023-07-01",
        "last": "2028-06-30",
        "basis": {**EXAMPLE_BASIS, "rule": "renewal.cycle_years"},
    },
    "by_when": "2028-06-30",
    "plan": "Teachers of grades 6-12",
    "remaining": "6.5",
    "total": {
        "key": "total",
        "title": "In total",
        "earned": "1.5",
        "needed": "8",
        "remaining": "6.5",
        "words": "Possible credit: 1.5 of 8 CEUs; confirm with your district or state.",
        "basis": EXAMPLE_BASIS,
    },
    "categories": [],
    "years": [],
    "topics": [],
    "counted": [
        {
            "credential": {"credential_id": "MC-0017", "district_id": "", "title": "Wait time"},
            "on": "2026-03-01",
            "amount": "1.5",
            "category": "Subject area",
            "words": "Possible credit of 1.5 CEUs towards 'Subject area': confirm with your "
            "district (public school unit).",
            "verified": False,
            "basis": [{**EXAMPLE_BASIS, "rule": "renewal.routes.learning"}],
        }
    ],
    "left_out": [],
    "notes": ["Possible credit only: confirm with your district or state before you rely on it."],
}


class RenewalOut(BaseModel):
    """Where a teacher stands today. All of it is possible credit, none of it a promise."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    teacher_id: str
    district_id: str
    as_of: date
    state: str = Field(description="'' where not known.")
    rules_of_district: str = Field(description="District whose file changes the state's rules.")
    status: LicenceStatus = Field(
        description="`known`: the rules are about this licence; `exempt`: it needs no renewal; "
        "`unknown`: nothing can be said, neither earned nor needed."
    )
    words: str
    license_type: str
    unit: UnitOut | None = Field(description="Null where no rules are known.")
    cycle: CycleOut | None = Field(description="Null where the licence's end is not known.")
    by_when: date | None
    plan: str = Field(description="The group of teachers whose needs these are; '' for no group.")
    remaining: str | None = Field(
        description="Still missing by the end of the cycle, or of this school year where the need "
        "is yearly; null where not known."
    )
    total: StandingOut | None
    categories: list[StandingOut]
    years: list[YearOut]
    topics: list[TopicOut]
    counted: list[CountedOut]
    left_out: list[LeftOutRecord]
    notes: list[str]
