"""Who of a caseload could earn the same micro-credential together, as of now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from models.plans.grouping import groups_from
from recommender.axes import CredentialKey
from recommender.sentences import credential_title
from recommender.store.tables import Teacher
from serving.deps import Service
from serving.live.champion import Serving
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
    """Return the groups of greatest total gain among some teachers of one district."""
    if not teachers:
        return PossibleGroups((), proven=True, gap=0.0)
    policy = service.policy(session, teachers[0].district_id)
    lists = suggest_to(
        session, serving, service.catalog, policy, teachers, LOOKED_AT, reasons=False
    )
    found = groups_from([made.suggestions for made in lists])
    catalog = lists[0].catalog
    places = catalog.axes.credential_columns
    return PossibleGroups(
        tuple(
            Possible(
                group.credential,
                credential_title(places[group.credential], catalog),
                tuple(teachers[number] for number in group.teachers),
            )
            for group in found.groups
        ),
        found.proven,
        found.gap,
    )
