"""Standards as the API shows them."""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class StandardOut(BaseModel):
    """A standard of a framework; the root's code is the framework's own name."""

    framework: str
    code: str
    title: str
    parent: str = Field(description="Code of the parent in the same framework; '' for the root.")
    verified: bool = Field(description="Whether somebody checked it against its source.")
    source: str


EXAMPLE: Final[dict[str, JsonValue]] = {
    "framework": "Danielson",
    "code": "3b",
    "title": "Using questioning and discussion techniques",
    "parent": "3",
    "verified": True,
    "source": "https://example.org/framework",
}


class StandardPageOut(BaseModel):
    """A page of standards, by framework and code."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [EXAMPLE], "next": None}]})

    items: list[StandardOut]
    next: str | None = Field(description="Send it as `after` for the next page; null at the end.")
