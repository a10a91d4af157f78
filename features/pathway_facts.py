"""How far a teacher is along the pathways that their goals name, from the store's rows.

No pandas: a serving process loads this.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter

from sqlmodel import Session, col, or_, select

from features.catalog import words
from recommender.axes import CredentialKey
from recommender.careers.progress import Holdings, Progress, progress
from recommender.careers.requirements import (
    CredentialItem,
    Requirement,
    Several,
    StackItem,
    parse_requirement,
)
from recommender.errors import InvalidInput
from recommender.renewal.counted import was_revoked
from recommender.renewal.facts import Record
from recommender.store.tables import Credential, GrowthGoal, Pathway, Teacher
from recommender.vocabulary import SHARED, RecordStatus


@dataclass(frozen=True)
class PathwayStanding:
    """A pathway that a goal names, and how far the teacher is along it."""

    goal: GrowthGoal
    pathway: Pathway | None
    """None where no file tells of it."""
    progress: Progress | None
    """None where what it asks for is not known or cannot be read."""
    problem: str = ""
    """Why there is no progress."""
    credentials: Mapping[str, CredentialKey] = field(default_factory=dict)
    """Which credential each id of the requirement means: the district's own before a shared one."""
    titles: Mapping[str, str] = field(default_factory=dict)


def read_pathways(
    session: Session, teacher: Teacher, records: Sequence[Record], on: date
) -> tuple[PathwayStanding, ...]:
    """Return the pathways that a teacher's goals name on a day, the latest goal first.

    Parameters
    ----------
    records
        The teacher's records in force: `features.renewal_facts.read_records`.
    """
    goals = _goals(session, teacher, on)
    if not goals:
        return ()
    known = _pathways(session, teacher, list(goals))
    read = {name: _requirement(known.get(name)) for name in goals}
    trees = [tree for tree, _ in read.values() if tree is not None]
    rows = _credentials(session, teacher, trees)
    return tuple(
        _standing(goal, known.get(name), read[name], rows, records, on)
        for name, goal in goals.items()
    )


def _goals(session: Session, teacher: Teacher, on: date) -> dict[str, GrowthGoal]:
    """Return the latest goal in force for each pathway."""
    statement = (
        select(GrowthGoal)
        .where(
            GrowthGoal.teacher_id == teacher.id,
            GrowthGoal.pathway != "",
            col(GrowthGoal.superseded_at).is_(None),
            col(GrowthGoal.set_on) <= on,
            col(GrowthGoal.until) >= on,
        )
        .order_by(col(GrowthGoal.set_on).desc(), col(GrowthGoal.id))
    )
    found: dict[str, GrowthGoal] = {}
    for goal in session.exec(statement):
        found.setdefault(goal.pathway, goal)
    return found


def _pathways(session: Session, teacher: Teacher, names: list[str]) -> dict[str, Pathway]:
    """Return pathways by name; the district's own goes before a shared one."""
    statement = select(Pathway).where(
        col(Pathway.pathway).in_(names),
        col(Pathway.district_id).in_((SHARED, teacher.district_id)),
    )
    rows = sorted(session.exec(statement), key=lambda row: row.district_id)
    return {row.pathway: row for row in rows}


def _requirement(pathway: Pathway | None) -> tuple[Requirement | None, str]:
    if pathway is None:
        return None, "No file tells what this pathway asks for; confirm with your district."
    if not pathway.requires.strip():
        return None, "What this pathway asks for is not known; confirm with your district."
    try:
        return parse_requirement(pathway.requires), ""
    except InvalidInput as error:
        return None, f"What this pathway asks for cannot be read. {error.detail}"


def _credentials(
    session: Session, teacher: Teacher, trees: Sequence[Requirement]
) -> list[Credential]:
    """Return the rows of every credential and stack that requirements name."""
    items = [item for tree in trees for item in _items(tree)]
    ids = sorted({item.credential for item in items if isinstance(item, CredentialItem)})
    stacks = sorted({item.stack for item in items if isinstance(item, StackItem)})
    # `hours:` counts every credential that was earned; those come with the records.
    if not (ids or stacks):
        return []
    statement = select(Credential).where(
        or_(col(Credential.source_id).in_(ids), col(Credential.stack).in_(stacks)),
        col(Credential.district_id).in_((SHARED, teacher.district_id)),
    )
    return list(session.exec(statement))


def _items(tree: Requirement) -> Iterator[Requirement]:
    if isinstance(tree, Several):
        for part in tree.parts:
            yield from _items(part)
    else:
        yield tree


def _standing(
    goal: GrowthGoal,
    pathway: Pathway | None,
    read: tuple[Requirement | None, str],
    rows: Sequence[Credential],
    records: Sequence[Record],
    on: date,
) -> PathwayStanding:
    tree, problem = read
    if tree is None or pathway is None:
        return PathwayStanding(goal, pathway, None, problem)
    # A shared pathway speaks of shared credentials only.
    seen = [row for row in rows if row.district_id in (SHARED, pathway.district_id)]
    meant = {row.source_id: row for row in sorted(seen, key=lambda row: row.district_id)}
    keys = {id_: (row.district_id, row.source_id) for id_, row in meant.items()}
    held = _held(records)
    holdings = _holdings(meant, keys, held, on)
    titles = {id_: row.title for id_, row in meant.items() if row.title}
    return PathwayStanding(goal, pathway, progress(tree, holdings), "", keys, titles)


def _held(records: Sequence[Record]) -> dict[CredentialKey, Fraction | None]:
    """Return the hours of each credential that was earned and not revoked."""
    by_key: dict[CredentialKey, list[Record]] = {}
    for record in records:
        by_key.setdefault(record.credential.key, []).append(record)
    return {
        key: own[0].credential.hours
        for key, own in by_key.items()
        if any(item.status is RecordStatus.EARNED and not was_revoked(item, own) for item in own)
    }


def _holdings(
    meant: Mapping[str, Credential],
    keys: Mapping[str, CredentialKey],
    held: Mapping[CredentialKey, Fraction | None],
    on: date,
) -> Holdings:
    """Return what the teacher has, in the ids that the requirement uses.

    An earned credential whose id means another one here still counts for hours, by its whole key.
    """
    ids = {key: id_ for id_, key in keys.items()}
    names = {key: ids.get(key, f"{key[0]}/{key[1]}") for key in held}
    stacks: dict[str, list[Credential]] = {}
    for id_, row in meant.items():
        if row.stack and (keys[id_] in held or row.retired_on > on):
            stacks.setdefault(row.stack, []).append(row)
    return Holdings(
        earned=frozenset(names.values()),
        hours={names[key]: hours for key, hours in held.items() if hours is not None},
        stacks={stack: _in_order(own) for stack, own in stacks.items()},
    )


def _in_order(rows: Sequence[Credential]) -> tuple[str, ...]:
    """Return a stack's credentials, prerequisites first; by id where they ask for each other."""
    own = sorted(row.source_id for row in rows)
    asked = {row.source_id: set(words(row.prerequisites)) & set(own) for row in rows}
    sorter = TopologicalSorter({id_: sorted(asked[id_]) for id_ in own})
    try:
        return tuple(sorter.static_order())
    except CycleError:
        return tuple(own)
