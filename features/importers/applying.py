"""How compared rows enter a table: in place, superseding, or dated.

`work` holds one row for each staged row, see `staging.work_table`: of rows with the same key only
the one in the first place counts; `old_id` is what is in force; `differs` says whether to act.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Table,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    true,
    update,
)

from features.importers.contracts import Target
from features.importers.lookups import day_before, looked_up
from recommender.store.columns import ALWAYS, FOREVER


def valid_on(row: FromClause, day: date) -> ColumnElement[bool]:
    """Condition of the rows that are valid on a day."""
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


def apply_first_facts(connection: Connection, target: Target, staged: Table, now: datetime) -> None:
    """Add facts to a table that has none, from rows of which no two have the same key."""
    fact = target.table
    joined, ids = looked_up(staged, target.references)
    values = {
        **ids,
        **{name: staged.c[source] for name, source in target.fields.items()},
        "recorded_at": literal(now, fact.c.recorded_at.type),
    }
    rows = select(*values.values()).select_from(joined).order_by(staged.c.seq)
    connection.execute(insert(fact).from_select(list(values), rows))


def apply_dated(connection: Connection, target: Target, work: Table, as_of: date) -> None:
    """End the validity of rows that differ the day before `as_of`, and begin new ones.

    The first row of all is valid from ever. A row that began on that very day is corrected where
    it stands, and a later row stays as it is: the new one ends where the old one ended. A row that
    only ends what is in force begins nothing.
    """
    table, old = target.table, target.table.alias("old")
    differing = [*_counting(work, differs=1), work.c.ends == 0]
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
    over = select(work.c.old_id).where(*_counting(work, differs=1), work.c.ends == 1)
    connection.execute(delete(table).where(table.c.id.in_(over), table.c.valid_from == as_of))
    ended = select(work.c.old_id).where(*_counting(work, differs=1), work.c.old_id.is_not(None))
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
        valid_on(table, as_of),
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
