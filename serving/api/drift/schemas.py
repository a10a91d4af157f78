"""What the API says of how facts have moved; figures over many teachers alone."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from recommender.drift import ENOUGH_TEACHERS, MOVED, MOVED_MUCH, Verdict
from serving.drift import Facts


class ShareOut(BaseModel):
    """The share of facts in one cell, before the model's date and since."""

    cell: str
    before: float = Field(ge=0, le=1)
    now: float = Field(ge=0, le=1)


class MovedOut(BaseModel):
    """How one kind of fact has moved."""

    facts: Facts
    name: str = Field(description="The same for people.")
    verdict: Verdict = Field(
        description=f"`moved` from an index of {MOVED}, `moved_much` from {MOVED_MUCH}, unless so"
        " few facts move so far by chance; `too_few` where fewer than"
        f" {ENOUGH_TEACHERS} teachers stand on either side."
    )
    index: float | None = Field(
        description="The population stability index; null where there are too few."
    )
    shares: list[ShareOut] = Field(
        description="By cell; empty where there are too few. A cell of fewer than"
        " `fewest_teachers` is left out of all figures."
    )


class DriftOut(BaseModel):
    """How a district's facts have moved since the model that serves learned."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": 7,
                    "as_of": "2026-08-31",
                    "days_before": 365,
                    "fewest_teachers": 5,
                    "facts": [
                        {
                            "facts": "record_statuses",
                            "name": "Status of records",
                            "verdict": "moved",
                            "index": 0.14,
                            "shares": [
                                {"cell": "enrolled", "before": 0.2, "now": 0.37},
                                {"cell": "earned", "before": 0.8, "now": 0.63},
                            ],
                        },
                        {
                            "facts": "feedback",
                            "name": "What teachers say of suggestions",
                            "verdict": "too_few",
                            "index": None,
                            "shares": [],
                        },
                    ],
                }
            ]
        }
    )

    version: int = Field(description="The model that serves.")
    as_of: date = Field(description="Its date: facts after it are `now`.")
    days_before: int = Field(description="Facts of so many days up to the date are `before`.")
    fewest_teachers: int
    facts: list[MovedOut]
