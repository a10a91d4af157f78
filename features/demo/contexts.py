"""Grade bands, subjects and roles, and the settings a micro-credential may be written for."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from features.demo.arrays import Bools

BANDS: Final = ("K-2", "3-5", "6-8", "9-12")
SUBJECTS: Final = (
    "English Language Arts",
    "Mathematics",
    "Science",
    "Social Studies",
    "Special Education",
    "English as a Second Language",
    "Arts",
    "Physical Education",
    "World Languages",
    "Career and Technical Education",
    "Computer Science",
)
_CORE: Final = SUBJECTS[:4]
_ACROSS: Final = frozenset({"Special Education", "English as a Second Language"})


@dataclass(frozen=True)
class Role:
    """What a teacher teaches, and how common that is at each level of school."""

    bands: tuple[str, ...]
    subjects: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Context:
    """A setting that a micro-credential is written for; empty means any."""

    label: str = ""
    bands: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    serves: str = ""


def _spoken(subject: str) -> str:
    return "the Arts" if subject == "Arts" else subject


def _specialists(bands: tuple[str, ...], weights: tuple[float, ...]) -> tuple[Role, ...]:
    """Return a role for each subject; teachers of special needs work across the core subjects."""
    return tuple(
        Role(bands, (subject, *(_CORE if subject in _ACROSS else ())), weight)
        for subject, weight in zip(SUBJECTS, weights, strict=True)
        if weight
    )


LEVELS: Final = ("elementary", "middle", "high", "all")
ROLES_OF_LEVEL: Final = {
    "elementary": (
        Role(("K-2",), _CORE, 34),
        Role(("3-5",), _CORE, 30),
        *_specialists(("K-2", "3-5"), (2, 2, 0, 0, 12, 6, 5, 4, 0, 0, 0)),
    ),
    "middle": _specialists(("6-8",), (20, 20, 14, 14, 11, 5, 5, 5, 3, 3, 1)),
    "high": _specialists(("9-12",), (17, 17, 15, 14, 9, 4, 5, 5, 5, 8, 2)),
}
ROLES: Final = tuple(role for roles in ROLES_OF_LEVEL.values() for role in roles)

_BANDS = (
    Context("in K-2 Classrooms", ("K-2",)),
    Context("in Grades 3-5", ("3-5",)),
    Context("in the Middle Grades", ("6-8",)),
    Context("in High School", ("9-12",)),
)
_MAIN_SUBJECTS = tuple(
    Context(f"in {_spoken(subject)}", (), (subject,))
    for subject in SUBJECTS
    if subject not in _ACROSS
)
_NARROW = tuple(
    Context(f"{band.label} {subject}".replace("the ", ""), band.bands, (subject,))
    for band in _BANDS[2:]
    for subject in _CORE
)
CONTEXTS: Final[dict[str, tuple[Context, ...]]] = {
    "plain": (),
    "bands": _BANDS,
    "subjects": (*_MAIN_SUBJECTS, *_NARROW),
    "serves": (
        Context("for English Learners", serves="english_learners"),
        Context("for Students with Disabilities", serves="students_with_disabilities"),
    ),
    "early": (
        Context("for English Learners", ("K-2",), _CORE[:1], "english_learners"),
        Context("for Striving Readers", ("3-5",), _CORE[:1]),
    ),
    "math": tuple(Context(item.label, item.bands, ("Mathematics",)) for item in _BANDS),
    "science": tuple(Context(item.label, item.bands, ("Science",)) for item in _BANDS),
}
"""Settings by the names that stand in `topics.csv`."""

BASE_CONTEXT: Final = {
    "early": Context("", ("K-2",), _CORE[:1]),
    "math": Context("", (), ("Mathematics",)),
    "science": Context("", (), ("Science",)),
}
"""The setting of a topic's plain form, where it has one."""


def suits(context: Context, role: Role) -> bool:
    """Return whether a micro-credential of this setting is meant for this role."""
    return (not context.bands or bool(set(context.bands) & set(role.bands))) and (
        not context.subjects or bool(set(context.subjects) & set(role.subjects))
    )


def suitability(contexts: tuple[Context, ...]) -> Bools:
    """Return which setting suits which role; shape (roles, contexts)."""
    return np.array([[suits(context, role) for context in contexts] for role in ROLES])
