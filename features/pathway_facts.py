"""How far a teacher is along the pathways that their goals name, from the store's rows.

No pandas: a serving process loads this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from sqlmodel import Session, col, or_, select

from features.catalog import words
from recommender.axes import CredentialKey
from recommender.careers.progress import Progress, progress
from recommender.careers.requirements import Requirement, parse_requirement
from recommender.careers.ways import (
    Offered,
    PathwayRule,
    holdings_of,
    meant_by,
    named_in,
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


def read_pathway_rules(session: Session) -> tuple[PathwayRule, ...]:
    """Return every pathway and what it asks for, in the order of their keys; one small query."""
    rows = session.exec(select(Pathway).order_by(col(Pathway.district_id), col(Pathway.pathway)))
    return tuple(
        pathway_rule(row.district_id, row.pathway, row.title, row.requires) for row in rows
    )


def pathway_rule(district: str, name: str, title: str, requires: str) -> PathwayRule:
    """Return a pathway's rule from its columns as text."""
    try:
        tree = parse_requirement(requires) if requires.strip() else None
    except InvalidInput:
        tree = None
    return PathwayRule(district, name, title, tree)


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
    named = [named_in(tree) for tree in trees]
    ids = sorted({id_ for own, _ in named for id_ in own})
    stacks = sorted({stack for _, own in named for stack in own})
    # `hours:` counts every credential that was earned; those come with the records.
    if not (ids or stacks):
        return []
    statement = select(Credential).where(
        or_(col(Credential.source_id).in_(ids), col(Credential.stack).in_(stacks)),
        col(Credential.district_id).in_((SHARED, teacher.district_id)),
    )
    return list(session.exec(statement))


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
    meant = meant_by([_offered(row) for row in rows], pathway.district_id)
    titles = {(row.district_id, row.source_id): row.title for row in rows if row.title}
    return PathwayStanding(
        goal,
        pathway,
        progress(tree, holdings_of(meant, _held(records), on)),
        "",
        {id_: one.key for id_, one in meant.items()},
        {id_: titles[one.key] for id_, one in meant.items() if one.key in titles},
    )


def _offered(row: Credential) -> Offered:
    return Offered(
        (row.district_id, row.source_id), row.stack, words(row.prerequisites), row.retired_on
    )


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
