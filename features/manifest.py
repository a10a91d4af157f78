"""What a snapshot says of itself: `manifest.json`, the content hash, and the hash of each file."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from features.jobs.frames import plain
from features.jobs.schemas import SCHEMA_VERSION, SCHEMAS
from recommender.errors import InvalidInput

MANIFEST: Final = "manifest.json"

REBUILD: Final = "Build it again with `recommender snapshot`."


class Manifest(BaseModel):
    """A snapshot's manifest; `hash` is of the content, `files` are SHA-256 of the files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: int
    as_of: date
    hash: str
    counts: dict[str, int]
    """Rows of each table."""
    undated_records: int
    code_version: str
    created: datetime
    files: dict[str, str]


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a snapshot's folder.

    Raises
    ------
    InvalidInput
        There is none, it is damaged, or it is of another schema version.
    """
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        raise InvalidInput(f"{folder} is not a whole snapshot. {REBUILD}") from None
    if manifest.schema_version != SCHEMA_VERSION:
        raise InvalidInput(
            f"The snapshot {folder} has schema version {manifest.schema_version}; this program "
            f"reads version {SCHEMA_VERSION}. {REBUILD}"
        )
    return manifest


def code_version() -> str:
    """Return the version of this program."""
    return version("microcredential-recommender")


def content_hash(tables: Mapping[str, pd.DataFrame], as_of: date) -> str:
    """Return the SHA-256 of the tables' content, whatever database and files it came from.

    Each column is hashed with its name and type, its rows in the tables' canonical order.
    """
    digest = hashlib.sha256()
    for name in SCHEMAS:
        for column in tables[name].columns:
            values = _hashable(tables[name][column])
            head = [SCHEMA_VERSION, as_of.isoformat(), name, column, values.dtype.str, len(values)]
            digest.update(json.dumps(head).encode())
            digest.update(values.tobytes())
    return digest.hexdigest()


def _hashable(column: "pd.Series[Any]") -> NDArray[Any]:
    """Return a column as numbers whose bytes say all of it; texts as lengths and characters."""
    if pd.api.types.is_string_dtype(column.dtype) and not isinstance(
        column.dtype, pd.CategoricalDtype
    ):
        texts = [text.encode() for text in column]
        lengths = np.array([len(text) for text in texts], dtype="<i8").tobytes()
        return np.frombuffer(lengths + b"".join(texts), dtype=np.uint8)
    values = plain(column)
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), values.dtype.type(np.nan), values + 0)
    return np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<")))


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
