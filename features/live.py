"""The live store, as evidence sees it: the catalog of a day and teachers' states of this moment.

No pandas: a serving process loads this. Only facts in force count (`superseded_at IS NULL`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from features.catalog import build_catalog
from features.catalog_rows import read_catalog_rows
from features.pathway_facts import read_pathway_rules
from features.person_facts import PersonFacts, chose_pathways
from features.person_rows import (
    PersonRow,
    Places,
    by_kind,
    read_places,
    read_rows,
)
from features.state import (
    Facts,
    teacher_states,
)
from recommender.axes import Axes
from recommender.careers.ways import PathwayRule
from recommender.catalog import Catalog
from recommender.errors import InvalidInput, NotFound
from recommender.states.shelf import Shelf, shelf_in_force
from recommender.store.ids import by_query
from recommender.store.tables import Teacher
from recommender.teacher_state import (
    TeacherStates,
)


def read_catalog(
    session: Session, as_of: date, axes: Axes | None = None, shelf: Shelf | None = None
) -> Catalog:
    """Return the catalog.

    Parameters
    ----------
    session
        A session on the store.
    as_of
        The day; alignments are those valid on it.
    axes
        Those of a bundle, to score with it now. Where left out, everything that was seen by `as_of`
        makes the axes, as in a snapshot of that day.
    shelf
        The packs in force, whose checklists reviews of quality are held against; those of the
        settings where left out.
    """
    return build_catalog(read_catalog_rows(session.connection(), as_of, axes, shelf), axes)


_TEACHER: Final = select(Teacher).where(col(Teacher.source_id) == bindparam("source_id")).limit(2)
_TEACHER_THERE: Final = _TEACHER.where(col(Teacher.district_id) == bindparam("district_id"))
"""Built once: to put a statement together takes longer than to run it."""


def find_teacher(session: Session, source_id: str, district_id: str | None = None) -> Teacher:
    """Return the teacher with this id.

    Raises
    ------
    NotFound
        No teacher has this id (in this district).
    InvalidInput
        Several districts have this id, and none was named.
    """
    statement = _TEACHER if district_id is None else _TEACHER_THERE
    named = {"source_id": source_id, "district_id": district_id}
    found = session.scalars(statement, named).all()
    if not found:
        raise unknown_teacher(source_id, district_id)
    if len(found) > 1:
        raise InvalidInput(
            f"Several districts have a teacher '{source_id}'; name the district by --district."
        )
    return found[0]


def unknown_teacher(source_id: str, district_id: str | None = None) -> NotFound:
    """Return what is said of a teacher who does not exist (in this district)."""
    where = f" in the district '{district_id}'" if district_id is not None else ""
    return NotFound(f"There is no teacher '{source_id}'{where}.")


def read_states(
    session: Session,
    teacher_ids: Sequence[int],
    axes: Axes,
    as_of: int,
    places: Places | None = None,
    shelf: Shelf | None = None,
) -> TeacherStates:
    """Return the states of some teachers at a moment, in the order given; one query a chunk.

    One query more where somebody chose a pathway: what pathways ask for.

    Parameters
    ----------
    session
        A session on the store.
    teacher_ids
        Keys of the table `teacher`, each once.
    axes
        Axes of the arrays; facts about what is not on them are left out.
    as_of
        Moment in ms.
    places
        Columns by ids of the store for these axes, where the caller has them.
    shelf
        The packs in force; those of the settings where left out.
    """
    known = places or read_places(session.connection(), axes)
    rows = read_people(session, teacher_ids)
    rules = read_pathway_rules(session) if chose_pathways(rows) else ()
    return states_of(rows, teacher_ids, axes, as_of, known, rules, shelf or shelf_in_force())


def read_people(session: Session, teacher_ids: Sequence[int]) -> list[PersonRow]:
    """Return what the store says of some teachers, by one query for up to `IDS_A_QUERY`."""
    connection = session.connection()
    return [row for ids in by_query(teacher_ids) for row in read_rows(connection, ids)]


def states_of(
    rows: Iterable[PersonRow],
    teacher_ids: Sequence[int],
    axes: Axes,
    as_of: int,
    places: Places,
    rules: tuple[PathwayRule, ...] = (),
    shelf: Shelf | None = None,
) -> TeacherStates:
    """Return the states that rows of the store tell; parameters as of `read_states`.

    Without `shelf` no renewal rules are known, without `rules` no pathway's.
    """
    owners = {id_: row for row, id_ in enumerate(teacher_ids)}
    reader = PersonFacts(by_kind(rows), owners, axes, places)
    facts = Facts(
        records=reader.records(),
        ratings=reader.ratings(),
        assessments=reader.assessments(),
        goals=reader.goals(),
        events=reader.events(),
        contexts=reader.contexts(),
        pathways=reader.pathways(rules),
        rules=rules,
        shelf=shelf,
    )
    states = teacher_states(facts, len(teacher_ids), as_of)
    return replace(states, acts=reader.acts(len(teacher_ids), as_of))
