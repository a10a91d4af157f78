"""A micro-credential as the API shows it."""

from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from recommender.vocabulary import QualityStatus


class AlignmentOut(BaseModel):
    """A standard that a micro-credential develops."""

    framework: str
    code: str
    title: str
    strength: float = Field(description="Above 0, at most 1.")


EXAMPLE: Final[dict[str, JsonValue]] = {
    "credential_id": "MC-0017",
    "district_id": "",
    "title": "Questions that make students think",
    "issuer": "An issuer",
    "competency": "Asks questions that ask for reasoning",
    "description": "",
    "hours": 12.0,
    "cost_usd": None,
    "grade_bands": ["6-8"],
    "subjects": [],
    "stack": "Discussion",
    "prerequisites": [],
    "url": "https://example.org/mc-0017",
    "quality": "unknown",
    "quality_review": None,
    "valid_from": None,
    "retired_on": None,
    "format": "",
    "needs_students": True,
    "fee_usd": None,
    "turnaround_days": None,
    "serves": [],
    "kind": "micro_credential",
    "alignments": [
        {
            "framework": "Danielson",
            "code": "3b",
            "title": "Using questioning and discussion techniques",
            "strength": 1.0,
        }
    ],
}


class ComponentOut(BaseModel):
    """One component of quality assurance, with who reviewed it and when."""

    component: str
    title: str
    met: QualityStatus
    reviewer: str = Field(description="'' where nobody reviewed it, or nobody is named.")
    reviewed_on: date | None


class QualityReviewOut(BaseModel):
    """Every component of the checklist of the district's state; all must be met."""

    checklist: str
    provisional: bool = Field(description="Whether its wording is not the official one.")
    components: list[ComponentOut]


class CredentialOut(BaseModel):
    """A micro-credential; null or '' is unknown, never zero."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    credential_id: str
    district_id: str = Field(description="'' where every district may suggest it.")
    title: str
    issuer: str
    competency: str
    description: str
    hours: float | None
    cost_usd: float | None
    grade_bands: list[str] = Field(description="Empty where it suits every grade band.")
    subjects: list[str] = Field(description="Empty where it suits every subject.")
    stack: str
    prerequisites: list[str]
    url: str
    quality: QualityStatus = Field(
        description="What suggestions go by: the reviews, or without any the catalog's own word."
    )
    quality_review: QualityReviewOut | None = Field(
        description="The reviews; null where no component of the checklist was reviewed."
    )
    valid_from: date | None = Field(description="First day on which it may be started.")
    retired_on: date | None = Field(description="First day on which it may no longer be started.")
    format: str
    needs_students: bool | None
    fee_usd: float | None
    turnaround_days: float | None
    serves: list[str]
    kind: str
    alignments: list[AlignmentOut]


class CredentialPageOut(BaseModel):
    """A page of the catalog, by id."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [EXAMPLE], "next": None}]})

    items: list[CredentialOut]
    next: str | None = Field(description="Send it as `after` for the next page; null at the end.")


class SimilarCredentialOut(BaseModel):
    """A micro-credential that is close in content to another; null or '' is unknown."""

    credential_id: str
    district_id: str
    title: str
    issuer: str
    hours: float | None
    cost_usd: float | None
    closeness: float = Field(description="Cosine of the two texts, above 0, at most 1.")


class SimilarOut(BaseModel):
    """What is close in content to a micro-credential, the closest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "credential_id": "MC-0017",
                    "items": [
                        {
                            "credential_id": "MC-0003",
                            "district_id": "",
                            "title": "Wait time",
                            "issuer": "An issuer",
                            "hours": 10.0,
                            "cost_usd": None,
                            "closeness": 0.63,
                        }
                    ],
                }
            ]
        }
    )

    credential_id: str
    items: list[SimilarCredentialOut]
