"""The answer's shape; the same as `recommender suggest --json` prints."""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from recommender.eligibility import Exclusion
from recommender.facts import FactKind
from recommender.vocabulary import Basis, EvidenceName, RecordStatus, Segment, SetBy
from serving.api.coach_acts.schemas import EXAMPLE_VETO, ListActOut, VetoedOut
from serving.api.states.schemas import EXAMPLE_CREDIT, CreditOut
from serving.api.suggestions.query import MAX_K
from serving.deps import MAX_ID_LENGTH, PRINTABLE

MOST_TEACHERS: Final = 100


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
    amount: str | None = Field(description="Possible credit with its unit, for renewal.")
    remaining: str | None = Field(description="What is still open of the renewal, with its unit.")
    until: date | None = Field(description="Day by which the renewal needs it.")
    confirm_with: str | None = Field(description="Who says whether it counts.")
    pathway: str | None = Field(description="Title of the pathway that the teacher chose.")
    step: int | None = Field(description="1 for the pathway's next step, 2 for the one after it.")


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
    format: str
    needs_students: bool | None
    serves: list[str]
    url: str
    score: float
    basis: Basis = Field(description="Which kind of facts it rests on.")
    leads_to: CredentialRef | None = Field(
        description="What this one stands in the place of: it is asked for first."
    )
    explores: bool = Field(
        description="Whether it was chosen by chance among the next best, to be tried."
    )
    reasons: list[ReasonOut]
    coach: ListActOut | None = Field(
        default=None, description="What a coach did that put it in front; null where nobody did."
    )
    credit: CreditOut | None = Field(
        default=None,
        description="Possible renewal credit; null where not told.",
    )


class PolicyOut(_Strict):
    """The district's policy that this list obeys."""

    need_share: float = Field(
        description="Least share of the score's spread that must come from need evidence."
    )
    allow_unknown_quality: bool
    diversity: float = Field(
        description="Price at which the list spreads over growth areas and issuers: no place gives"
        " up more than this share of the range of scores."
    )
    exploration: float = Field(
        description="Share of lists of which one place tries what is not among the first."
    )
    use_evaluations: bool = Field(description="Whether evaluation ratings may change the list.")
    micro_credentials_only: bool = Field(
        description="Whether other professional development stays out of the list."
    )


EXAMPLE: Final[dict[str, JsonValue]] = {
    "teacher_id": "T00004",
    "district_id": "default",
    "model_version": 1,
    "as_of": "2026-09-01",
    "policy": {
        "need_share": 0.25,
        "allow_unknown_quality": True,
        "diversity": 0.1,
        "exploration": 0.1,
        "use_evaluations": True,
        "micro_credentials_only": False,
    },
    "segment": "3-9",
    "items": [
        {
            "rank": 1,
            "credential_id": "MC-0017",
            "district_id": "",
            "title": "Questions that make students think",
            "issuer": "An issuer",
            "competency": "Asks questions that ask for reasoning",
            "hours": 12.0,
            "cost_usd": None,
            "format": "portfolio",
            "needs_students": True,
            "serves": ["english_learners"],
            "url": "https://example.org/mc-0017",
            "score": 1.42,
            "basis": "both",
            "leads_to": None,
            "explores": False,
            "coach": None,
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
                            "amount": None,
                            "remaining": None,
                            "until": None,
                            "confirm_with": None,
                            "pathway": None,
                            "step": None,
                        }
                    ],
                }
            ],
            "credit": EXAMPLE_CREDIT,
        }
    ],
    "vetoed": [EXAMPLE_VETO],
}
"""What OpenAPI shows; a made-up teacher."""


IN_PROGRESS_EXAMPLE: Final[dict[str, JsonValue]] = {
    "credential_id": "MC-0003",
    "district_id": "",
    "title": "Wait time",
    "status": "enrolled",
    "on": "2026-08-20",
}


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
    vetoed: list[VetoedOut] = Field(description="What coaches took out of the list.")


class InProgressOut(_Strict):
    """A micro-credential that the teacher has begun and not finished."""

    credential_id: str
    district_id: str
    title: str
    status: RecordStatus | Literal["started"] = Field(
        description="`started`: the teacher says so, and no record tells of it yet."
    )
    on: date | None = Field(description="Since when; null where not known.")


class SuggestionPageOut(SuggestionListOut):
    """A page of a teacher's suggestions, and what is under way."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{**EXAMPLE, "next": None, "in_progress": [IN_PROGRESS_EXAMPLE]}]
        }
    )

    next: str | None = Field(description="Send it as `after` for the next page; null at the end.")
    in_progress: list[InProgressOut] = Field(description="Never suggested; shown apart.")


class ExcludedCountOut(_Strict):
    """How many micro-credentials a rule keeps out of the list."""

    code: Exclusion
    text: str
    count: int


class ExcludedOut(_Strict):
    """Whether one micro-credential may be suggested, and what keeps it out if not."""

    credential_id: str
    district_id: str
    title: str
    code: Exclusion
    text: str
    missing: list[CredentialRef] = Field(description="For `prerequisite_missing`: what to earn.")


class ExclusionsOut(_Strict):
    """What keeps micro-credentials out of a teacher's list; of several rules the first counts."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "teacher_id": "T00004",
                    "counts": [
                        {"code": "earned", "text": "You have already earned it.", "count": 4}
                    ],
                    "credential": None,
                }
            ]
        }
    )

    teacher_id: str
    counts: list[ExcludedCountOut]
    credential: ExcludedOut | None = Field(description="Null where none was asked for.")


class BatchIn(BaseModel):
    """Whose lists are asked for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"teacher_ids": ["T00004", "T00005"], "k": 3}]},
    )

    teacher_ids: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=MAX_ID_LENGTH, pattern=PRINTABLE)]],
        Field(min_length=1, max_length=MOST_TEACHERS),
    ]
    k: int = Field(default=3, ge=1, le=MAX_K)
    include_reasons: bool = False


class RefusedOut(_Strict):
    """A teacher whose list the caller may not see, or who does not exist."""

    teacher_id: str
    type: str = Field(description="As the `type` of a problem.")
    detail: str


class BatchOut(_Strict):
    """Lists of several teachers, in the order asked for, and who was left out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "lists": [EXAMPLE],
                    "refused": [
                        {
                            "teacher_id": "T00005",
                            "type": "urn:recommender:problem:not-found",
                            "detail": "There is no teacher 'T00005' in the district 'default'.",
                        }
                    ],
                }
            ]
        }
    )

    lists: list[SuggestionListOut]
    refused: list[RefusedOut]
