"""Self-assessments as the API takes and answers them."""

from datetime import date
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from serving.deps import MAX_ID_LENGTH, PRINTABLE

MOST_ASSESSMENTS: Final = 100
LARGEST: Final = 1000.0


class AssessmentIn(BaseModel):
    """What the teacher says of one standard; the day is the server's."""

    model_config = ConfigDict(extra="forbid")

    framework: str = Field(min_length=1, max_length=MAX_ID_LENGTH, pattern=PRINTABLE)
    code: str = Field(min_length=1, max_length=MAX_ID_LENGTH, pattern=PRINTABLE)
    level: float | None = Field(
        default=None, allow_inf_nan=False, description="On the scale; null says nothing of it."
    )
    scale_min: float = Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)
    scale_max: float = Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)
    wants_to_grow: bool = False

    @model_validator(mode="after")
    def _on_its_scale(self) -> Self:
        if self.scale_min >= self.scale_max:
            raise ValueError("scale_max must be above scale_min")
        if self.level is not None and not self.scale_min <= self.level <= self.scale_max:
            raise ValueError("level must be on its scale")
        return self


class AssessmentsIn(BaseModel):
    """Self-assessments of one sitting; each standard once."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "assessments": [
                        {
                            "framework": "Danielson",
                            "code": "3b",
                            "level": 2,
                            "scale_min": 1,
                            "scale_max": 5,
                            "wants_to_grow": True,
                        }
                    ]
                }
            ]
        },
    )

    assessments: Annotated[list[AssessmentIn], Field(min_length=1, max_length=MOST_ASSESSMENTS)]

    @model_validator(mode="after")
    def _each_standard_once(self) -> Self:
        keys = [(item.framework, item.code) for item in self.assessments]
        if len(keys) != len(set(keys)):
            raise ValueError("a standard may stand in it once only")
        return self


class AssessmentsOut(BaseModel):
    """What came of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"taken_on": "2026-09-01", "added": 1, "changed": 0, "unchanged": 0}]
        }
    )

    taken_on: date
    added: int
    changed: int = Field(description="Said otherwise earlier today; the earlier word is kept.")
    unchanged: int
