"""From staging tables into the store: set-based SQL, inside the one short transaction.

For each target table the staged rows are looked up and compared with what is in force ('work'),
then applied in the target's style. Nothing here commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    MetaData,
    Subquery,
    Table,
    and_,
    case,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.exc import IntegrityError

from features.importers.applying import (
    apply_dated,
    apply_facts,
    apply_first_facts,
    apply_in_place,
    close_unnamed,
    valid_on,
)
from features.importers.columns import table_of
from features.importers.contracts import Contract, Entity, Presence, Style, Target
from features.importers.lookups import (
    add_districts,
    add_roots,
    add_stubs,
    adopt_stubs,
    entity_tables,
    looked_up,
    names_unknown,
    refuse_unknown,
)
from features.importers.report import FileSummary
from features.importers.staging import Stage, work_table
from features.importers.standards_tree import refuse_circles
from recommender.store.tables import ImportRun


@dataclass(frozen=True)
class MergeOptions:
    """What a merge needs to know beside the rows."""

    as_of: date
    """First day on which a changed roster entry or alignment is valid."""
    now: datetime
    strict: bool = False
    local: bool = False


@dataclass(frozen=True)
class Rehearsal:
    """Facts looked up and compared before the transaction, and the store's stamp at that time."""

    work: Table
    stamp: tuple[Any, ...]


@dataclass(frozen=True)
class Merge:
    """The merge of one contract's staged rows."""

    connection: Connection
    stage: Stage
    files: Sequence[FileSummary]
    options: MergeOptions
    metadata: MetaData
    """Of the TEMP tables."""
    rehearsal: Rehearsal | None = None

    @property
    def contract(self) -> Contract:
        """Contract of the rows."""
        return self.stage.contract

    def rehearse(self) -> Rehearsal | None:
        """Compare facts with the store before the transaction, so that it only has to write.

        Returns None where that cannot be: for other tables than facts, or where ids are unknown.
        """
        target = self.contract.targets[0]
        if target.style is not Style.FACT:
            return None
        stamp = self._stamp(target)
        if any(names_unknown(self.connection, self.stage, item) for item in target.references):
            return None
        return Rehearsal(self._compare(target), stamp)

    def run(self) -> bool:
        """Merge the rows and count what came of them.

        Returns
        -------
        Whether a credential's id may mean another row than before: what was rehearsed falls.
        """
        if self.rehearsal and self._stamp(self.contract.targets[0]) != self.rehearsal.stamp:
            return replace(self, rehearsal=None).run()
        add_districts(self.connection, self.stage)
        adopted = self.contract.name == "credentials" and adopt_stubs(self.connection, self.stage)
        if self._is_first():
            return adopted
        if self.rehearsal is None:
            self._stubs(self.contract.references)
        works = [self._apply(target) for target in self.contract.targets]
        self._count(works)
        self._close(works)
        if self.contract.own_references:
            add_roots(self.connection, self.stage, self.contract.own_references, known=True)
            self._stubs(self.contract.own_references)
            refuse_circles(self.connection, self.stage)
        added = any(self.files[file].added for file in self.stage.files)
        return adopted or (self.contract.name == "credentials" and added)

    def _is_first(self) -> bool:
        """Add facts straight away where there are none to compare them with; return whether done.

        Every id that a row names must be known, and no two rows may have one key: the table refuses
        a gap and a repeat, and then nothing has been done.
        """
        target, *others = self.contract.targets
        references = [target.table.c[reference.into] for reference in target.references]
        if (
            target.style is not Style.FACT
            or others
            or self.rehearsal is not None
            or any(column.nullable for column in references)
            or self.connection.execute(select(target.table.c.id).limit(1)).first()
        ):
            return False
        try:
            with self.connection.begin_nested():
                apply_first_facts(self.connection, target, self.stage.table, self.options.now)
        except IntegrityError:
            return False
        for file, rows in self.stage.rows_of.items():
            self.files[file].added = rows
        return True

    def _stamp(self, target: Target) -> tuple[Any, ...]:
        """Return what changes with each change of the facts or of anything an import may change."""
        fact, log = target.table, table_of(ImportRun)
        facts = select(func.max(fact.c.id), func.count(), func.count(fact.c.superseded_at))
        imports = select(func.max(log.c.id))
        return (*self.connection.execute(facts).one(), *self.connection.execute(imports).one())

    def _stubs(self, references: Sequence[Any]) -> None:
        for reference in references:
            if self.options.strict:
                names = [file.file for file in self.files]
                refuse_unknown(self.connection, self.stage, reference, names)
                continue
            counts = add_stubs(self.connection, self.stage, reference, local=self.options.local)
            for file, number in counts.items():
                stubs = self.files[file].stubs
                kind = reference.entity.value
                stubs[kind] = stubs.get(kind, 0) + number
        standards = [item for item in references if item.entity is Entity.STANDARD]
        add_roots(self.connection, self.stage, standards, known=False)

    def _apply(self, target: Target) -> Table:
        work = self.rehearsal.work if self.rehearsal else self._compare(target)
        match target.style:
            case Style.IN_PLACE:
                apply_in_place(self.connection, target, work)
            case Style.FACT:
                apply_facts(self.connection, target, work, self.options.now)
            case Style.DATED:
                apply_dated(self.connection, target, work, self.options.as_of)
        return work

    def _compare(self, target: Target) -> Table:
        """Fill the work table of a target: one row for each staged row."""
        work = work_table(self.contract, target, self.metadata)
        work.create(self.connection)
        staged = self.stage.table
        joined, ids = looked_up(staged, target.references)
        new = (
            select(
                staged.c.seq,
                staged.c.file,
                *(identifier.label(name) for name, identifier in ids.items()),
                *(staged.c[source].label(name) for name, source in target.fields.items()),
                _ends(target, staged).label("row_ends"),
            )
            .select_from(joined)
            .subquery("new")
        )
        old = target.table.alias("old")
        place = func.row_number().over(
            partition_by=[new.c[name] for name in target.key], order_by=new.c.seq.desc()
        )
        silent = self._silent(target)
        values = {
            name: _kept(old, new, name) if name in silent else new.c[name]
            for name in target.columns
        }
        rows = select(
            *(new.c.seq, new.c.file, place, old.c.id, _differs(target, old, new, silent)),
            new.c.row_ends,
            *values.values(),
        ).select_from(new.outerjoin(old, self._in_force(target, old, new)))
        names = ["seq", "file", "place", "old_id", "differs", "ends", *values]
        self.connection.execute(insert(work).from_select(names, rows))
        return work

    def _silent(self, target: Target) -> frozenset[str]:
        """Columns of the target that no file of this import has: what is in force stays."""
        derived = {
            column.name for column in self.contract.columns if column.presence is Presence.DERIVED
        }
        said = self.stage.present | derived
        return frozenset(
            name
            for name, source in target.fields.items()
            if source not in said and name not in target.key
        )

    def _in_force(self, target: Target, old: FromClause, new: Subquery) -> ColumnElement[bool]:
        conditions = [old.c[name] == new.c[name] for name in target.key]
        if target.style is Style.FACT:
            conditions.append(old.c.superseded_at.is_(None))
        if target.style is Style.DATED:
            conditions.append(valid_on(old, self.options.as_of))
        return and_(*conditions)

    def _close(self, works: Sequence[Table]) -> None:
        """End what is no longer named, unless a rejected row may have named it."""
        files = [self.files[file] for file in self.stage.files]
        if any(file.rejected for file in files):
            return
        for target, work in zip(self.contract.targets, works, strict=True):
            if target.group:
                files[-1].closed += close_unnamed(self.connection, target, work, self.options.as_of)

    def _count(self, works: Sequence[Table]) -> None:
        first, *others = works
        changed = or_(*(work.c.differs == 1 for work in works))
        joined: Any = first
        for other in others:
            joined = joined.outerjoin(other, other.c.seq == first.c.seq)
        statement = (
            select(
                first.c.file,
                func.count(),
                func.sum(_one_if(first.c.old_id.is_(None))),
                func.sum(_one_if(and_(first.c.old_id.is_not(None), changed))),
            )
            .select_from(joined)
            .where(first.c.place == 1)
            .group_by(first.c.file)
        )
        for file, rows, added, altered in self.connection.execute(statement):
            summary = self.files[file]
            summary.added, summary.changed = int(added), int(altered)
            summary.unchanged = int(rows) - summary.added - summary.changed
        self._count_repeats(first)

    def _count_repeats(self, work: Table) -> None:
        """Count rows that share their key with a later row: equal to it, or overridden by it."""
        if self.connection.execute(select(work.c.seq).where(work.c.place > 1).limit(1)).first():
            key = self.contract.targets[0].key
            lost, won = work.alias(), work.alias()
            mine, theirs = self.stage.table.alias(), self.stage.table.alias()
            same = and_(
                *(
                    mine.c[column.name].is_not_distinct_from(theirs.c[column.name])
                    for column in self.contract.columns
                )
            )
            statement = (
                select(lost.c.file, func.count(), func.sum(_one_if(same)))
                .join_from(lost, won, and_(*(lost.c[name] == won.c[name] for name in key)))
                .join(mine, mine.c.seq == lost.c.seq)
                .join(theirs, theirs.c.seq == won.c.seq)
                .where(lost.c.place > 1, won.c.place == 1)
                .group_by(lost.c.file)
            )
            for file, rows, equal in self.connection.execute(statement):
                self.files[file].repeats = int(equal)
                self.files[file].overridden = int(rows) - int(equal)


