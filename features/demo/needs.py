"""The hidden truth of each teacher: needs, tastes and habits. No file for import has it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from features.demo.arrays import Bools, Floats, Ints
from features.demo.beliefs import Beliefs
from features.demo.catalog import TASTES, DemoCatalog
from features.demo.contexts import ROLES
from features.demo.districts import DISTRICTS
from features.demo.frameworks import load_frameworks
from features.demo.people import Roster

REASONS: Final = (
    "evaluation", "self_assessment", "goal", "hunch",
    "colleagues", "stack", "taste", "fashion", "chance", "renewal", "career",
)  # fmt: skip
"""Why a teacher takes up the next one; the order of `Hidden.reasons`."""

USUAL_REASONS: Final = (0.3, 0.3, 0.25, 0.06, 0.18, 0.16, 0.08, 0.1, 0.02, 1.0, 0.7)
"""What evaluations and oneself said counts as far as it found wanting; goals, stacks, renewal and
career only where a goal is set, a stack begun, a renewal presses, a step of a pathway is open."""

_REASON_CONCENTRATION: Final = 14.0
OWN_TASTE: Final = 0.6
"""Spread of what sets a teacher's tastes apart from those of the school and the role."""

_HUB_GAIN: Final = 0.25
_LEAF_GAIN: Final = 0.4
_LOWEST: Final = -3.0


@dataclass
class Hidden:
    """Latent state of n teachers; needs are about N(0, 1), high means much room to grow.

    `hub`, `leaf` and `beliefs` change as the simulation goes; the rest stays.
    """

    framework: Ints
    """Place in `FRAMEWORKS`."""
    hub: Floats
    """Need on each hub standard; shape (n, 10)."""
    leaf: Floats
    """Need on each leaf of the teacher's own framework; -inf where padded; shape (n, l)."""
    tastes: Floats
    """Hidden factors; shape (n, TASTES)."""
    shared_tastes: Floats
    """What school and role have in common of them; shape (n, TASTES)."""
    beliefs: Beliefs
    activity: Floats
    """Usual chance of taking one up in a month: heavy-tailed, 0 for those who never do."""
    reasons: Floats
    """Weight of each of `REASONS`; some count only where they apply; shape (n, 11)."""
    self_regard: Floats
    """How high a teacher rates themselves, all else equal."""
    rated: Bools
    """Whether evaluations of this teacher were ever exported."""


def draw_hidden(rng: np.random.Generator, roster: Roster) -> Hidden:
    """Draw the latent state of every teacher at the start of the window."""
    n = len(roster)
    framework = np.array([item.framework_place for item in DISTRICTS])[roster.district]
    hub = _hub_needs(rng, roster)
    leaf = _leaf_needs(rng, framework, hub)
    shared = _shared_tastes(rng, roster)
    own = rng.normal(0.0, OWN_TASTE, shared.shape)
    return Hidden(
        framework=framework,
        hub=hub,
        leaf=leaf,
        tastes=np.asarray(shared + own, dtype=np.float32),
        shared_tastes=shared,
        beliefs=Beliefs.draw(rng, leaf),
        activity=_activity(rng, n),
        reasons=_reasons(rng, n),
        self_regard=rng.normal(0.0, 0.4, n).astype(np.float32),
        rated=rng.random(n) > 0.08,
    )


def _reasons(rng: np.random.Generator, teachers: int) -> Floats:
    """Everybody has a mix of their own around the usual one (a Dirichlet distribution)."""
    usual = np.array(USUAL_REASONS) * _REASON_CONCENTRATION
    drawn = rng.gamma(usual, size=(teachers, len(REASONS)))
    return np.asarray(drawn / _REASON_CONCENTRATION, dtype=np.float32)


def _hub_needs(rng: np.random.Generator, roster: Roster) -> Floats:
    """General skill, experience, the school's culture, and each teacher's own profile."""
    n, h = len(roster), len(load_frameworks().hub)
    general = rng.normal(0.0, 0.45, (n, 1)) - 0.25 * (np.log1p(roster.years)[:, None] - 2.1)
    of_school = rng.normal(0.0, 0.3, (roster.schools, h))
    return np.asarray(
        general + of_school[roster.school] + rng.normal(0.0, 0.75, (n, h)), dtype=np.float32
    )


def _leaf_needs(rng: np.random.Generator, framework: Ints, hub: Floats) -> Floats:
    frameworks = load_frameworks()
    leaf = np.full((len(hub), frameworks.leaves.shape[1]), -np.inf, dtype=np.float32)
    for place, valid in enumerate(frameworks.valid):
        here = np.flatnonzero(framework == place)
        shared = hub[here] @ frameworks.to_hub[place].T
        own = rng.normal(0.0, 0.5, shared.shape).astype(np.float32)
        leaf[here] = np.where(valid, shared + own, -np.inf)
    return leaf


def _shared_tastes(rng: np.random.Generator, roster: Roster) -> Floats:
    """Let colleagues of one school and teachers of one subject lean the same way."""
    of_school = rng.normal(0.0, 0.6, (roster.schools, TASTES))
    of_role = rng.normal(0.0, 0.9, (len(ROLES), TASTES))
    return np.asarray(of_school[roster.school] + of_role[roster.role], dtype=np.float32)


def _activity(rng: np.random.Generator, teachers: int) -> Floats:
    chance = np.minimum(rng.lognormal(np.log(0.075), 1.05, teachers), 0.75)
    return np.asarray(np.where(rng.random(teachers) < 0.18, 0.0, chance), dtype=np.float32)


def grow(hidden: Hidden, catalog: DemoCatalog, teachers: Ints, credentials: Ints) -> None:
    """Let needs shrink where an earned credential develops a standard; a teacher may repeat."""
    hub_gain = _HUB_GAIN * catalog.develops_hub[credentials]
    develops = catalog.develops_leaves[hidden.framework[teachers], credentials]
    np.subtract.at(hidden.hub, teachers, hub_gain)
    np.subtract.at(hidden.leaf, teachers, _LEAF_GAIN * develops)
    hidden.hub[teachers] = np.maximum(hidden.hub[teachers], _LOWEST)
    real = np.isfinite(hidden.leaf[teachers])
    floor = np.where(real, np.maximum(hidden.leaf[teachers], _LOWEST), -np.inf)
    hidden.leaf[teachers] = floor.astype(np.float32)


def drift(rng: np.random.Generator, hidden: Hidden) -> None:
    """Let needs wander a little over a summer: new classes, new courses."""
    hidden.hub += rng.normal(0.0, 0.08, hidden.hub.shape).astype(np.float32)
    hidden.leaf += rng.normal(0.0, 0.12, hidden.leaf.shape).astype(np.float32)
