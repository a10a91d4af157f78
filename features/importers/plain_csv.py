"""Imports rows of the plain contracts, from CSV or converted: staged beside, merged at once.

All files of one call are one unit: either every one of them is in the store afterwards, or the
store is as it was.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, MetaData, insert

from features.importers.columns import table_of
from features.importers.contracts import Contract, RowRejected, Scope
from features.importers.folders import InputFiles, find_files, folder_district
from features.importers.identities import StoreLookups
from features.importers.merge import Merge, MergeOptions, lock_for_merge, plan_for_many_rows
from features.importers.parsing import NotAcceptable, key
from features.importers.reader import CsvFile
from features.importers.report import (
    FileSummary,
    ImportSummary,
    RejectedRows,
    Rejection,
    rejected_rows,
    write_json_report,
)
from features.importers.rows import NotAtOnceError, RowParser, row_parser, shown_value
from features.importers.sources import RawRow, RowBlock, RowTable, Setting, Source
from features.importers.staging import (
    BATCH,
    MOST_HELD,
    Stage,
    room_to_work,
    temporary_tables,
)
from recommender import clock
from recommender.errors import ImportRefused, InvalidInput
from recommender.settings import settings
from recommender.store.columns import utc_now
from recommender.store.tables import ImportRun
from recommender.vocabulary import SHARED

Progress = Callable[[int, int], None]
"""Called with the bytes read so far and the bytes there are."""

FIRST_AS_OF: Final = date(1900, 1, 1)


@dataclass(frozen=True)
class ImportOptions:
    """How to import."""

    district: str | None = None
    """District of rows that name none; None: what the folder's roster says."""
    local: bool = False
    """Credentials and pathways belong to the district instead of to all."""
    strict: bool = False
    """Refuse everything at the first bad row or unknown id."""
    dry_run: bool = False
    """Do everything, then take it back."""
    as_of: date = field(default_factory=clock.today)
    """First day of changed roster entries and alignments."""
    report: Path | None = None
    """Where to write rejected rows; None: in the data directory, if there are any."""
    report_json: Path | None = None
    """Where to write what came of the import; always beside the rejected rows, if there are any."""


def import_paths(
    engine: Engine,
    paths: Sequence[Path],
    options: ImportOptions | None = None,
    progress: Progress | None = None,
) -> ImportSummary:
    """Import folders and files: the plain CSV contracts, and the formats that stand for them.

    Parameters
    ----------
    engine
        Made by `recommender.store.engine.make_engine`.
    paths
        Folders (everything in them that is recognised) and files.
    options
        How; the defaults are those of the command line.
    progress
        Told how much has been read.

    Raises
    ------
    InvalidInput
        A path or an option is not usable.
    ImportRefused
        A file breaks its contract as a whole or, with `strict`, in one row. Nothing has changed.
    """
    options = options or ImportOptions()
    _check(options)
    given = options.district and options.district.strip()
    inputs = find_files(paths, Setting(given, options.as_of))
    report_path = options.report or _default_report()
    with (
        rejected_rows(report_path, always=options.report is not None) as rejected,
        engine.connect() as connection,
    ):
        run = _Run(connection, inputs, options, rejected, progress or (lambda _done, _total: None))
        with room_to_work(connection), temporary_tables(connection, run.metadata):
            with no_collection():
                run.stage()
            run.merge()
        rejected.keep()
        beside = run.summary.report and run.summary.report.with_suffix(".json")
        for place in dict.fromkeys((options.report_json, beside)):
            if place is not None:
                write_json_report(run.summary, place)
        return run.summary


def _check(options: ImportOptions) -> None:
    if options.as_of < FIRST_AS_OF:
        raise InvalidInput(f"--as-of must not be before {FIRST_AS_OF}.")
    if options.district is not None:
        try:
            usable = bool(key(options.district.strip()))
        except NotAcceptable:
            usable = False
        if not usable:
            raise InvalidInput("--district must be a short name of printable characters.")


def _default_report() -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    return settings().data_dir.absolute() / "imports" / stamp / "rejected.csv"


