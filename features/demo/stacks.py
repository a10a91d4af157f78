"""Stacks of 3 to 8 micro-credentials, some with a chain of prerequisites inside."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from features.demo.arrays import Ints
from features.demo.topics import Skill, topics

NONE: Final = -1
_SMALLEST: Final = 3
_LARGEST: Final = 8
_NAMES: Final = ("{}: In Practice", "{}: Foundations", "{}: Essentials", "{}: Next Steps")


@dataclass(frozen=True)
class Stacks:
    """For each of m micro-credentials, `NONE` where it does not apply."""

    names: tuple[str, ...]
    stack: Ints
    """Place in `names`."""
    previous: Ints
    """The one that usually comes before it in its stack."""
    required: Ints
    """The one to hold first; always its `previous`."""


def build_stacks(
    rng: np.random.Generator, of_skill: Sequence[Skill], special: Sequence[bool]
) -> Stacks:
    """Make a stack of about two topics in three.

    A stack goes through its topic's skills in their plain form, then on to special settings of
    them. Only the plain ones are ever required, so that every role can finish the chain, and a
    member's `previous` stands before it, so that prerequisites have no cycle.
    """
    m = len(of_skill)
    stack, previous, required = (np.full(m, NONE) for _ in range(3))
    names: list[str] = []
    for topic, members in _candidates(of_skill, special).items():
        size = int(rng.integers(_SMALLEST, _LARGEST + 1))
        chosen, chained = members[:size], rng.random() < 0.5
        if len(chosen) < _SMALLEST or rng.random() < 0.3:
            continue
        stack[chosen] = len(names)
        names.append(_name(rng, topics()[topic].name))
        before = NONE
        for member in chosen:
            previous[member] = before
            if special[member]:
                continue
            required[member] = before if chained else NONE
            before = member
    return Stacks(tuple(names), stack, previous, required)


def _candidates(of_skill: Sequence[Skill], special: Sequence[bool]) -> dict[int, list[int]]:
    """Return each topic's micro-credentials, the plain ones first."""
    found: dict[int, list[int]] = defaultdict(list)
    for wanted in (False, True):
        for place, skill in enumerate(of_skill):
            if special[place] is wanted:
                found[skill.topic].append(place)
    return dict(sorted(found.items()))


def _name(rng: np.random.Generator, topic: str) -> str:
    titled = " ".join(
        word if word in {"and", "in", "for", "of", "the", "to"} else word[0].upper() + word[1:]
        for word in topic.split()
    )
    return _NAMES[rng.integers(len(_NAMES))].format(titled)
