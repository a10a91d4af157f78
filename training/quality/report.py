"""The report of a benchmark: JSON for programs, CSV for tables, a page for people."""

import csv
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from recommender.errors import InvalidInput
from training.quality.page import render

COLUMNS: Final = (
    "system",
    "segment",
    "revealed",
    "learners",
    "ndcg@10",
    "ndcg@10_low",
    "ndcg@10_high",
    "recall@10",
    "recall@20",
    "mrr",
    "coverage@10",
    "gini",
    "fit_ratio",
    "peak_mb",
)
"""Columns of the results."""


def write_report(content: Mapping[str, Any], folder: Path) -> None:
    """Write `report.json`, `report.csv` and `report.html` into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(plain(content), ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "report.json").write_text(text + "\n", encoding="utf-8")
    with (folder / "report.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(plain(content["results"]))
    (folder / "report.html").write_text(render(content), encoding="utf-8")


def refuse_file(folder: Path) -> None:
    """Refuse a place for the report that is taken by a file (`InvalidInput`)."""
    if folder.exists() and not folder.is_dir():
        raise InvalidInput(f"--out must be a folder, and {folder} is a file.")


def plain(value: Any) -> Any:  # noqa: ANN401 - JSON has no narrower type
    """Return a value as JSON has it: what is not a number is null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value
