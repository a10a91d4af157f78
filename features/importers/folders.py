"""Which files an import reads, and to which district the rows of a folder belong."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from features.importers.columns import DISTRICT
from features.importers.contracts import Contract, RowRejected
from features.importers.people_contracts import TEACHERS
from features.importers.plain_contracts import BY_FILE_NAME, HELD_OUT
from features.importers.reader import open_csv
from features.importers.rows import row_parser
from recommender.errors import InvalidInput
from recommender.vocabulary import DEFAULT_DISTRICT

KNOWN_NAMES: Final = ", ".join(BY_FILE_NAME)

_SEVERAL: Final = 2


@dataclass(frozen=True)
class InputFiles:
    """The files of one import, in the order of merging; later ones override earlier ones."""

    files: tuple[tuple[Path, Contract], ...]
    left_alone: Mapping[str, str] = field(default_factory=dict)
    """Files that are not read, and why."""


def find_files(paths: Sequence[Path]) -> InputFiles:
    """Find the files that `paths` (folders and files) stand for.

    Raises
    ------
    InvalidInput
        A path is not there, or there is nothing in it that a contract knows.
    """
    found: dict[Path, Contract] = {}
    left: dict[str, str] = {}
    for path in paths:
        for file in _csv_files(path):
            contract = BY_FILE_NAME.get(file.name)
            if contract is not None:
                found[file.absolute()] = contract
            elif file.name == HELD_OUT:
                left[file.name] = "held out for judging a model, never imported"
            else:
                left[file.name] = "no contract has this name"
    if not found:
        where = ", ".join(str(path) for path in paths)
        said = "".join(f" {name}: {why}." for name, why in left.items())
        raise InvalidInput(f"There is nothing to import in {where}.{said} Known: {KNOWN_NAMES}.")
    order = list(BY_FILE_NAME.values())
    ordered = sorted(found.items(), key=lambda item: order.index(item[1]))
    return InputFiles(tuple(ordered), left)


def _csv_files(path: Path) -> list[Path]:
    if path.is_dir():
        try:
            return sorted(file for file in path.iterdir() if file.suffix.casefold() == ".csv")
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise InvalidInput(f"{path} cannot be read: {reason}.") from None
    if not path.exists() and not path.is_symlink():
        raise InvalidInput(f"{path} does not exist.")
    return [path]


def folder_district(folder: Path, given: str | None) -> str | None:
    """Return the district of rows in `folder` that name none; None if it could be several.

    It is the one `given`, else the only one that the folder's teachers.csv names, else the default.
    """
    if given is not None:
        return given
    roster = folder / TEACHERS.file_name
    named = _districts_named(roster) if roster.exists() else set()
    if len(named) >= _SEVERAL:
        return None
    return min(named, default=DEFAULT_DISTRICT)


def _districts_named(roster: Path) -> set[str]:
    """Return the districts of the acceptable rows of a roster; two are enough to know."""
    named: set[str] = set()
    with open_csv(roster) as file:
        if DISTRICT.name not in file.header:
            return named
        at = file.header.index(DISTRICT.name)
        parser = row_parser(file, TEACHERS, DEFAULT_DISTRICT)
        for row in file.rows():
            if row.problem or not row.cells[at].strip():
                continue
            try:
                named.add(str(parser.parse(row.cells)[0]))
            except RowRejected:
                continue
            if len(named) >= _SEVERAL:
                break
    return named
