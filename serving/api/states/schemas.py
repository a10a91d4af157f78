"""A state's pack as the API shows it."""

from datetime import date
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from recommender.renewal.credit import CreditStatus


class SourceOut(BaseModel):
    """Where something was read."""

    where: str
    dated: str = Field(description="As the source gives it, or 'undated'.")
    kind: Literal["stated", "secondary", "weak"]


class BasisOut(BaseModel):
    """What a figure rests on."""

    rule: str = Field(description="Dotted place in the pack, as `/v1/states/{code}` lists it.")
    sources: list[SourceOut]
    verified: bool = Field(description="Whether the state's own staff have confirmed it.")
    inferred: bool = Field(description="Drawn by us from the sources, not a sentence of theirs.")
    note: str
    district: str = Field(description="District whose file says it; '' where the state's does.")


class UnitOut(BaseModel):
    """What the state counts in."""

    one: str
    many: str


class CreditOut(BaseModel):
    """What earning it today might give towards renewal; no part of a score, no promise."""

    # Whatever the list's own JSON form gains must be declared here too, or a test fails.
    model_config = ConfigDict(extra="forbid")

    status: CreditStatus
    amount: str | None = Field(description="In the state's unit; null unless possible.")
    unit: str = Field(description="'' unless possible.")
    categories: list[str] = Field(description="Between which the amount may be split.")
    rule: str = Field(description="As `/v1/states/{code}` lists it; '' where no rules are known.")
    words: str
    verified: bool = Field(description="Whether the state's own staff have confirmed the rules.")
    sources: list[SourceOut]


class StatementOut(BasisOut):
    """One thing that the pack says."""

    says: str


EXAMPLE_BASIS: Final[dict[str, JsonValue]] = {
    "rule": "renewal.total",
    "sources": [{"where": "rcsnc.org", "dated": "undated", "kind": "stated"}],
    "verified": False,
    "inferred": False,
    "note": "",
    "district": "",
}

EXAMPLE_CREDIT: Final[dict[str, JsonValue]] = {
    "status": "possible",
    "amount": "1.2",
    "unit": "CEUs",
    "categories": ["Subject area"],
    "rule": "renewal.routes.learning",
    "words": "Possible credit of 1.2 CEUs towards 'Subject area': confirm with your district "
    "(public school unit).",
    "verified": False,
    "sources": [{"where": "rcsnc.org", "dated": "undated", "kind": "stated"}],
}

EXAMPLE: Final[dict[str, JsonValue]] = {
    "code": "NC",
    "name": "North Carolina",
    "district": "",
    "valid_from": None,
    "valid_to": None,
    "unit": {"one": "CEU", "many": "CEUs"},
    "stated": 41,
    "verified": 0,
    "words": "Possible credit only: confirm with your district or state before you rely on it.",
    "statements": [{**EXAMPLE_BASIS, "says": "8"}],
    "open_questions": ["Unknown: CEUs of a micro-credential. No state figure was found."],
}


class StateOut(BaseModel):
    """The rules of a state that hold today, as the caller's district changes them."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    code: str
    name: str
    district: str = Field(description="District whose file changes the state's; '' for none.")
    valid_from: date | None = Field(description="First day; null where no limit is told.")
    valid_to: date | None = Field(description="Last day; null where no limit is told.")
    unit: UnitOut
    stated: int = Field(description="How many statements there are.")
    verified: int = Field(description="How many of them the state's own staff have confirmed.")
    words: str
    statements: list[StatementOut]
    open_questions: list[str] = Field(description="What the pack leaves open, gravest first.")
