"""Outside ids to rows of the store, as joins on a staging table; and stubs for unknown ids."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Table,
    and_,
    case,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import SQLModel

from features.importers.columns import table_of
from features.importers.contracts import Entity, Reference, Scope
from features.importers.staging import Stage
from recommender.errors import ImportRefused
from recommender.store.tables import (
    Coach,
    Credential,
    CredentialRecord,
    District,
    FeedbackEvent,
    Standard,
    Teacher,
)
from recommender.vocabulary import SHARED

_MODELS: Final[dict[Entity, type[SQLModel]]] = {
    Entity.TEACHER: Teacher,
    Entity.COACH: Coach,
    Entity.CREDENTIAL: Credential,
    Entity.STANDARD: Standard,
}

_WITH_STUBS: Final[tuple[type[SQLModel], ...]] = (District, *_MODELS.values())


class day_before(FunctionElement[date]):  # noqa: N801 - reads as the SQL function that it is
    """The day before a date column, in each database's own words."""

    inherit_cache = True


@compiles(day_before, "sqlite")
def _day_before_sqlite(element: Any, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's hook
    return f"date({compiler.process(element.clauses, **options)}, '-1 day')"


@compiles(day_before, "postgresql")
def _day_before_postgresql(element: Any, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's hook
    return f"({compiler.process(element.clauses, **options)} - 1)"


def entity_tables() -> tuple[Table, ...]:
    """Tables in which an import may leave a stub, and that of districts."""
    return tuple(table_of(model) for model in _WITH_STUBS)


def looked_up(
    staged: Table, references: Sequence[Reference]
) -> tuple[FromClause, dict[str, ColumnElement[int | None]]]:
    """Return the staged rows joined with what they refer to, and the id behind each reference.

    Every join is an outer one: SQLite then walks the staged rows once and looks each id up.
    """
    joined: FromClause = staged
    ids: dict[str, ColumnElement[int | None]] = {}
    for reference in references:
        cells = [staged.c[name] for name in reference.columns]
        if reference.entity is Entity.CREDENTIAL:
            own, shared = table_of(Credential).alias(), table_of(Credential).alias()
            joined = joined.outerjoin(own, _in_district(own, staged.c.district_id, cells[0]))
            joined = joined.outerjoin(shared, _in_district(shared, literal(SHARED), cells[0]))
            ids[reference.into] = func.coalesce(own.c.id, shared.c.id)
            continue
        named = table_of(_MODELS[reference.entity]).alias()
        if reference.entity is Entity.STANDARD:
            on = and_(named.c.framework == cells[0], named.c.code == cells[1])
        else:
            on = _in_district(named, staged.c.district_id, cells[0])
        joined = joined.outerjoin(named, on)
        ids[reference.into] = named.c.id
    return joined, ids


def _in_district(
    named: FromClause, district: ColumnElement[str], source_id: ColumnElement[str]
) -> ColumnElement[bool]:
    return and_(named.c.district_id == district, named.c.source_id == source_id)


def add_districts(connection: Connection, stage: Stage) -> None:
    """Add the districts that staged rows belong to, with their state where a roster says one."""
    staged, district = stage.table, table_of(District)
    if stage.contract.scope not in {Scope.PEOPLE, Scope.CATALOG}:
        return
    unknown = (
        select(staged.c.district_id, literal(""))
        .where(staged.c.district_id != SHARED)
        .where(staged.c.district_id.not_in(select(district.c.district_id)))
        .distinct()
    )
    connection.execute(insert(district).from_select(["district_id", "state"], unknown))
    if stage.contract.name == "teachers":
        _fill_states(connection, staged, district)


def _fill_states(connection: Connection, staged: Table, district: Table) -> None:
    states = (
        select(staged.c.district_id, func.min(staged.c.state).label("state"))
        .where(staged.c.state != "")
        .group_by(staged.c.district_id)
        .having(func.min(staged.c.state) == func.max(staged.c.state))
        .subquery()
    )
    connection.execute(
        update(district)
        .where(district.c.district_id == states.c.district_id, district.c.state == "")
        .values(state=states.c.state)
    )


def add_stubs(
    connection: Connection, stage: Stage, reference: Reference, *, local: bool
) -> dict[int, int]:
    """Add a stub for each id that a staged row names and the store lacks; return counts by file."""
    staged = stage.table
    joined, ids = looked_up(staged, (reference,))
    columns: list[ColumnElement[str]] = [staged.c[name] for name in reference.columns]
    by_district = reference.entity in {Entity.TEACHER, Entity.COACH}
    if by_district or (reference.entity is Entity.CREDENTIAL and local):
        columns.insert(0, staged.c.district_id)
    missing = (
        select(*columns, func.min(staged.c.file).label("file"))
        .select_from(joined)
        .where(ids[reference.into].is_(None), *_named(staged, reference))
        .group_by(*columns)
        .subquery()
    )
    counted = select(missing.c.file, func.count()).group_by(missing.c.file)
    counts = {int(file): int(number) for file, number in connection.execute(counted)}
    if counts:
        _insert_stubs(connection, reference, missing)
    return counts


def _named(staged: Table, reference: Reference) -> list[ColumnElement[bool]]:
    """Conditions of the rows that name something at all (a goal may name a pathway instead)."""
    return [staged.c[name] != "" for name in reference.columns]


def _insert_stubs(connection: Connection, reference: Reference, missing: FromClause) -> None:
    model = _MODELS[reference.entity]
    table = table_of(model)
    *keys, _file = missing.c
    given: dict[str, Any] = {"known": literal(False)}  # noqa: FBT003 - a value in SQL
    if reference.entity is Entity.STANDARD:
        framework, code = keys
        given |= {"framework": framework, "code": code}
        given["parent"] = case((framework == code, ""), else_=framework)
    elif len(keys) == 1:
        given |= {"district_id": literal(SHARED), "source_id": keys[0]}
    else:
        given |= dict(zip(("district_id", "source_id"), keys, strict=True))
    _insert_with_defaults(connection, model, table, given, missing)


def _insert_with_defaults(
    connection: Connection,
    model: type[SQLModel],
    table: Table,
    given: dict[str, Any],
    source: FromClause,
) -> None:
    values = dict(given)
    for column in table.c:
        if column.name not in values and not column.nullable and not column.primary_key:
            default = model.model_fields[column.name].get_default(call_default_factory=True)
            values[column.name] = literal(default, column.type)
    rows = select(*(value.label(f"v{at}") for at, value in enumerate(values.values())))
    ordered = rows.select_from(source).order_by(*source.c)
    connection.execute(insert(table).from_select(list(values), ordered))


def add_roots(
    connection: Connection, stage: Stage, references: Sequence[Reference], *, known: bool
) -> None:
    """Add the root of every framework that staged rows name; with `known`, mark it as known."""
    standard = table_of(Standard)
    for name in dict.fromkeys(reference.columns[0] for reference in references):
        framework = stage.table.c[name]
        root = standard.alias()
        unknown = (
            select(framework.label("framework"))
            .select_from(
                stage.table.outerjoin(
                    root, and_(root.c.framework == framework, root.c.code == framework)
                )
            )
            .where(framework != "", root.c.id.is_(None))
            .distinct()
            .subquery()
        )
        new = unknown.c.framework
        given = {"framework": new, "code": new, "known": literal(known)}
        _insert_with_defaults(connection, Standard, standard, given, unknown)
        if known:
            connection.execute(
                update(standard)
                .where(standard.c.code == standard.c.framework)
                .where(standard.c.framework.in_(select(framework)), standard.c.known.is_(False))
                .values(known=True)
            )


def _first_unknown(
    connection: Connection, stage: Stage, reference: Reference
) -> tuple[Any, ...] | None:
    """Return file, line and cells of the first row that names an unknown id."""
    staged = stage.table
    joined, ids = looked_up(staged, (reference,))
    row = connection.execute(
        select(staged.c.file, staged.c.line, *(staged.c[name] for name in reference.columns))
        .select_from(joined)
        .where(ids[reference.into].is_(None), *_named(staged, reference))
        .order_by(staged.c.seq)
        .limit(1)
    ).first()
    return None if row is None else tuple(row)


def names_unknown(connection: Connection, stage: Stage, reference: Reference) -> bool:
    """Whether a staged row names an id that the store lacks."""
    return _first_unknown(connection, stage, reference) is not None


def refuse_unknown(
    connection: Connection, stage: Stage, reference: Reference, names: Sequence[str]
) -> None:
    """Refuse the import if a staged row names an unknown id.

    Raises
    ------
    ImportRefused
        The first such row, by file and line.
    """
    first = _first_unknown(connection, stage, reference)
    if first is not None:
        file, line, *key = first
        raise ImportRefused(
            f"{names[file]}, line {line}: {' '.join(map(repr, key))} is not among the "
            f"{reference.entity.value} known, and --strict allows no stubs; nothing was changed."
        )


def adopt_stubs(connection: Connection, stage: Stage) -> bool:
    """Let a catalog row take over the one stub that stands for it under another district.

    A record that comes before the catalog makes a stub, which may lie with all (shared) or with
    one district (`--local`); the catalog row that comes later belongs where it says. The stub
    moves there and keeps its id if nothing else can be meant: no other credential has that id, the
    import names it once, and no other district's teacher holds it. Returns whether any moved.
    """
    credential, staged = table_of(Credential), stage.table
    once = (
        select(staged.c.credential_id, func.min(staged.c.district_id).label("district_id"))
        .group_by(staged.c.credential_id)
        .having(func.min(staged.c.district_id) == func.max(staged.c.district_id))
        .subquery()
    )
    every = credential.alias()
    single = (
        select(func.min(every.c.id).label("id"))
        .group_by(every.c.source_id)
        .having(func.count() == 1)
    )
    stub = credential.alias()
    moves = (
        select(stub.c.id, once.c.district_id)
        .join_from(stub, once, stub.c.source_id == once.c.credential_id)
        .where(stub.c.known.is_(False), stub.c.district_id != once.c.district_id)
        .where(stub.c.id.in_(single))
        .where((once.c.district_id == SHARED) | _only_of(stub, once.c.district_id))
        .subquery()
    )
    moved = connection.execute(
        update(credential)
        .where(credential.c.id == moves.c.id)
        .values(district_id=moves.c.district_id)
    )
    return moved.rowcount > 0


def _only_of(stub: FromClause, district: ColumnElement[str]) -> ColumnElement[bool]:
    """No teacher of another district has a record of or event with the stub."""
    teacher = table_of(Teacher)
    conditions = [stub.c.district_id == SHARED]
    for model in (CredentialRecord, FeedbackEvent):
        fact = table_of(model)
        elsewhere = (
            select(fact.c.id)
            .join_from(fact, teacher, fact.c.teacher_id == teacher.c.id)
            .where(fact.c.credential_id == stub.c.id, teacher.c.district_id != district)
        )
        conditions.append(~elsewhere.exists())
    return and_(*conditions)
