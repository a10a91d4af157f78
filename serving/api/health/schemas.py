"""What the two health addresses answer."""

from typing import Literal

from pydantic import BaseModel, Field


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Part(BaseModel):
    """One thing that must be right before suggestions can be served."""

    name: str
    ready: bool
    reason: str = Field(default="", description="Why not, or what to know although it is ready.")


class Readiness(BaseModel):
    """Whether suggestions can be served, part by part."""

    status: Literal["ready", "not_ready"]
    model_version: int | None = Field(description="The champion that serves.")
    parts: list[Part]
