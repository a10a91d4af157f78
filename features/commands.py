"""`recommender import`, `recommender demo-data` and `recommender snapshot`."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from features.demo.calendar import DEFAULT_UNTIL
from features.demo.generate import Written, write_demo
from features.importers.folders import PLAIN
from features.importers.plain_csv import ImportOptions, import_paths
from features.importers.report import FileSummary, ImportSummary
from recommender import clock
from recommender.console import console, print_json, print_table, progress
from recommender.settings import settings
from recommender.store.engine import make_engine

_COUNTS: Final = (
    *("rows", "added", "changed", "unchanged", "repeats", "overridden", "rejected"),
    "stubs",
)


def import_files(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Folders, or single files.", show_default=False),
    ],
    *,
    district: Annotated[
        str | None,
        typer.Option(help="District of rows that name none.", show_default="as in teachers.csv"),
    ] = None,
    local: Annotated[
        bool,
        typer.Option(
            "--local", help="Credentials and pathways are the district's own, not shared."
        ),
    ] = False,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Refuse everything at the first bad row or unknown id."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do everything, tell it, and change nothing.")
    ] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="First day on which changed roster entries and alignments are valid.",
            show_default="today",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="Write rejected rows here.", show_default="in the data directory"),
    ] = None,
    report_json: Annotated[
        Path | None,
        typer.Option(
            help="Write what came of the import here.", show_default="beside rejected rows"
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Bring a district's files into the store: all of them at once, or nothing.

    A folder stands for every file in it that is recognised. Plain CSV files go by their names:
    teachers, coaches, caseloads, credentials, alignments, standards, crosswalk, goals, pathways,
    quality, self_assessments, evaluations, records, events (.csv). `heldout_records.csv` is left
    alone. Other formats are recognised by what is in them (docs/formats.md says which).

    Importing the same files again changes nothing; a corrected fact supersedes the old one, which
    is kept. An unknown teacher, credential or standard becomes a stub that a later import fills.
    A bad row is rejected into a report and the others go on, unless `--strict`.
    """
    options = ImportOptions(
        district=district,
        local=local,
        strict=strict,
        dry_run=dry_run,
        as_of=clock.today() if as_of is None else as_of.replace(tzinfo=UTC).date(),
        report=report,
        report_json=report_json,
    )
    engine = make_engine()
    try:
        with progress("Reading") as meter:
            summary = import_paths(engine, paths, options, meter.update)
    finally:
        engine.dispose()
    if json:
        print_json(summary.as_dict())
    else:
        _print_import(summary)
    _tell_import(summary)


def _print_import(summary: ImportSummary) -> None:
    where = f" into district {summary.district}" if summary.district else ""
    title = f"Dry run, nothing was changed{where}" if summary.dry_run else f"Imported{where}"
    rows = []
    for item in summary.files:
        if item.format != PLAIN and not item.rows:
            continue
        counts = {name: getattr(item, name) for name in _COUNTS[:-1]}
        rows.append((item.file, *counts.values(), sum(item.stubs.values())))
    print_table(title, ("file", *_COUNTS), rows)


def _tell_import(summary: ImportSummary) -> None:
    """Say on stderr what a table has no room for."""
    for why, names in _grouped((why, name) for name, why in summary.left_alone.items()):
        was = "was" if len(names) == 1 else "were"
        console.print(f"{', '.join(names)} {was} left alone: {why}.")
    foreign = [item for item in summary.files if item.format != PLAIN]
    for found, names in _grouped((item.format, _file_of(item)) for item in foreign):
        console.print(f"Recognised as {found}: {', '.join(names)}.")
    for item in summary.files:
        for sentence in _file_sentences(item):
            console.print(sentence)
    for sentence in summary.examples:
        console.print(sentence)
    if summary.report is not None and summary.rejected:
        console.print(f"{summary.rejected} rows were rejected; all of them: {summary.report}")
    if summary.dry_run:
        console.print("This was a dry run: nothing was changed.")


def _grouped(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Return what several names share, each with its names, in order of their first mention."""
    groups: dict[str, dict[str, None]] = {}
    for shared, name in pairs:
        groups.setdefault(shared, {})[name] = None
    return [(shared, list(names)) for shared, names in groups.items()]


def _file_of(item: FileSummary) -> str:
    """Return the name of the file itself, of which several contracts may have been read."""
    return item.file.removesuffix(f" ({item.contract})")


def _file_sentences(item: FileSummary) -> Iterator[str]:
    """Yield what is to be said of one file."""
    for reason, number in item.set_aside.items():
        yield f"{item.file}: {number} left aside, {reason}."
    if item.unknown_columns:
        yield f"{item.file}: not read, {', '.join(item.unknown_columns)}."
    if item.overridden:
        yield (
            f"{item.file}: {item.overridden} rows have the key of a later row but other values; "
            "the last one counts."
        )
    if item.closed:
        yield f"{item.file}: {item.closed} alignments are no longer named and ended."
    for kind, number in item.stubs.items():
        yield f"{item.file}: unknown {kind} that became stubs: {number}."


def demo_data(
    folder: Annotated[
        Path, typer.Argument(help="An empty or new folder, or an earlier demonstration.")
    ],
    *,
    teachers: Annotated[
        int, typer.Option(help="Teachers in all four districts together, at least 20.")
    ] = 400,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Last day of which anything is known.",
            show_default=DEFAULT_UNTIL.isoformat(),
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Write invented districts as CSV files: four of them, in four states, over five years.

    Teachers, coaches, schools, frameworks, a catalog of micro-credentials, evaluations,
    self-assessments, goals, records and events, ready for `recommender import FOLDER`. Nobody in
    them is real. The hidden truth behind them (each teacher's needs, the chances of the next
    choice) goes to `FOLDER/truth/`, for tests; an import leaves it alone.
    """
    last_day = DEFAULT_UNTIL if until is None else until.replace(tzinfo=UTC).date()
    with progress("Living through five years") as meter:
        written = write_demo(folder, teachers, seed, last_day, meter.update)
    if json:
        print_json(asdict(written))
    else:
        _print_demo(written)


def _print_demo(written: Written) -> None:
    print_table("Demonstration", ("file", "rows"), list(written.rows.items()))
    console.print(
        f"{written.teachers} teachers until {written.until}, seed {written.seed}. "
        f"Next: recommender import {written.folder}"
    )


def snapshot(
    *,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Facts up to the end of this day (UTC) are in it.",
            show_default="today",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Freeze what the store knew on a day: what a model is trained on and named by.

    Writes Parquet tables and a manifest to a folder of the data directory, named by the day and a
    hash of the content: the same facts give the same folder again. Later facts are not in it;
    records without a date always are, flagged. No names and no e-mail addresses.
    """
    from features.snapshot import build_snapshot  # noqa: PLC0415 - only this command needs pandas

    day = clock.today() if as_of is None else as_of.replace(tzinfo=UTC).date()
    engine = make_engine()
    try:
        with progress("Freezing") as meter:
            built = build_snapshot(engine, day, settings().snapshots_dir, meter.update)
    finally:
        engine.dispose()
    if json:
        print_json({**built.manifest.model_dump(mode="json"), "folder": built.path})
        return
    print_table(f"Snapshot as of {day}", ("table", "rows"), list(built.manifest.counts.items()))
    if built.manifest.undated_records:
        console.print(f"{built.manifest.undated_records} records have no date; they are flagged.")
    console.print(f"Content hash: {built.manifest.hash}")
    console.print(f"Folder: {built.path}")