def plan_for_many_rows(connection: Connection) -> None:
    """Keep PostgreSQL from walking a table once for each staged row, in this transaction.

    Right after a large import it has no statistics yet and takes a big table for a small one.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_nestloop = off")
        connection.exec_driver_sql("SET LOCAL jit = off")


def lock_for_merge(connection: Connection, stages: Sequence[Stage]) -> None:
    """Let other writers of the tables concerned wait for the merge, but no reader (PostgreSQL).

    SQLite has one writer anyway. Always in the same order, so that two imports cannot block each
    other.
    """
    targets = [target.table for stage in stages for target in stage.contract.targets]
    names = {table.name for table in (*targets, *entity_tables())}
    quote = connection.dialect.identifier_preparer.quote
    listed = ", ".join(quote(name) for name in sorted(names))
    connection.exec_driver_sql(f"LOCK TABLE {listed} IN SHARE ROW EXCLUSIVE MODE")


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _kept(old: FromClause, new: Subquery, name: str) -> ColumnElement[Any]:
    """Return what is in force where something is, otherwise the new value."""
    return case((old.c.id.is_(None), new.c[name]), else_=old.c[name])


def _differs(
    target: Target, old: FromClause, new: Subquery, silent: frozenset[str]
) -> ColumnElement[int]:
    conditions = [
        old.c[name].is_distinct_from(new.c[name]) for name in target.values if name not in silent
    ]
    conditions.append(old.c.id.is_(None))
    if "known" in target.table.c:
        conditions.append(old.c.known.is_(False))
    ended = and_(new.c.row_ends == 1, old.c.id.is_not(None))
    return _one_if(or_(ended, and_(new.c.row_ends == 0, or_(*conditions))))


def _ends(target: Target, staged: Table) -> ColumnElement[int]:
    """Return 1 where a row only ends what is in force."""
    return _one_if(staged.c[target.ends].is_(False)) if target.ends else literal(0)
