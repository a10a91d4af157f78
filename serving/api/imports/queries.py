"""Imports of a district, and what their summaries say."""

from collections.abc import Mapping
from typing import Any, Final

from sqlmodel import Session, col, select

from recommender.errors import NotFound
from recommender.store.tables import ImportRun

SEVERAL_DISTRICTS: Final = ""
"""District of an import whose files named more than one."""

COUNTS: Final = ("rows", "added", "changed", "unchanged", "rejected")


def imports_of(session: Session, district_id: str, limit: int) -> list[ImportRun]:
    """Return the latest imports of a district, and those that named several."""
    return list(
        session.exec(
            select(ImportRun)
            .where(col(ImportRun.district_id).in_([district_id, SEVERAL_DISTRICTS]))
            .order_by(col(ImportRun.id).desc())
            .limit(limit)
        )
    )


def import_of(session: Session, district_id: str, import_id: int) -> ImportRun:
    """Return one import of a district.

    Raises
    ------
    NotFound
        There is none, or it is another district's.
    """
    found = session.get(ImportRun, import_id)
    if found is None or found.district_id not in {district_id, SEVERAL_DISTRICTS}:
        raise NotFound(f"There is no import {import_id}.")
    return found


def files_of(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what came of each file, in the shape of the answers."""
    return [
        {
            "file": str(file.get("file") or ""),
            "format": str(file.get("format") or "plain CSV"),
            **{name: int(file.get(name) or 0) for name in COUNTS},
            "set_aside": file.get("set_aside") or {},
        }
        for file in summary.get("files") or []
        if isinstance(file, Mapping)
    ]


def totals(summary: Mapping[str, Any]) -> dict[str, int]:
    """Return an import's counts, added up over its files."""
    files = files_of(summary)
    return {
        "files": len(files),
        **{name: sum(int(file[name]) for file in files) for name in COUNTS},
    }


def rejected_rows(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return where rules were broken; an import of an earlier version tells none."""
    return [row for row in summary.get("rejections") or [] if isinstance(row, dict)]
