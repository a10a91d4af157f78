"""Which files an import reads, and to which district the rows of a folder belong."""

import os
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from features.importers.columns import DISTRICT
from features.importers.contracts import Contract, RowRejected
from features.importers.people_contracts import TEACHERS
from features.importers.plain_contracts import BY_FILE_NAME, HELD_OUT, IN_ORDER
from features.importers.reader import CsvFile, open_csv
from features.importers.recognition import FileSample, recognise, why_not
from features.importers.rows import row_parser
from features.importers.sources import Format, Lookups, Sample, Setting, Source
from recommender import clock
from recommender.errors import InvalidInput, NotFound
from recommender.vocabulary import DEFAULT_DISTRICT

KNOWN_NAMES: Final = ", ".join(BY_FILE_NAME)

PLAIN: Final = "plain CSV"

SUFFIXES: Final = frozenset(
    {
        ".csv",
        ".json",
        ".jsonld",
        ".jsonl",
        ".ndjson",
        ".xml",
        ".zip",
        ".jwt",
        ".jws",
        ".png",
        ".svg",
    }
)
"""Files that are looked into where a folder is named; a file named itself always is."""

_SEVERAL: Final = 2


@dataclass(frozen=True)
class InputFiles:
    """The sources of one import, in the order of merging; later ones override earlier ones."""

    sources: tuple[Source, ...]
    left_alone: Mapping[str, str] = field(default_factory=dict)
    """Files that are not read, and why."""
    districts: frozenset[tuple[Path, str]] = frozenset()
    """Folders, and the districts that a roster of another format in them names."""


def find_files(paths: Sequence[Path], setting: Setting | None = None) -> InputFiles:
    """Find what `paths` (folders and files) hold.

    Raises
    ------
    NotFound
        A path is not there.
    InvalidInput
        There is nothing in it that an import knows.
    """
    found: dict[Path, Source] = {}
    foreign: dict[int, tuple[Format, dict[Path, Sample]]] = {}
    left: dict[str, str] = {}
    for file in dict.fromkeys(item.absolute() for path in paths for item in _files(path)):
        contract = BY_FILE_NAME.get(file.name)
        if contract is not None:
            found[file] = plain_source(file, contract)
        elif file.name == HELD_OUT:
            left[file.name] = "held out for judging a model, never imported"
        else:
            _recognise(file, foreign, left)
    sources, districts = list(found.values()), frozenset[tuple[Path, str]]()
    for format_, samples in foreign.values():
        taken = format_.sources(list(samples.values()), setting or Setting(None, clock.today()))
        sources += taken.sources
        left |= taken.left_alone
        districts |= taken.districts
    if not sources:
        where = ", ".join(str(path) for path in paths)
        said = "".join(f" {name}: {why}." for name, why in left.items())
        raise InvalidInput(
            f"There is nothing to import in {where}.{said} Known: {KNOWN_NAMES}, and the formats "
            "of docs/formats.md."
        )
    ordered = sorted(sources, key=lambda source: IN_ORDER.index(source.contract))
    return InputFiles(tuple(ordered), left, districts)


def plain_source(path: Path, contract: Contract) -> Source:
    """Return the source of a plain CSV file."""

    def opened(_lookups: Lookups) -> AbstractContextManager[CsvFile]:
        return open_csv(path)

    return Source(path, contract, PLAIN, opened)


def _recognise(
    file: Path, foreign: dict[int, tuple[Format, dict[Path, Sample]]], left: dict[str, str]
) -> None:
    sample = FileSample(file)
    try:
        format_ = recognise(sample)
        reason = "" if format_ else why_not(sample)
    except InvalidInput as error:
        left[file.name] = str(error).removesuffix(".")
        return
    if format_ is None:
        left[file.name] = reason
        return
    foreign.setdefault(id(format_), (format_, {}))[1][file] = sample


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        try:
            return sorted(file for file in path.iterdir() if file.suffix.casefold() in SUFFIXES)
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise InvalidInput(f"{path} cannot be read: {reason}.") from None
    if not path.exists() and not path.is_symlink():
        raise NotFound(f"{path} does not exist.")
    return [path]


def folder_district(folder: Path, given: str | None, elsewhere: Collection[str] = ()) -> str | None:
    """Return the district of rows in `folder` that name none; None if it could be several.

    It is the one `given`, else the only one that the folder's rosters name (`teachers.csv`, and
    those of other formats: `elsewhere`), else the default.
    """
    if given is not None:
        return given
    roster = folder / TEACHERS.file_name
    named = set(elsewhere) | (_districts_named(roster) if roster.exists() else set())
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
