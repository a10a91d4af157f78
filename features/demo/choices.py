"""How a teacher takes up the next micro-credential: first *why*, then *which*.

1. What breaks a limit (taken already, closed, prerequisite missing, wrong grade or subject, too
   long, too dear) is not considered at all (elimination by aspects).
2. A reason is drawn from the teacher's own mix (`REASONS`).
3. Within the reason one credential is drawn: for *need*, a standard of the teacher's framework is
   drawn first (softmax of need, goals raise it), then one that develops it; for *colleagues*, by
   what the school just earned; for *stack*, a next step of a stack begun; for *taste*, by hidden
   factors; for *fashion*, by what the district is taking up; for *chance*, any; for *renewal*,
   what gives most towards a licence that ends soon; for *career*, a step of the pathway chosen.
   The last two come up only as far as a renewal presses or a step is open.
4. A reason that offers nothing falls back to fashion.

The same weights give the draws of the simulation and the exact probabilities of the truth.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from features.demo.arrays import Bools, Floats, Ints, pick, softmax
from features.demo.careers import Pathway
from features.demo.catalog import DemoCatalog
from features.demo.districts import DISTRICTS
from features.demo.frameworks import FRAMEWORKS
from features.demo.needs import COST_LIMITS, HOURS_LIMITS, REASONS, Hidden
from features.demo.people import Roster
from features.demo.renewals import Renewals
from features.demo.stacks import NONE

_NEED_SHARPNESS: Final = 1.9
_GOAL_PULL: Final = 2.0
_TASTE_PULL: Final = 0.55
_MEMORY: Final = 0.85
"""What remains of last month in the counts of what was just taken up."""

BLOCK: Final = 4096
"""Teachers looked at together, so that their arrays stay in the processor's cache."""


