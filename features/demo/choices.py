"""How a teacher takes up the next micro-credential: first *why*, then *which*.

1. What breaks a limit (taken already, closed, prerequisite missing, wrong grade or subject) is not
   considered at all (elimination by aspects).
2. A reason is drawn from the teacher's own mix (`REASONS`).
3. Within the reason one credential is drawn. Four reasons are needs: a standard of the teacher's
   framework is drawn first (for *evaluation* and *self_assessment* by how far each was found
   wanting, for *goal* one that a goal is set on, for *hunch* by what no file holds), then one
   whose issuer says that it develops it: what it truly does shows only afterwards. For
   *colleagues*, by what the school just earned; for *stack*, any of the stacks begun, those of
   late the more; for *taste*, by hidden factors; for *fashion*, by what the district is taking up;
   for *chance*, any; for *renewal*, what gives most towards a licence that ends soon; for *career*,
   a step of the pathway chosen. Some reasons count only as far as there is cause: gaps, a goal, a
   stack begun of late, a renewal that presses, an open step.
4. A reason that offers nothing falls back to fashion.

The same weights give the draws of the simulation, the exact probabilities of the truth, and what a
reader of the files could expect at best (`features.demo.minds`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from features.demo.arrays import Bools, Floats, Ints, pick
from features.demo.beliefs import draws, presses
from features.demo.careers import Pathway
from features.demo.catalog import NOT_MET, DemoCatalog
from features.demo.districts import DISTRICTS
from features.demo.frameworks import FRAMEWORKS
from features.demo.minds import Minds, told_minds, true_minds
from features.demo.needs import REASONS, Hidden
from features.demo.people import Roster
from features.demo.renewals import Renewals
from features.demo.stacks import NONE

_NEEDS: Final = ("evaluation", "self_assessment", "goal", "hunch")
_TASTE_PULL: Final = 0.5
_MILD: Final = 0.3
"""How far tastes count where there is another reason; in *taste* itself they count twice."""

_MOMENTUM: Final = 0.9
"""What remains of the wish to go on with a stack after a month."""

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
    in_stack: Floats = field(init=False)
    """How lately a teacher began in each stack; the last column is 'none'; (n, stacks + 1)."""
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
        self.in_stack = np.zeros((n, len(self.catalog.stacks.names) + 1), dtype=np.float32)
        self.in_school = np.zeros((self.roster.schools, m), dtype=np.float32)
        self.in_district = np.zeros((len(DISTRICTS), m), dtype=np.float32)
        pull = self.catalog.stated_leaves * self.catalog.appeal[None, :, None] ** 0.5
        self._leaf_pull = np.ascontiguousarray(pull.transpose(0, 2, 1))

    def choose(self, rng: np.random.Generator, teachers: Ints, day: int) -> tuple[Ints, Ints, Ints]:
        """Let teachers choose on a day; returns who did, which one, and for which reason."""
        minds = true_minds(self.hidden, teachers)
        reason = pick(rng, self._reasons(minds, teachers, day))
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
        return self._chances(true_minds(self.hidden, teachers), teachers, day)

    def expected(self, teachers: Ints, day: int) -> Floats:
        """Return what a reader of the files could expect of each next choice, as probabilities."""
        return self._chances(told_minds(self.hidden, teachers), teachers, day)

    def _chances(self, minds: Minds, teachers: Ints, day: int) -> Floats:
        open_ = self.available(teachers, day)
        fashion = _shares(self._fashion(teachers) * open_)
        liked = open_ * self._taste(minds, _MILD)
        total = np.zeros(open_.shape, dtype=np.float32)
        reasons = self._reasons(minds, teachers, day)
        for place, name in enumerate(REASONS):
            if name in _NEEDS:
                odds = self._leaf_odds(name, minds, teachers)
                within = self._need_shares(odds, teachers, liked, fashion)
            else:
                within = _shares(self._weights(name, minds, teachers, open_), fashion)
            total += reasons[:, place, None] * within
        return total

    def available(self, teachers: Ints, day: int) -> Bools:
        """Return what each teacher would consider on a day; shape (g, m)."""
        catalog = self.catalog
        opens = (catalog.valid_from <= day) & (catalog.retired_on > day)
        opens &= catalog.quality != NOT_MET
        ok = catalog.suits[self.roster.role[teachers]] & ~self.taken[teachers] & opens
        later = np.flatnonzero(catalog.stacks.required != NONE)
        ok[:, later] &= self.earned[teachers[:, None], catalog.stacks.required[later]]
        return ok

    def take_up(self, teachers: Ints, credentials: Ints) -> None:
        """Note that these were begun."""
        self.taken[teachers, credentials] = True
        self.in_stack[teachers, self.catalog.stacks.stack[credentials]] = 1.0
        self.in_stack[:, NONE] = 0.0
        np.add.at(self.in_district, (self.roster.district[teachers], credentials), 1.0)

    def earn(self, teachers: Ints, credentials: Ints) -> None:
        """Note that these were earned."""
        self.earned[teachers, credentials] = True
        np.add.at(self.in_school, (self.roster.school[teachers], credentials), 1.0)
        self.renewals.earn(teachers, credentials)

    def forget(self) -> None:
        """Let what happened a month ago weigh less."""
        self.in_stack *= _MOMENTUM
        self.in_school *= _MEMORY
        self.in_district *= _MEMORY

    def _draw(self, rng: np.random.Generator, reason: str, teachers: Ints, day: int) -> Ints:
        open_ = self.available(teachers, day)
        minds = true_minds(self.hidden, teachers)
        if reason in _NEEDS:
            leaf = pick(rng, self._leaf_odds(reason, minds, teachers))
            pull = self._leaf_pull[self.hidden.framework[teachers], leaf]
            weights = pull * self._taste(minds, _MILD) * open_
        else:
            weights = self._weights(reason, minds, teachers, open_)
        nothing = np.flatnonzero(~weights.any(axis=1))
        weights[nothing] = self._fashion(teachers[nothing]) * open_[nothing]
        return np.where(weights.any(axis=1), pick(rng, weights), NONE)

    def _weights(self, reason: str, minds: Minds, teachers: Ints, open_: Bools) -> Floats:
        """Return the weights within any reason but need; shape (g, m)."""
        if reason == "colleagues":
            weights = self.in_school[self.roster.school[teachers]] * self._taste(minds, _MILD)
        elif reason == "stack":
            weights = self.in_stack[teachers][:, self.catalog.stacks.stack]
        elif reason == "taste":
            weights = self._taste(minds, 2.0) * self.catalog.appeal**0.3
        elif reason == "fashion":
            weights = self._fashion(teachers)
        elif reason == "renewal":
            drawn = self.renewals.pull(teachers)
            weights = drawn * self.catalog.appeal**0.5 * self._taste(minds, _MILD)
        elif reason == "career":
            weights = self._steps(teachers)
        else:
            return open_.astype(np.float32)
        return np.asarray(weights * open_, dtype=np.float32)

    def _reasons(self, minds: Minds, teachers: Ints, day: int) -> Floats:
        """Return the probability of each of `REASONS` on a day; shape (g, 11)."""
        reasons = minds.reasons.copy()
        for name, cause in (
            ("evaluation", presses(minds.rated)),
            ("self_assessment", presses(minds.own)),
            ("goal", (self.goals[teachers] != NONE).any(axis=1)),
            ("stack", self.in_stack[teachers].max(axis=1)),
            ("renewal", self.renewals.urgency(teachers, day)),
            ("career", self._steps(teachers).any(axis=1)),
        ):
            reasons[:, REASONS.index(name)] *= cause
        return _shares(reasons)

    def _steps(self, teachers: Ints) -> Floats:
        """Return how much each credential counts as a step of the pathway chosen; shape (g, m)."""
        steps = np.zeros((len(teachers), len(self.catalog)), dtype=np.float32)
        for place, pathway in enumerate(self.pathways):
            rows = np.flatnonzero(self.pathway[teachers] == place)
            if len(rows):
                steps[rows] = pathway.open_steps(self.taken[teachers[rows]])
        return steps

    def _fashion(self, teachers: Ints) -> Floats:
        scale = 1.0 + self.in_district.mean(axis=1, keepdims=True)
        known = self.catalog.appeal**0.5 * (0.3 + np.sqrt(self.in_district / scale))
        return np.asarray(known[self.roster.district[teachers]], dtype=np.float32)

    def _taste(self, minds: Minds, power: float) -> Floats:
        """Return the odds that hidden factors give each credential; > 0, shape (g, m)."""
        return minds.taste(self.catalog.tastes, power * _TASTE_PULL)

    def _leaf_odds(self, reason: str, minds: Minds, teachers: Ints) -> Floats:
        """Return the odds of each leaf within one of the needs; rows sum to 1 or 0, (g, l)."""
        if reason == "hunch":
            return minds.hunch
        if reason == "goal":
            return _shares(self._chosen_leaves(teachers))
        return _shares(draws(minds.rated if reason == "evaluation" else minds.own))

    def _chosen_leaves(self, teachers: Ints) -> Floats:
        """Return 1 on the leaves that goals are set on; shape (g, l)."""
        chosen = np.zeros((len(teachers), self._leaf_pull.shape[1]), dtype=np.float32)
        for column in self.goals[teachers].T:
            rows = np.flatnonzero(column != NONE)
            chosen[rows, column[rows]] = 1.0
        return chosen

    def _need_shares(self, odds: Floats, teachers: Ints, liked: Floats, fashion: Floats) -> Floats:
        """Return sum over leaves of P(leaf) P(credential | leaf), exactly; shape (g, m)."""
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
