"""The invented catalog: some 300 micro-credentials, what they say and what they truly develop."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from features.demo.alignments import state_alignments
from features.demo.arrays import Bools, Floats, Ints
from features.demo.calendar import Calendar
from features.demo.contexts import Context, suitability
from features.demo.frameworks import load_frameworks
from features.demo.stacks import NONE, Stacks, build_stacks
from features.demo.topics import Skill, skills, topic_weights, topics

CREDENTIALS: Final = 300
TASTES: Final = 8
"""Length of the hidden factors in which teachers' tastes and credentials meet."""

UNKNOWN: Final = float("nan")
_HOUR_DETERS: Final = 0.03
_DOLLAR_DETERS: Final = 0.006
NEVER: Final = 1 << 40
"""`retired_on` of what stays."""

KINDS: Final = ("micro_credential", "course", "workshop")
"""What stands in the catalog: other professional development beside micro-credentials."""

MICRO_CREDENTIAL, COURSE, WORKSHOP = range(3)
MET, UNREVIEWED, NOT_MET = range(3)
"""Results of the review of quality."""

_KIND_SHARES: Final = (0.84, 0.06, 0.1)


class Issuer(NamedTuple):
    """An invented issuer and its habits."""

    name: str
    cost: float
    """What one costs; nan where it does not say."""
    tells_hours: float
    """Share of its micro-credentials whose hours are stated."""
    turnaround: float
    """Days until what was submitted is judged; nan where it does not say."""
    source: str
    """Its platform, as records name it."""
    tells_progress: bool = True
    """Whether its platform reports enrolments and submissions, or only what was earned."""


ISSUERS: Final = (
    Issuer("Ridgeline Educator Academy", 0.0, 0.9, 14, "ridgeline"),
    Issuer("Open Classroom Institute", 0.0, 0.55, 14, "open-classroom"),
    Issuer("Teacher-Led Learning Guild", 75.0, 0.5, 21, "guild"),
    Issuer("Bright Harbor Learning", 45.0, 0.8, 10, "bright-harbor"),
    Issuer("Northfield Service Cooperative", 0.0, 0.95, 30, "northfield"),
    Issuer("Literacy Bridge Foundation", 25.0, 0.6, UNKNOWN, "literacy-bridge"),
    Issuer("Plains Teaching Network", UNKNOWN, 0.3, UNKNOWN, "plains", tells_progress=False),
    Issuer("Center for Inclusive Practice", 120.0, 0.7, 21, "inclusive-practice"),
)


@dataclass(frozen=True)
class DemoCatalog:
    """m micro-credentials; numbers are true, what the file leaves out stands in `tells_*`."""

    skills: tuple[Skill, ...]
    contexts: tuple[Context, ...]
    issuer: Ints
    kind: Ints
    """Place in `KINDS`."""
    hours: Floats
    tells_hours: Bools
    tells_setting: Bools
    """Whether grade bands and subjects are stated."""
    tells_cost: Bools
    cost: Floats
    valid_from: Ints
    retired_on: Ints
    """First day on which it can no longer be started; far ahead where none is planned."""
    validity_days: Ints
    """How long an earned one counts; 0 is for good."""
    stacks: Stacks
    quality: Ints
    """Result of the review; districts offer nothing that did not meet the standards."""
    suits: Bools
    """Whether it is meant for a role; shape (roles, m)."""
    develops: Floats
    """Truth: how much it develops each standard; shape (m, standards)."""
    stated: Floats
    """What its issuer says of that; 0 where nothing is stated; shape (m, standards)."""
    appeal: Floats
    """How well it is known and liked by all; > 0, shape (m,)."""
    tastes: Floats
    """Hidden factors; shape (m, TASTES)."""

    def __len__(self) -> int:
        return len(self.skills)

    @property
    def ids(self) -> list[str]:
        """Outside ids."""
        return [f"MC-{number:04d}" for number in range(1, len(self) + 1)]

    @property
    def develops_hub(self) -> Floats:
        """Truth: how much it develops each hub standard; shape (m, h)."""
        return self.develops[:, load_frameworks().hub]

    @property
    def develops_leaves(self) -> Floats:
        """Truth: how much it develops each framework's leaves; shape (3, m, l)."""
        frameworks = load_frameworks()
        found = self.develops[:, frameworks.leaves] * frameworks.valid
        return np.ascontiguousarray(found.transpose(1, 0, 2))

    @property
    def stated_leaves(self) -> Floats:
        """What is stated of each framework's leaves; shape (3, m, l)."""
        frameworks = load_frameworks()
        found = self.stated[:, frameworks.leaves] * frameworks.valid
        return np.ascontiguousarray(found.transpose(1, 0, 2))

    @property
    def titles(self) -> list[str]:
        """Titles, no two alike."""
        return [
            f"{skill.title} {context.label}".rstrip()
            for skill, context in zip(self.skills, self.contexts, strict=True)
        ]


