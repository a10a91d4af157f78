"""What decides on credit beside the credential: the rules that hold, and what they see of one.

Many teachers share one `Profile`, so what each credential of a catalog gives is worked out once for
each, not once for each teacher.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.axes import ABSENT
from recommender.clock import ms_to_date
from recommender.errors import NotFound
from recommender.renewal.credit import LicenceStatus, licence_status
from recommender.renewal.facts import TeacherFacts
from recommender.renewal.matching import Fits, meets, plan_of
from recommender.states.schema import Pack
from recommender.states.shelf import Shelf


@dataclass(frozen=True, eq=False)
class Profile:
    """A pack, and what its rules make of a teacher whose licence they are about.

    Two profiles are equal if they are the same object: a pack that was read again is another one.
    """

    pack: Pack
    plan: str | None
    """Key of the plan whose minimums are the teacher's; None without one that is certain."""
    routes: frozenset[str]
    """Keys of the routes that may give this teacher credit."""


@dataclass(frozen=True)
class Licences:
    """What is known of the licences of n teachers."""

    profiles: tuple[Profile, ...]
    profile: NDArray[np.int32]
    """Place of each teacher's profile, `ABSENT` where no rules are known; shape (n,)."""
    ends: NDArray[np.int64]
    """First moment in ms of the last day of each licence, `UNDATED_MS` where unknown."""

    def take(self, teachers: NDArray[np.int64]) -> Self:
        """Return those of some teachers, in the order given."""
        return replace(self, profile=self.profile[teachers], ends=self.ends[teachers])

    @classmethod
    def join(cls, blocks: Sequence[Self]) -> Self:
        """Return the licences of several groups of teachers below each other."""
        different = dict.fromkeys(one for block in blocks for one in block.profiles)
        places = {one: place for place, one in enumerate(different)}
        moved = [
            np.array([places[one] for one in block.profiles] + [ABSENT], dtype=np.int32)
            for block in blocks
        ]
        return cls(
            tuple(places),
            np.concatenate([to[block.profile] for to, block in zip(moved, blocks, strict=True)]),
            np.concatenate([block.ends for block in blocks]),
        )


def licences_of(
    kinds: Sequence[TeacherFacts],
    kind: NDArray[np.int32],
    ends: NDArray[np.int64],
    as_of: NDArray[np.int64],
    shelf: Shelf,
) -> Licences:
    """Return the licences of n teachers under the rules of each one's own day.

    Parameters
    ----------
    kinds
        Different roster entries, without the day on which the licence ends.
    kind
        Place of each teacher's in `kinds`, `ABSENT` where there is none; shape (n,).
    ends
        As in `Licences`.
    as_of
        Each teacher's moment in ms.
    shelf
        The packs in force.
    """
    found: dict[tuple[int, int], int] = {}
    places: dict[tuple[int, str | None, frozenset[str]], int] = {}
    profiles: list[Profile] = []
    days = as_of // _DAY_MS
    chosen = np.full(len(kind), ABSENT, dtype=np.int32)
    for row, key in enumerate(zip(kind.tolist(), days.tolist(), strict=True)):
        if key[0] == ABSENT:
            continue
        if key not in found:
            made = _profile(kinds[key[0]], int(as_of[row]), shelf)
            found[key] = ABSENT if made is None else _place(made, places, profiles)
        chosen[row] = found[key]
    return Licences(tuple(profiles), chosen, ends)


_DAY_MS = 86_400_000


def _profile(teacher: TeacherFacts, as_of: int, shelf: Shelf) -> Profile | None:
    try:
        pack = shelf.find(teacher.state, ms_to_date(as_of), teacher.district)
    except NotFound:
        return None
    if licence_status(teacher, pack) is not LicenceStatus.KNOWN:
        return None
    plan, _ = plan_of(pack.renewal.plans, teacher)
    return Profile(pack, plan, open_routes(teacher, pack))


def _place(
    made: Profile,
    places: dict[tuple[int, str | None, frozenset[str]], int],
    profiles: list[Profile],
) -> int:
    key = (id(made.pack), made.plan, made.routes)
    if key not in places:
        places[key] = len(profiles)
        profiles.append(made)
    return places[key]


def open_routes(teacher: TeacherFacts, pack: Pack) -> frozenset[str]:
    """Return the routes that may give a teacher credit: possible, and no condition says no."""
    conditions = pack.renewal.conditions
    return frozenset(
        key
        for key, route in pack.renewal.routes.items()
        if route.credit == "possible"
        and all(meets(conditions[name], teacher, pack) is not Fits.NO for name in route.conditions)
    )
