"""Who of a caseload could earn the same micro-credential together, as of now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlmodel import Session

from models.plans.grouping import groups_from
from recommender.axes import CredentialKey
from recommender.planning.together import Groups
from recommender.sentences import credential_title
from recommender.store.tables import Teacher
from serving.deps import Service
from serving.live.champion import Serving
from serving.live.recall import grounds_of
from serving.live.suggestions import suggest_to

LOOKED_AT: Final = 40
"""So many suggestions of each teacher are looked at."""


@dataclass(frozen=True)
class Possible:
    """A group that could be asked; nothing in it tells why anybody is in it."""

    key: CredentialKey
    title: str
    teachers: tuple[Teacher, ...]


@dataclass(frozen=True)
class PossibleGroups:
    """Groups that do not overlap, the most worth while first."""

    groups: tuple[Possible, ...]
    proven: bool
    gap: float


def possible_groups(
    session: Session, service: Service, serving: Serving, teachers: Sequence[Teacher]
) -> PossibleGroups:
    """Return the groups of greatest total gain among some teachers of one district.

    They are sought once: then they are remembered while nothing that they rest on changes.
    """
    if not teachers:
        return PossibleGroups((), proven=True, gap=0.0)
    ground = tuple(grounds_of(session, service.states, serving, teachers))
    key = ("groups", *(teacher.id for teacher in teachers))
    known: _Known | None = service.recall.find(key, ground)
    if known is None:
        known = _sought(session, service, serving, teachers)
        service.recall.keep(key, ground, known)
    groups = tuple(
        Possible(group.credential, title, tuple(teachers[number] for number in group.teachers))
        for group, title in zip(known.found.groups, known.titles, strict=True)
    )
    return PossibleGroups(groups, known.found.proven, known.found.gap)


class _Known(NamedTuple):
    """Groups of the numbers of teachers, whom each request reads anew."""

    found: Groups
    titles: tuple[str, ...]


def _sought(
    session: Session, service: Service, serving: Serving, teachers: Sequence[Teacher]
) -> _Known:
    policy = service.policy(session, teachers[0].district_id)
    lists = suggest_to(
        session, serving, service.catalog, policy, teachers, LOOKED_AT, reasons=False
    )
    found = groups_from([made.suggestions for made in lists])
    catalog = lists[0].catalog
    places = catalog.axes.credential_columns
    titles = [credential_title(places[group.credential], catalog) for group in found.groups]
    return _Known(found, tuple(titles))