def build_catalog(rng: np.random.Generator, calendar: Calendar) -> DemoCatalog:
    """Compose the catalog: each skill in its plain form, then drawn settings of skills."""
    forms = _forms(rng)
    topic = np.array([skill.topic for skill, _ in forms])
    m = len(forms)
    stacks = build_stacks(rng, [skill for skill, _ in forms], [bool(c.label) for _, c in forms])
    issuer = _issuers(rng, topic, stacks)
    told = np.array([item.tells_hours for item in ISSUERS])[issuer]
    cost = np.array([item.cost for item in ISSUERS], dtype=np.float32)[issuer]
    starts, retires = _validity(rng, calendar, stacks)
    kind = _kinds(rng, forms, stacks)
    hours = _hours(rng, kind)
    develops = _develops(rng, topic)
    return DemoCatalog(
        skills=tuple(skill for skill, _ in forms),
        contexts=tuple(context for _, context in forms),
        issuer=issuer,
        kind=kind,
        hours=hours,
        tells_hours=rng.random(m) < told,
        tells_setting=rng.random(m) < 0.9,
        tells_cost=~np.isnan(cost) & (rng.random(m) < 0.85),
        cost=np.nan_to_num(cost),
        valid_from=starts,
        retired_on=retires,
        validity_days=np.where(rng.random(m) < 0.15, 3 * 365, 0),
        stacks=stacks,
        quality=_quality(rng, stacks),
        suits=suitability(tuple(context for _, context in forms)),
        develops=develops,
        stated=state_alignments(rng, develops),
        appeal=_appeal(rng, hours, np.nan_to_num(cost)),
        tastes=_tastes(rng, topic),
    )


def _kinds(
    rng: np.random.Generator, forms: Sequence[tuple[Skill, Context]], stacks: Stacks
) -> Ints:
    """Make courses and workshops of some special settings that stand outside stacks."""
    drawn = rng.choice(len(KINDS), len(forms), p=_KIND_SHARES)
    special = np.array([bool(context.label) for _, context in forms])
    return np.where(special & (stacks.stack == NONE), drawn, MICRO_CREDENTIAL)


def _hours(rng: np.random.Generator, kind: Ints) -> Floats:
    """Workshops take a day or two, courses a term."""
    m = len(kind)
    usual = rng.choice([5, 8, 10, 12, 15, 20, 30], m, p=[0.1, 0.15, 0.3, 0.15, 0.17, 0.1, 0.03])
    workshop, course = rng.choice([4, 6, 12, 14], m), rng.choice([15, 30, 45], m)
    return np.choose(kind, [usual, course, workshop]).astype(np.float32)


def _forms(rng: np.random.Generator) -> list[tuple[Skill, Context]]:
    plain = [(skill, topics()[skill.topic].base) for skill in skills()]
    special = [(skill, setting) for skill in skills() for setting in topics()[skill.topic].settings]
    drawn = rng.choice(len(special), CREDENTIALS - len(plain), replace=False)
    return sorted(
        plain + [special[place] for place in drawn],
        key=lambda form: (skills().index(form[0]), form[1].label),
    )


def _issuers(rng: np.random.Generator, topic: Ints, stacks: Stacks) -> Ints:
    """One issuer a stack; each topic has a favourite among the issuers of the rest."""
    weights = np.array([0.2, 0.18, 0.2, 0.14, 0.1, 0.06, 0.07, 0.05])
    favourite = rng.choice(len(ISSUERS), int(topic.max()) + 1, p=weights)
    other = rng.choice(len(ISSUERS), len(topic), p=weights)
    usual = (stacks.stack != NONE) | (rng.random(len(topic)) < 0.3)
    return np.where(usual, favourite[topic], other)


def _validity(rng: np.random.Generator, calendar: Calendar, stacks: Stacks) -> tuple[Ints, Ints]:
    """More than half were there before the window; some of those outside stacks are retired."""
    m, first, end = len(stacks.stack), int(calendar.starts[0]), int(calendar.starts[-1])
    early, late = first - rng.integers(0, 1200, m), rng.integers(first, end - 120, m)
    required = stacks.required
    in_chain = (required != NONE) | np.isin(np.arange(m), required)
    starts = np.where(in_chain | (rng.random(m) < 0.55), early, late)
    leaves = (stacks.stack == NONE) & (rng.random(m) < 0.12)
    return starts, np.where(leaves, rng.integers(starts + 90, end + 200), NEVER)


def _develops(rng: np.random.Generator, topic: Ints) -> Floats:
    """Draw each credential's own emphasis among the standards of its topic."""
    base = topic_weights()[topic]
    emphasis = rng.uniform(0.5, 1.1, base.shape)
    return np.minimum(base * emphasis, 1.0).astype(np.float32)


def _quality(rng: np.random.Generator, stacks: Stacks) -> Ints:
    """Let some fail their review, none of a stack."""
    drawn = rng.choice(3, len(stacks.stack), p=[0.7, 0.2, 0.1])
    return np.where((stacks.stack != NONE) & (drawn == NOT_MET), MET, drawn)


def _appeal(rng: np.random.Generator, hours: Floats, cost: Floats) -> Floats:
    """Draw how well each is known and liked; what takes long or costs much is so less.

    Teachers work 53 hours a week (RAND 2024), and money is scarce: how much either puts off is an
    assumption.
    """
    deterred = _HOUR_DETERS * hours + _DOLLAR_DETERS * cost
    return np.asarray(rng.lognormal(0.0, 0.7, len(hours)) * np.exp(-deterred), dtype=np.float32)


def _tastes(rng: np.random.Generator, topic: Ints) -> Floats:
    of_topic = rng.standard_normal((int(topic.max()) + 1, TASTES))
    own = rng.standard_normal((len(topic), TASTES))
    return np.asarray((0.8 * of_topic[topic] + 0.6 * own) / np.sqrt(TASTES), dtype=np.float32)
