"""For data staff: which snapshots there are, by what each says of itself."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

LATEST: Final = 20
_MANIFEST: Final = "manifest.json"
_PEOPLE: Final = "teachers"


class SnapshotLine(BaseModel):
    """What a line tells of a snapshot, of whichever schema version it is."""

    model_config = ConfigDict(extra="ignore")

    as_of: date
    hash: str
    created: datetime
    code_version: str
    counts: dict[str, int]

    @property
    def teachers(self) -> int:
        """How many teachers are in it."""
        return self.counts.get(_PEOPLE, 0)

    @property
    def facts(self) -> int:
        """Rows of all tables."""
        return sum(self.counts.values())


def snapshots_in(folder: Path) -> Sequence[SnapshotLine]:
    """Return the latest snapshots of a folder; what is no whole snapshot is left out."""
    found = []
    for manifest in folder.glob(f"*/{_MANIFEST}"):
        try:
            found.append(SnapshotLine.model_validate(json.loads(manifest.read_bytes())))
        except (OSError, ValueError, ValidationError):
            continue
    return sorted(found, key=lambda one: one.created, reverse=True)[:LATEST]
