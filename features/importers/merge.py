"""From staging tables into the store: set-based SQL, inside the one short transaction.

For each target table the staged rows are looked up and compared with what is in force ('work'),
then applied in the target's style. Nothing here commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
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
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from features.importers.columns import table_of
from features.importers.contracts import Contract, Entity, Presence, Style, Target
from features.importers.lookups import (
    add_districts,
    add_roots,
    add_stubs,
    adopt_stubs,
    day_before,
    entity_tables,
    looked_up,
    names_unknown,
    refuse_unknown,
)
from features.importers.report import FileSummary
from features.importers.staging import Stage, work_table
from features.importers.standards_tree import refuse_circles
from recommender.store.columns import ALWAYS, FOREVER
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
            *values.values(),
        ).select_from(new.outerjoin(old, self._in_force(target, old, new)))
        names = ["seq", "file", "place", "old_id", "differs", *values]
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
            conditions.append(_valid_on(old, self.options.as_of))
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
    return _one_if(or_(*conditions))


def _valid_on(row: FromClause, day: date) -> ColumnElement[bool]:
    return and_(row.c.valid_from <= day, row.c.valid_to >= day)


def apply_in_place(connection: Connection, target: Target, work: Table) -> None:
    """Update rows that differ, add those that are new."""
    constants = {"known": true()} if "known" in target.table.c else {}
    values = {name: work.c[name] for name in target.values} | constants
    if values:
        connection.execute(
            update(target.table)
            .where(target.table.c.id == work.c.old_id, *_counting(work, differs=1))
            .values(values)
        )
    new = {name: work.c[name] for name in target.columns} | constants
    rows = (
        select(*new.values()).where(*_counting(work), work.c.old_id.is_(None)).order_by(work.c.seq)
    )
    connection.execute(insert(target.table).from_select(list(new), rows))


def apply_facts(connection: Connection, target: Target, work: Table, now: datetime) -> None:
    """Supersede facts that differ, then add them anew beside those that are new."""
    fact = target.table
    replaced = select(work.c.old_id).where(*_counting(work, differs=1), work.c.old_id.is_not(None))
    connection.execute(update(fact).where(fact.c.id.in_(replaced)).values(superseded_at=now))
    names = [*target.columns, "recorded_at"]
    rows = select(
        *(work.c[name] for name in target.columns), literal(now, fact.c.recorded_at.type)
    ).where(*_counting(work, differs=1))
    rows = rows.order_by(work.c.seq)
    connection.execute(insert(fact).from_select(names, rows))


def apply_dated(connection: Connection, target: Target, work: Table, as_of: date) -> None:
    """End the validity of rows that differ the day before `as_of`, and begin new ones.

    The first row of all is valid from ever. A row that began on that very day is corrected where
    it stands, and a later row stays as it is: the new one ends where the old one ended.
    """
    table, old = target.table, target.table.alias("old")
    differing = _counting(work, differs=1)
    connection.execute(
        update(table)
        .where(table.c.id == work.c.old_id, table.c.valid_from == as_of, *differing)
        .values({name: work.c[name] for name in target.values})
    )
    changed = (
        select(*(work.c[name] for name in target.columns), literal(as_of), old.c.valid_to)
        .join_from(work, old, old.c.id == work.c.old_id)
        .where(*differing, old.c.valid_from < as_of)
    )
    names = [*target.columns, "valid_from", "valid_to"]
    fresh = select(
        *(work.c[name] for name in target.columns), *_first_period(target, work, as_of)
    ).where(*differing, work.c.old_id.is_(None))
    connection.execute(insert(table).from_select(names, fresh.order_by(work.c.seq)))
    connection.execute(insert(table).from_select(names, changed.order_by(work.c.seq)))
    ended = select(work.c.old_id).where(*differing, work.c.old_id.is_not(None))
    connection.execute(
        update(table)
        .where(table.c.id.in_(ended), table.c.valid_from < as_of)
        .values(valid_to=as_of - timedelta(days=1))
    )


def _first_period(target: Target, work: Table, as_of: date) -> tuple[ColumnElement[date], ...]:
    """Return the validity of a row that has nothing in force: from ever, if it is the first."""
    earlier, later = target.table.alias(), target.table.alias()
    group = target.group or target.key[0]
    first = ~select(earlier.c.id).where(earlier.c[group] == work.c[group]).exists()
    following = (
        select(day_before(func.min(later.c.valid_from)))
        .where(*(later.c[name] == work.c[name] for name in target.key), later.c.valid_from > as_of)
        .scalar_subquery()
    )
    return (
        case((first, literal(ALWAYS)), else_=literal(as_of)),
        func.coalesce(following, literal(FOREVER)),
    )


def close_unnamed(connection: Connection, target: Target, work: Table, as_of: date) -> int:
    """End what is in force of each group that the import names, but not named itself.

    Returns
    -------
    The number of rows that ended. One that would have begun today never was: it goes.
    """
    table, named = target.table, work.alias()
    key = and_(*(named.c[name] == table.c[name] for name in target.key))
    gone = and_(
        _valid_on(table, as_of),
        table.c[target.group].in_(select(work.c[target.group])),
        ~select(named.c.seq).where(key).exists(),
    )
    removed = connection.execute(delete(table).where(gone, table.c.valid_from == as_of)).rowcount
    yesterday = as_of - timedelta(days=1)
    ended = connection.execute(update(table).where(gone).values(valid_to=yesterday)).rowcount
    return removed + ended


def _counting(work: Table, *, differs: int | None = None) -> list[ColumnElement[bool]]:
    """Conditions of the rows that count: the last of each key; with `differs`, only such."""
    conditions: list[ColumnElement[bool]] = [work.c.place == 1]
    if differs is not None:
        conditions.append(work.c.differs == differs)
    return conditions