class _Run:
    """One import, from its files to its summary."""

    def __init__(
        self,
        connection: Connection,
        inputs: InputFiles,
        options: ImportOptions,
        rejected: RejectedRows,
        progress: Progress,
    ) -> None:
        self.metadata = MetaData()
        self._connection = connection
        self._inputs = inputs
        self._options = options
        self._rejected = rejected
        self._progress = progress
        self._stages: dict[str, Stage] = {}
        given = options.district and options.district.strip()
        folders = dict.fromkeys(source.folder for source in inputs.sources)
        self._districts = {
            folder: folder_district(
                folder, given, {name for place, name in inputs.districts if place == folder}
            )
            for folder in folders
        }
        named = set(self._districts.values())
        self.summary = ImportSummary(
            district=(named.pop() or "") if len(named) == 1 else "",
            as_of=options.as_of,
            dry_run=options.dry_run,
            left_alone=dict(inputs.left_alone),
        )

    def stage(self) -> None:
        """Read every file into its staging table; nothing of the store is locked meanwhile."""
        total = sum(source.size for source in self._inputs.sources)
        done = 0
        for source in self._inputs.sources:
            district = self._district(source.folder, source.contract)
            lookups = StoreLookups(self._connection, self._stages, district or "")
            with source.open(lookups) as table:
                self._stage_table(table, source, district, (done, total))
            done += source.size
            self._progress(done, total)

    def merge(self) -> None:
        """Merge what is staged by one short transaction; a dry run takes it back."""
        summary, options = self.summary, self._options
        summary.examples = self._rejected.examples
        summary.rejections = self._rejected.places
        merging = MergeOptions(options.as_of, utc_now(), options.strict, options.local)
        summary.report = self._rejected.planned
        merges = [
            Merge(self._connection, stage, summary.files, merging, self.metadata)
            for stage in self._stages.values()
        ]
        with self._connection.begin():
            plan_for_many_rows(self._connection)
            merges = [replace(merge, rehearsal=merge.rehearse()) for merge in merges]
        with _one_writer(self._connection, merges, keep=not options.dry_run):
            moved = False
            for merge in merges:
                moved |= (replace(merge, rehearsal=None) if moved else merge).run()
            self._connection.execute(
                insert(table_of(ImportRun)).values(
                    finished_at=utc_now(), district_id=summary.district, summary=summary.as_dict()
                )
            )

    def _stage_table(
        self, table: RowTable, source: Source, district: str | None, progress: tuple[int, int]
    ) -> None:
        before, total = progress
        contract = source.contract
        parser = row_parser(table, contract, district)
        counts = FileSummary(
            table.name,
            unknown_columns=parser.unknown,
            format=source.format,
            contract=contract.name,
        )
        stage = self._stages.get(contract.name) or Stage(self._connection, contract, self.metadata)
        self._stages[contract.name] = stage
        stage.present |= parser.present
        number = len(self.summary.files)
        stage.files.append(number)
        self.summary.files.append(counts)
        for block in _blocks(table):
            counts.rows += len(block.rows)
            self._stage_block(table, parser, stage, block, counts)
            self._progress(min(before + table.position, total), total)
        counts.set_aside = dict(table.set_aside)
        stage.finish()

    def _stage_block(
        self,
        table: RowTable,
        parser: RowParser,
        stage: Stage,
        block: RowBlock,
        counts: FileSummary,
    ) -> None:
        """Stage many rows at once if all is well with each, and one by one if not."""
        file = stage.files[-1]
        try:
            values = None if block.problems else parser.parse_block(block.rows)
        except (NotAtOnceError, NotAcceptable, RowRejected):
            values = None
        if values is None:
            for row in block.each():
                one = self._parsed(table, parser, row)
                if one is None:
                    counts.rejected += 1
                else:
                    stage.add(file, row.line, one)
            stage.flush()
        else:
            stage.add_block(file, block.lines, values)

    def _district(self, folder: Path, contract: Contract) -> str | None:
        district = self._districts[folder]
        if contract.scope is Scope.CATALOG and not self._options.local:
            return SHARED
        if contract.scope is Scope.ABOUT_CATALOG and district is None:
            return SHARED
        if contract.scope is Scope.CATALOG and district is None:
            raise ImportRefused(
                f"teachers.csv in {folder.name} names several districts: say with --district to "
                "which one --local credentials belong."
            )
        return district

    def _parsed(self, table: RowTable, parser: RowParser, row: RawRow) -> list[object] | None:
        rejection = Rejection(table.name, row.line, "", "", row.problem, table.unit)
        try:
            if not row.problem:
                return parser.parse(row.cells)
        except RowRejected as error:
            shown = shown_value(parser.contract, error.value)
            rejection = Rejection(table.name, row.line, error.column, shown, error.rule, table.unit)
        if self._options.strict:
            raise ImportRefused(f"{rejection.sentence()} Nothing was changed.")
        self._rejected.add(rejection)
        return None


@contextmanager
def no_collection() -> Iterator[None]:
    """Spare the search for circles: rows are many small lists and hold none."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


def _blocks(table: RowTable) -> Iterator[RowBlock]:
    """Yield rows in blocks that are neither too many nor too long to be held in memory."""
    if isinstance(table, CsvFile):
        yield from table.blocks(BATCH, MOST_HELD)
        return
    held: list[RawRow] = []
    start = 0
    for row in table.rows():
        held.append(row)
        if len(held) >= BATCH or table.position - start > MOST_HELD:
            yield _block(held)
            held, start = [], table.position
    if held:
        yield _block(held)


def _block(held: Sequence[RawRow]) -> RowBlock:
    lines, rows, problems = zip(*held, strict=True)
    return RowBlock(lines, rows, problems if any(problems) else ())


@contextmanager
def _one_writer(connection: Connection, merges: Sequence[Merge], *, keep: bool) -> Iterator[None]:
    """Hold the one transaction that changes the store; taken back unless `keep` and no error."""
    # A transaction that begins by reading could not become a writer once another one wrote.
    connection.execution_options(sqlite_begin="IMMEDIATE")
    try:
        with connection.begin() as transaction:
            plan_for_many_rows(connection)
            if connection.dialect.name == "postgresql":
                lock_for_merge(connection, [merge.stage for merge in merges])
            yield
            if not keep:
                transaction.rollback()
    finally:
        connection.execution_options(sqlite_begin="DEFERRED")
