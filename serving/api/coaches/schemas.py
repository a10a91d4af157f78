"""A caseload's shape."""

from pydantic import BaseModel, ConfigDict, Field

from serving.api.suggestions.schemas import EXAMPLE, SuggestionListOut


class AssignedOut(BaseModel):
    """A teacher of a caseload, with the first suggestions."""

    name: str = Field(description="'' where the roster gave none.")
    school_id: str = Field(description="'' where not known.")
    suggestions: SuggestionListOut


class CaseloadOut(BaseModel):
    """The teachers assigned to a coach today, by name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "coach_id": "C008",
                    "next": None,
                    "teachers": [
                        {"name": "Ada Byron", "school_id": "School 9", "suggestions": EXAMPLE}
                    ],
                }
            ]
        }
    )

    coach_id: str
    next: str | None = Field(description="Send it as `after` for the next page; null at the end.")
    teachers: list[AssignedOut]
