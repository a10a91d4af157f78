"""From a number of teachers and a seed to a folder of files, all of it or nothing."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

from features.demo.arrays import stream
from features.demo.calendar import DEFAULT_UNTIL, MONTHS
from features.demo.careers import pathways_table
from features.demo.catalog_tables import alignments_table, credentials_table
from features.demo.fact_tables import FACT_TABLES
from features.demo.people_tables import caseloads_table, coaches_table, teachers_table
from features.demo.quality_tables import quality_table
from features.demo.simulation import World, simulate
from features.demo.truth import FOLDER, truth_of, write_truth
from features.demo.writer import Table, write_table
from recommender import clock
from recommender.errors import InvalidInput
from recommender.states.frameworks import CROSSWALK_FILE, STANDARDS_FILE, read_text

VERSION: Final = 3
"""Of the generator: the same version, teachers, seed and `until` give the same bytes."""

_STEPS: Final = MONTHS + 7 + len(FACT_TABLES) + 1
"""Months, the files of catalog and people, those of facts, and the truth."""

MARKER: Final = "demo.json"
FEWEST: Final = 20
MOST: Final = 1_000_000

Notice = Callable[[int, int], None]
"""Called with the steps done and their number."""


@dataclass(frozen=True)
class Written:
    """What was written: the parameters, and the rows of each file."""

    folder: Path
    version: int
    teachers: int
    seed: int
    until: date
    rows: dict[str, int]


def write_demo(
    folder: Path,
    teachers: int,
    seed: int,
    until: date = DEFAULT_UNTIL,
    notice: Notice | None = None,
) -> Written:
    """Write a demonstration into `folder`; an earlier demonstration there is replaced.

    Raises
    ------
    InvalidInput
        Too few or too many teachers, a negative seed, a last day in the future, or a folder that
        holds something else.
    """
    _check(folder, teachers, seed, until)
    tell = notice or (lambda _done, _total: None)
    with _swapped_in(folder) as draft:
        world = simulate(teachers, seed, until, lambda done: tell(done, _STEPS))
        rows = _write_files(draft, world, seed, lambda done: tell(MONTHS + done, _STEPS))
        written = Written(folder, VERSION, teachers, seed, until, rows)
        _write_marker(draft, written)
    return written


def _check(folder: Path, teachers: int, seed: int, until: date) -> None:
    if not FEWEST <= teachers <= MOST:
        raise InvalidInput(
            f"The number of teachers must be from {FEWEST} to {MOST}; {teachers} was given."
        )
    if seed < 0:
        raise InvalidInput(f"The seed must be zero or more; {seed} was given.")
    if until > clock.today():
        raise InvalidInput(f"The last day must not be in the future; {until} was given.")
    if folder.exists() and not folder.is_dir():
        raise InvalidInput(f"{folder} is a file; name a folder.")
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder):
        raise InvalidInput(
            f"{folder} holds files that demo-data did not write; name an empty or a new folder."
        )


def _is_ours(folder: Path) -> bool:
    """Return whether everything in a folder was written by an earlier demonstration."""
    try:
        names = set(json.loads((folder / MARKER).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return {path.name for path in folder.iterdir()} <= names | {MARKER, FOLDER}


def _write_files(
    draft: Path, world: World, seed: int, tell: Callable[[int], None]
) -> dict[str, int]:
    rows = {}
    for name in (STANDARDS_FILE, CROSSWALK_FILE):
        text = read_text(name)
        (draft / name).write_text(text, encoding="utf-8", newline="")
        rows[name] = text.count("\n") - 1
    for done, (name, table) in enumerate(_tables(world, seed), start=1):
        rows[name] = write_table(draft / name, table)
        tell(done)
    write_truth(truth_of(world), draft)
    tell(_STEPS - MONTHS)
    return rows


def _tables(world: World, seed: int) -> Iterator[tuple[str, Table]]:
    """Make one table at a time, so that only one is in memory."""
    yield "credentials.csv", credentials_table(stream(seed, "published"), world.catalog)
    yield "alignments.csv", alignments_table(world.catalog)
    reviews = stream(seed, "reviews")
    yield "quality.csv", quality_table(reviews, world.catalog, world.calendar)
    yield "pathways.csv", pathways_table(world.choices.pathways, world.catalog)
    yield "teachers.csv", teachers_table(world.roster)
    yield "coaches.csv", coaches_table(stream(seed, "coaches"), world.roster)
    yield "caseloads.csv", caseloads_table(world.roster, world.calendar)
    for name, table_of in FACT_TABLES.items():
        yield name, table_of(world)


def _write_marker(draft: Path, written: Written) -> None:
    content = asdict(written) | {"until": written.until.isoformat(), "files": list(written.rows)}
    del content["folder"]
    (draft / MARKER).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


@contextmanager
def _swapped_in(folder: Path) -> Iterator[Path]:
    """Give a temporary sibling to write in; it takes the folder's place only when all went well."""
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        draft = Path(scratch) / "new"
        draft.mkdir()
        yield draft
        if folder.is_dir():
            folder.rename(Path(scratch) / "old")
        draft.rename(folder)
