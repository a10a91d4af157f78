"""What a pathway means in a catalog: which credentials its ids and stacks stand for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter

from recommender.axes import CredentialKey
from recommender.careers.progress import Holdings
from recommender.careers.requirements import CredentialItem, Requirement, Several, StackItem
from recommender.vocabulary import SHARED


@dataclass(frozen=True)
class PathwayRule:
    """A pathway and what it asks for; None where that is not known or cannot be read."""

    district: str
    """Empty where every district's teachers may follow it."""
    name: str
    title: str
    requirement: Requirement | None


@dataclass(frozen=True)
class Offered:
    """A credential as a pathway sees it."""

    key: CredentialKey
    stack: str
    prerequisites: tuple[str, ...]
    """Ids as in the file."""
    retired_on: date


def meant_by(offered: Iterable[Offered], district: str) -> dict[str, Offered]:
    """Return the credential that each id means: a district's own before a shared one.

    A shared pathway (no district) speaks of shared credentials only.
    """
    seen = [one for one in offered if one.key[0] in (SHARED, district)]
    return {one.key[1]: one for one in sorted(seen, key=lambda one: one.key[0])}


def holdings_of(
    meant: Mapping[str, Offered], held: Mapping[CredentialKey, Fraction | None], on: date
) -> Holdings:
    """Return what a teacher has, in the ids that a requirement uses.

    An earned credential whose id means another one here still counts for hours, by its whole key. A
    retired credential that is not held is no part of its stack any more.

    Parameters
    ----------
    meant
        `meant_by`.
    held
        Hours, None where unknown, of each credential that is earned and not revoked.
    on
        The day.
    """
    ids = {one.key: id_ for id_, one in meant.items()}
    names = {key: ids.get(key, f"{key[0]}/{key[1]}") for key in held}
    stacks: dict[str, list[Offered]] = {}
    for one in meant.values():
        if one.stack and (one.key in held or one.retired_on > on):
            stacks.setdefault(one.stack, []).append(one)
    return Holdings(
        earned=frozenset(names.values()),
        hours={names[key]: hours for key, hours in held.items() if hours is not None},
        stacks={stack: in_order(own) for stack, own in stacks.items()},
    )


def in_order(offered: Sequence[Offered]) -> tuple[str, ...]:
    """Return a stack's credentials, prerequisites first; by id where they ask for each other."""
    own = sorted(one.key[1] for one in offered)
    asked = {one.key[1]: set(one.prerequisites) & set(own) for one in offered}
    sorter = TopologicalSorter({id_: sorted(asked[id_]) for id_ in own})
    try:
        return tuple(sorter.static_order())
    except CycleError:
        return tuple(own)


def named_in(requirement: Requirement) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids of credentials and the stacks that a requirement names."""
    items = tuple(_items(requirement))
    return (
        frozenset(item.credential for item in items if isinstance(item, CredentialItem)),
        frozenset(item.stack for item in items if isinstance(item, StackItem)),
    )


def _items(tree: Requirement) -> Iterator[Requirement]:
    if isinstance(tree, Several):
        for part in tree.parts:
            yield from _items(part)
    else:
        yield tree
