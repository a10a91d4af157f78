"""What the API says of the model that serves."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class ModelOut(BaseModel):
    """The champion, what it was trained on and how it was judged; nothing of any one teacher."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": 7,
                    "bundle_hash": "2a9adefef85a7de3",
                    "snapshot_hash": "9c1185a5c5e9fc54",
                    "as_of": "2026-08-31",
                    "trained_at": "2026-09-01T02:10:00Z",
                    "evidence": ["growth_area", "colleagues", "popular"],
                    "credentials": 214,
                    "metrics": {"figures": {"blend": {"ndcg_at_10": 0.31}}},
                    "card": {
                        "intended_use": ["To suggest to a K-12 teacher what to earn next."],
                        "limits": ["It learned what teachers took up."],
                    },
                    "problem": "",
                }
            ]
        }
    )

    version: int
    bundle_hash: str
    snapshot_hash: str
    as_of: date = Field(description="The snapshot's date: facts up to it were learned from.")
    trained_at: datetime
    evidence: list[str]
    credentials: int = Field(description="How many micro-credentials it knows.")
    metrics: dict[str, Any] = Field(description="Figures over many teachers, as training left it.")
    card: dict[str, Any] | None = Field(
        description="The model card: data, weights, figures by segment, intended use and limits;"
        " null for a model that was trained before there were cards."
    )
    problem: str = Field(description="Why a newer champion is not the one that serves, or ''.")
