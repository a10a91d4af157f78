"""The answer's shape; the same as `recommender suggest --json` prints."""

from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from recommender.reasons import FactKind
from recommender.vocabulary import Basis, EvidenceName, Segment, SetBy


class _Strict(BaseModel):
    # Whatever the list's own JSON form gains must be declared here too, or a test fails.
    model_config = ConfigDict(extra="forbid")


class StandardRef(_Strict):
    """A standard, by its framework and code."""

    framework: str
    code: str
    title: str


class CredentialRef(_Strict):
    """A micro-credential, by its district ('' where shared) and id."""

    credential_id: str
    district_id: str
    title: str


class FactOut(_Strict):
    """A fact behind a reason: the teacher's own, or a count over many teachers."""

    kind: FactKind
    standard: StandardRef | None
    credential: CredentialRef | None
    level: float | None = Field(description="On its own scale, from `scale_min` to `scale_max`.")
    scale_min: float | None
    scale_max: float | None
    on: date | None
    set_by: SetBy | None
    count: int | None = Field(description="How many teachers, for `earned_by`.")


class ReasonOut(_Strict):
    """One part of the score that speaks for a suggestion."""

    evidence: EvidenceName | None
    share: float = Field(description="Share of all parts that speak for it, 0 to 1.")
    contribution: float = Field(description="What this part adds to the score, above the average.")
    text: str = Field(description="The reason in plain words.")
    facts: list[FactOut]


class SuggestionOut(_Strict):
    """A suggested micro-credential; null or '' is unknown."""

    rank: int
    credential_id: str
    district_id: str = Field(description="'' where every district may suggest it.")
    title: str
    issuer: str
    competency: str
    hours: float | None
    cost_usd: float | None
    url: str
    score: float
    basis: Basis = Field(description="Which kind of facts it rests on.")
    reasons: list[ReasonOut]


class PolicyOut(_Strict):
    """The district's policy that this list obeys."""

    need_share: float = Field(
        description="Least share of the score's spread that must come from need evidence."
    )
    allow_unknown_quality: bool


EXAMPLE: Final[dict[str, JsonValue]] = {
    "teacher_id": "T0001",
    "district_id": "default",
    "model_version": 1,
    "as_of": "2026-09-01",
    "policy": {"need_share": 0.25, "allow_unknown_quality": True},
    "segment": "3-9",
    "items": [
        {
            "rank": 1,
            "credential_id": "MC-017",
            "district_id": "",
            "title": "Questions that make students think",
            "issuer": "An issuer",
            "competency": "Asks questions that ask for reasoning",
            "hours": 12.0,
            "cost_usd": None,
            "url": "https://example.org/mc-017",
            "score": 1.42,
            "basis": "both",
            "reasons": [
                {
                    "evidence": "growth_area",
                    "share": 0.71,
                    "contribution": 0.83,
                    "text": "It develops 'Questioning', where your ratings leave room to grow.",
                    "facts": [
                        {
                            "kind": "rated",
                            "standard": {
                                "framework": "Danielson",
                                "code": "3b",
                                "title": "Using questioning and discussion techniques",
                            },
                            "credential": None,
                            "level": 2.0,
                            "scale_min": 1.0,
                            "scale_max": 4.0,
                            "on": "2026-05-12",
                            "set_by": None,
                            "count": None,
                        }
                    ],
                }
            ],
        }
    ],
}
"""What OpenAPI shows; a made-up teacher."""


class SuggestionListOut(_Strict):
    """A teacher's suggestions, best first."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    teacher_id: str
    district_id: str
    model_version: int
    as_of: date
    policy: PolicyOut
    segment: Segment = Field(description="Length of the teacher's history.")
    items: list[SuggestionOut]
