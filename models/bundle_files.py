"""The files of a bundle: how each is written, listed with its hash, checked and opened."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from recommender.errors import BundleRefused

FORMAT: Final = "microcredential-recommender-bundle"
FORMAT_VERSION: Final = 3
MANIFEST_FILE: Final = "manifest.json"

Manifest = dict[str, Any]

_WORD: Final = r"[a-z][a-z0-9_]*"
_FILE_NAME: Final = re.compile(rf"({_WORD}/)*{_WORD}(\.{_WORD})*\.(json|npy)")
_NUMBERS: Final = "biuf"
"""Kinds of dtype that an array may have: truth values and numbers, never objects."""
_CHUNK: Final = 1 << 20
_NOT_CONTENT: Final = frozenset({"created", "hash"})


def write_array(folder: Path, name: str, array: NDArray[Any]) -> None:
    """Write one array of numbers.

    Raises
    ------
    ValueError
        The name is no plain file name, or the array holds something else than numbers.
    """
    if array.dtype.kind not in _NUMBERS:
        raise ValueError(f"array '{name}' must hold numbers, holds {array.dtype}")
    with _new_file(folder, name).open("wb") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())


def write_json(folder: Path, name: str, value: object) -> None:
    """Write one JSON file; NaN and infinity are not JSON and raise a ValueError."""
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    with _new_file(folder, name).open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def describe(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the table of files: hash and size of each, dtype and shape of arrays."""
    return {name: _describe_file(folder, name) for name in sorted(_names(folder))}


def content_hash(manifest: Mapping[str, Any]) -> str:
    """Return the hash of a bundle: of its manifest without the moment it was written."""
    content = {key: value for key, value in manifest.items() if key not in _NOT_CONTENT}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_manifest(folder: Path, expected_hash: str | None) -> Manifest:
    """Return the manifest after checking its form, version and hash (else `BundleRefused`)."""
    if not (folder / MANIFEST_FILE).is_file():
        raise BundleRefused(f"The bundle '{folder}' has no {MANIFEST_FILE}.")
    manifest = read_json(folder, MANIFEST_FILE)
    found = (manifest.get("format"), manifest.get("format_version"))
    if found != (FORMAT, FORMAT_VERSION):
        raise BundleRefused(
            f"The bundle '{folder}' has format {found[0]} {found[1]}; this version of the program"
            f" reads {FORMAT} {FORMAT_VERSION}. Train again or use the matching version."
        )
    actual = content_hash(manifest)
    if actual != manifest.get("hash"):
        raise BundleRefused(f"The bundle '{folder}' has a {MANIFEST_FILE} that was changed.")
    if expected_hash not in (None, actual):
        raise BundleRefused(f"The bundle '{folder}' is another one than was asked for.")
    return manifest


def read_json(folder: Path, name: str) -> dict[str, Any]:
    """Return a JSON object (else `BundleRefused`)."""
    try:
        value = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise BundleRefused(f"The bundle '{folder}' has an unreadable {name}.") from None
    if not isinstance(value, dict):
        raise BundleRefused(f"The bundle '{folder}' has a {name} that is not a JSON object.")
    return value


def check_files(folder: Path, table: object, *, verify: bool) -> dict[str, dict[str, Any]]:
    """Return the table of files after comparing it with the folder (else `BundleRefused`).

    Parameters
    ----------
    table
        The manifest's file table.
    verify
        Whether to read every file and compare its hash; without it sizes alone are compared.
    """
    if not isinstance(table, dict) or not all(isinstance(row, dict) for row in table.values()):
        raise BundleRefused(f"The bundle '{folder}' has a {MANIFEST_FILE} without a file table.")
    for name in table:
        if not _FILE_NAME.fullmatch(name) or name == MANIFEST_FILE:
            raise BundleRefused(f"The bundle '{folder}' lists a name not allowed: {name!r}.")
    found = _names(folder)
    if missing := table.keys() - found:
        raise BundleRefused(f"The bundle '{folder}' lacks the file {min(missing)!r}.")
    if extra := found - table.keys():
        raise BundleRefused(f"The bundle '{folder}' holds an unlisted file: {min(extra)!r}.")
    for name, row in table.items():
        _check_file(folder, name, row, verify=verify)
    return table


def open_array(folder: Path, name: str, row: Mapping[str, Any]) -> NDArray[Any]:
    """Return one array, memory-mapped and read-only, of the listed dtype and shape.

    Raises
    ------
    BundleRefused
        It is no array of numbers, or not of the listed dtype or shape.
    """
    try:
        # An empty file cannot be mapped, and need not be.
        mode: Literal["r"] | None = None if 0 in row["shape"] else "r"
        array: NDArray[Any] = np.load(folder / name, mmap_mode=mode, allow_pickle=False)
    except (OSError, ValueError, EOFError, KeyError, TypeError):
        raise BundleRefused(f"The bundle '{folder}' has an unreadable array: {name!r}.") from None
    if [array.dtype.str, list(array.shape)] != [row.get("dtype"), row["shape"]]:
        raise BundleRefused(
            f"The bundle '{folder}' has an array of another shape or type than listed: {name!r}."
        )
    array.flags.writeable = False
    return array


def _check_file(folder: Path, name: str, row: Mapping[str, Any], *, verify: bool) -> None:
    path = folder / name
    whole = path.stat().st_size == row.get("bytes")
    if not whole or (verify and _sha256(path) != row.get("sha256")):
        raise BundleRefused(f"The bundle '{folder}' has a damaged file: {name!r}.")


def _describe_file(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    row: dict[str, Any] = {"sha256": _sha256(path), "bytes": path.stat().st_size}
    if path.suffix == ".npy":
        array = np.load(path, allow_pickle=False)
        row |= {"dtype": array.dtype.str, "shape": list(array.shape)}
    return row


def _names(folder: Path) -> set[str]:
    """Return the names of all files but the manifest; links and odd files are refused."""
    names = set()
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise BundleRefused(f"The bundle '{folder}' holds something that is no file: {name!r}.")
        if path.is_file() and name != MANIFEST_FILE:
            names.add(name)
    return names


def _new_file(folder: Path, name: str) -> Path:
    if not _FILE_NAME.fullmatch(name):
        raise ValueError(f"'{name}' is not a plain file name")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
