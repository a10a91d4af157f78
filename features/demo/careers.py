"""Invented pathways of careers, and the teachers who chose one.

What the states are known to use micro-credentials for (DOMAIN.md): designations of Arkansas' career
continuum, North Carolina's own pathways, added endorsements in Wyoming, steps of a salary schedule.
What each asks for is invented, and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from features.demo.arrays import Bools, Floats, Ints
from features.demo.catalog import NEVER, NOT_MET, DemoCatalog
from features.demo.districts import AR, DISTRICTS, NC, SC, WY
from features.demo.people import Roster
from features.demo.stacks import NONE
from features.demo.topics import topics
from features.demo.writer import Labels, Table, Texts, constant

_FOLLOWERS: Final = 0.22
"""Share of teachers who have a pathway in mind."""

_LATER_STEP: Final = 0.3
"""How much less a step counts that is not the next one."""

_EVERYWHERE: Final = -1


class _Plan(NamedTuple):
    """A pathway before its credentials are known."""

    name: str
    title: str
    kind: str
    district: int
    """Place in `DISTRICTS` of the state it is of, `_EVERYWHERE` for all."""
    parts: tuple[tuple[str, int], ...]
    """A topic, and how many of its credentials are asked for; 0 is all."""
    confirmed: str = ""
    """What people must confirm."""
    local: bool = False
    """Whether it is the district's own."""


_PLANS: Final = (
    _Plan(
        "lead-educator", "Lead educator designation", "designation", AR,
        (("Mentoring and teacher leadership", 0), ("Professional learning communities", 2)),
    ),
    _Plan(
        "riverbend-salary-step", "Salary schedule step for assessment literacy", "salary_step",
        AR, (("Formative assessment", 2), ("Feedback to students", 2)), local=True,
    ),
    _Plan(
        "ai-and-privacy", "Artificial intelligence and data privacy", "designation", NC,
        (
            ("Artificial intelligence in the classroom", 0),
            ("Digital citizenship and data privacy", 2),
        ),
    ),
    _Plan(
        "pine-hollow-mentor", "Mentor teacher", "leadership_role", NC,
        (("Mentoring and teacher leadership", 2), ("Reflective practice", 2)),
        "Three years of teaching in the district", local=True,
    ),
    _Plan(
        "multilingual-lead", "Multilingual learners lead teacher", "leadership_role", SC,
        (("Supporting English learners", 0), ("Culturally responsive teaching", 2)),
    ),
    _Plan(
        "tidewater-salary-step", "Salary schedule step for classroom culture", "salary_step",
        SC, (("Classroom behavior", 2), ("Relationships and belonging", 2)), local=True,
    ),
    _Plan(
        "computer-science", "Computer science micro-credential endorsement", "endorsement",
        WY, (("Technology integration", 0),),
        "Approval of the program by the Professional Teaching Standards Board",
    ),
    _Plan(
        "inclusive-practice", "Inclusive practice lead", "leadership_role", _EVERYWHERE,
        (("Inclusive practice and special education", 0), ("Universal design for learning", 2)),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """So many of these credentials, best earned in this order."""

    least: int
    members: Ints


@dataclass(frozen=True)
class Pathway:
    """An invented pathway and what it asks for."""

    name: str
    title: str
    kind: str
    district: int
    """Place in `DISTRICTS` of the state it is of, -1 for all states."""
    parts: tuple[Part, ...]
    confirmed: str
    local: bool

    def open_steps(self, taken: Bools) -> Floats:
        """Return how much each credential counts as a step for n teachers, float32[n, m].

        Parameters
        ----------
        taken
            What each has earned or begun; shape (n, m).
        """
        steps = np.zeros(taken.shape, dtype=np.float32)
        first = np.ones(len(taken), dtype=bool)
        for part in self.parts:
            left = ~taken[:, part.members]
            unmet = (~left).sum(axis=1) < part.least
            for place, member in enumerate(part.members.tolist()):
                here = unmet & left[:, place]
                steps[here, member] = np.where(first[here], 1.0, _LATER_STEP)
                first &= ~here
        return steps

    def requires(self, ids: Sequence[str]) -> str:
        """Return what it asks for in the language of `pathways.csv`."""
        parts = [_asked(part, ids) for part in self.parts]
        return " & ".join([*parts, f'other:"{self.confirmed}"'] if self.confirmed else parts)


def _asked(part: Part, ids: Sequence[str]) -> str:
    names = [f"credential:{ids[member]}" for member in part.members.tolist()]
    if part.least == len(names):
        return " & ".join(names)
    return f"{part.least} of ({', '.join(names)})"


def build_pathways(catalog: DemoCatalog) -> tuple[Pathway, ...]:
    """Return the pathways, each over the plain forms of its topics' skills."""
    topic = np.array([skill.topic for skill in catalog.skills])
    plain = np.array([not context.label for context in catalog.contexts])
    plain &= (catalog.retired_on >= NEVER) & (catalog.kind == 0) & (catalog.quality != NOT_MET)
    numbers = {item.name: number for number, item in enumerate(topics())}
    found = []
    for plan in _PLANS:
        parts = []
        for name, least in plan.parts:
            members = np.flatnonzero(plain & (topic == numbers[name]))
            if len(members):
                parts.append(Part(min(least or len(members), len(members)), members))
        found.append(
            Pathway(
                plan.name, plan.title, plan.kind, plan.district, tuple(parts), plan.confirmed,
                plan.local,
            )
        )  # fmt: skip
    return tuple(found)


def choose_pathways(
    rng: np.random.Generator, roster: Roster, pathways: Sequence[Pathway]
) -> tuple[Ints, Ints]:
    """Return each teacher's pathway (`NONE` for most), and in which of five Septembers it was set.

    Nobody is on a pathway of another state; beginners have none yet.
    """
    n = len(roster)
    odds = np.array(
        [
            [item.district in (_EVERYWHERE, place) for item in pathways]
            for place in range(len(DISTRICTS))
        ],
        dtype=np.float64,
    )
    drawn = (odds.cumsum(axis=1) / odds.sum(axis=1, keepdims=True))[roster.district]
    chosen = (rng.random(n)[:, None] >= drawn).sum(axis=1)
    follows = (rng.random(n) < _FOLLOWERS) & (roster.years >= 3)
    return np.where(follows, chosen, NONE), rng.integers(1, 5, n)


def pathways_table(pathways: Sequence[Pathway], catalog: DemoCatalog) -> Table:
    """Return `pathways.csv`."""
    names = [item.district_id for item in DISTRICTS]
    states = [item.state for item in DISTRICTS]
    ids = catalog.ids
    return {
        "pathway": Texts([item.name for item in pathways]),
        "title": Texts([item.title for item in pathways]),
        "kind": Texts([item.kind for item in pathways]),
        "state": Texts(["" if p.district < 0 else states[p.district] for p in pathways]),
        "district_id": Texts([names[p.district] if p.local else "" for p in pathways]),
        "requires": Texts([item.requires(ids) for item in pathways]),
        "source": constant("Invented for the demonstration", len(pathways)),
        "verified": Labels(["false"], np.zeros(len(pathways), dtype=np.int8)),
    }