@dataclass
class Choices:
    """The market of credentials, and what has happened in it so far; m credentials."""

    catalog: DemoCatalog
    roster: Roster
    hidden: Hidden
    pathways: Sequence[Pathway] = ()
    taken: Bools = field(init=False)
    """Taken up ever, or turned down; shape (n, m)."""
    earned: Bools = field(init=False)
    """Earned; one more column, always false, stands for 'no previous'; shape (n, m + 1)."""
    goals: Ints = field(init=False)
    """Leaves on which a goal is set, `NONE` for none; shape (n, 2)."""
    pathway: Ints = field(init=False)
    """Place in `pathways` of the one that is followed, `NONE` for none; shape (n,)."""
    renewals: Renewals = field(init=False)
    in_school: Floats = field(init=False)
    """What was earned in a school of late; shape (schools, m)."""
    in_district: Floats = field(init=False)
    """What was taken up in a district of late; shape (4, m)."""

    def __post_init__(self) -> None:
        n, m = len(self.roster), len(self.catalog)
        self.taken = np.zeros((n, m), dtype=bool)
        self.earned = np.zeros((n, m + 1), dtype=bool)
        self.goals = np.full((n, 2), NONE)
        self.pathway = np.full(n, NONE)
        self.renewals = Renewals(self.roster, self.catalog)
        self.in_school = np.zeros((self.roster.schools, m), dtype=np.float32)
        self.in_district = np.zeros((len(DISTRICTS), m), dtype=np.float32)
        self._hours_ok = np.array([self.catalog.hours <= limit for limit in HOURS_LIMITS])
        self._cost_ok = np.array([self.catalog.cost <= limit for limit in COST_LIMITS])
        pull = self.catalog.develops_leaves**1.5 * self.catalog.appeal[None, :, None] ** 0.5
        self._leaf_pull = np.ascontiguousarray(pull.transpose(0, 2, 1))

    def choose(self, rng: np.random.Generator, teachers: Ints, day: int) -> tuple[Ints, Ints, Ints]:
        """Let teachers choose on a day; returns who did, which one, and for which reason."""
        reason = pick(rng, self._reasons(teachers, day))
        which = np.full(len(teachers), NONE)
        for place, name in enumerate(REASONS):
            members = np.flatnonzero(reason == place)
            for start in range(0, len(members), BLOCK):
                block = members[start : start + BLOCK]
                which[block] = self._draw(rng, name, teachers[block], day)
        chose = which != NONE
        return teachers[chose], which[chose], reason[chose]

    def probabilities(self, teachers: Ints, day: int) -> Floats:
        """Return the exact probability of each next choice; rows of zeros where none is left."""
        open_ = self.available(teachers, day)
        taste = self._taste(teachers)
        fashion = _shares(self._fashion(teachers) * open_)
        total = np.zeros(open_.shape, dtype=np.float32)
        reasons = self._reasons(teachers, day)
        for place, name in enumerate(REASONS):
            if name == "need":
                within = self._need_shares(teachers, open_ * taste, fashion)
            else:
                within = _shares(self._weights(name, teachers, open_, taste), fashion)
            total += reasons[:, place, None] * within
        return total

    def available(self, teachers: Ints, day: int) -> Bools:
        """Return what each teacher would consider on a day; shape (g, m)."""
        catalog, hidden = self.catalog, self.hidden
        opens = (catalog.valid_from <= day) & (catalog.retired_on > day)
        ok = catalog.suits[self.roster.role[teachers]] & ~self.taken[teachers] & opens
        ok &= self._hours_ok[hidden.hours_limit[teachers]]
        ok &= self._cost_ok[hidden.cost_limit[teachers]]
        later = np.flatnonzero(catalog.stacks.required != NONE)
        ok[:, later] &= self.earned[teachers[:, None], catalog.stacks.required[later]]
        return ok

    def take_up(self, teachers: Ints, credentials: Ints) -> None:
        """Note that these were begun."""
        self.taken[teachers, credentials] = True
        np.add.at(self.in_district, (self.roster.district[teachers], credentials), 1.0)

    def earn(self, teachers: Ints, credentials: Ints) -> None:
        """Note that these were earned."""
        self.earned[teachers, credentials] = True
        np.add.at(self.in_school, (self.roster.school[teachers], credentials), 1.0)
        self.renewals.earn(teachers, credentials)

    def forget(self) -> None:
        """Let what happened a month ago weigh less."""
        self.in_school *= _MEMORY
        self.in_district *= _MEMORY

    def _draw(self, rng: np.random.Generator, reason: str, teachers: Ints, day: int) -> Ints:
        open_ = self.available(teachers, day)
        taste = self._taste(teachers)
        if reason == "need":
            leaf = pick(rng, self._leaf_odds(teachers))
            pull = self._leaf_pull[self.hidden.framework[teachers], leaf]
            weights = pull * taste * open_
        else:
            weights = self._weights(reason, teachers, open_, taste)
        nothing = np.flatnonzero(~weights.any(axis=1))
        weights[nothing] = self._fashion(teachers[nothing]) * open_[nothing]
        return np.where(weights.any(axis=1), pick(rng, weights), NONE)

    def _weights(self, reason: str, teachers: Ints, open_: Bools, taste: Floats) -> Floats:
        """Return the weights within any reason but need; shape (g, m)."""
        if reason == "colleagues":
            weights = self.in_school[self.roster.school[teachers]] ** 1.3 * taste**0.5
        elif reason == "stack":
            weights = self.earned[teachers][:, self.catalog.stacks.previous] * taste**0.5
        elif reason == "taste":
            weights = taste**2 * self.catalog.appeal**0.3
        elif reason == "fashion":
            weights = self._fashion(teachers)
        elif reason == "renewal":
            worth = self.renewals.worth[self.roster.district[teachers]]
            weights = worth * self.catalog.appeal**0.5 * taste**0.5
        elif reason == "career":
            weights = self._steps(teachers)
        else:
            return open_.astype(np.float32)
        return np.asarray(weights * open_, dtype=np.float32)

    def _reasons(self, teachers: Ints, day: int) -> Floats:
        """Return the probability of each of `REASONS` on a day; shape (g, 8)."""
        reasons = self.hidden.reasons[teachers].copy()
        reasons[:, REASONS.index("renewal")] *= self.renewals.urgency(teachers, day)
        open_steps = self._steps(teachers).any(axis=1)
        reasons[:, REASONS.index("career")] *= open_steps
        return _shares(reasons)

    def _steps(self, teachers: Ints) -> Floats:
        """Return how much each credential counts as a step of the pathway chosen; shape (g, m)."""
        steps = np.zeros((len(teachers), len(self.catalog)), dtype=np.float32)
        for place, pathway in enumerate(self.pathways):
            rows = np.flatnonzero(self.pathway[teachers] == place)
            if len(rows):
                steps[rows] = pathway.open_steps(self.earned[teachers[rows], :-1])
        return steps

    def _fashion(self, teachers: Ints) -> Floats:
        scale = 1.0 + self.in_district.mean(axis=1, keepdims=True)
        known = self.catalog.appeal**0.5 * (0.3 + np.sqrt(self.in_district / scale))
        return np.asarray(known[self.roster.district[teachers]], dtype=np.float32)

    def _taste(self, teachers: Ints) -> Floats:
        """Return the odds that hidden factors give each credential; > 0, shape (g, m)."""
        fit = self.hidden.tastes[teachers] @ self.catalog.tastes.T
        return np.asarray(np.exp(_TASTE_PULL * fit), dtype=np.float32)

    def _leaf_odds(self, teachers: Ints) -> Floats:
        logits = _NEED_SHARPNESS * self.hidden.leaf[teachers]
        for column in self.goals[teachers].T:
            rows = np.flatnonzero(column != NONE)
            logits[rows, column[rows]] += _GOAL_PULL
        return softmax(logits)

    def _need_shares(self, teachers: Ints, liked: Floats, fashion: Floats) -> Floats:
        """Return sum over leaves of P(leaf) P(credential | leaf), exactly; shape (g, m)."""
        odds = self._leaf_odds(teachers)
        shares = np.zeros(liked.shape, dtype=np.float32)
        for place in range(len(FRAMEWORKS)):
            rows = np.flatnonzero(self.hidden.framework[teachers] == place)
            pull = self._leaf_pull[place]
            offered = liked[rows] @ pull.T
            useful = np.where(offered > 0, odds[rows] / np.maximum(offered, 1e-30), 0.0)
            within = (useful.astype(np.float32) @ pull) * liked[rows]
            rest = (odds[rows] * (offered <= 0)).sum(axis=1, keepdims=True)
            shares[rows] = within + rest * fashion[rows]
        return shares


def _shares(weights: Floats, otherwise: Floats | None = None) -> Floats:
    """Return each row as shares of its sum; rows of zeros are taken from `otherwise`."""
    total = weights.sum(axis=1, keepdims=True)
    shares = np.asarray(weights / np.maximum(total, 1e-30), dtype=np.float32)
    return shares if otherwise is None else np.where(total > 0, shares, otherwise)
