"""How far a teacher is along a pathway, what is missing, and the next step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from recommender.careers.requirements import (
    CredentialItem,
    HoursItem,
    OtherItem,
    Requirement,
    Several,
    StackItem,
)
from recommender.states.amounts import amount_text


@dataclass(frozen=True)
class Holdings:
    """What a teacher has, and what stacks there are, in the ids of the pathway's own district.

    `hours` holds what each earned credential is worth; one whose hours are unknown is left out.
    """

    earned: frozenset[str] = frozenset()
    hours: Mapping[str, Fraction] = field(default_factory=dict)
    stacks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Credentials of each stack in the order in which they are best earned."""


@dataclass(frozen=True)
class Progress:
    """How far one requirement is met.

    `share` is 0..1 and 1 exactly where met; of parts it is the mean of the best that are asked for.
    """

    words: str
    met: bool
    share: Fraction
    missing: tuple[str, ...]
    """Credentials still to earn along the nearest way, in order."""
    to_confirm: tuple[str, ...]
    """Along the nearest way, what no record tells: people must confirm it."""
    hours_missing: Fraction
    parts: tuple["Progress", ...] = ()

    @property
    def next_step(self) -> str | None:
        """The credential to earn next; None where none is named."""
        return self.missing[0] if self.missing else None

    @property
    def earned_all(self) -> bool:
        """Whether nothing is left to earn: only conditions that people must confirm, if any."""
        return not self.missing and not self.hours_missing


_ZERO, _ONE = Fraction(0), Fraction(1)


def progress(requirement: Requirement, holdings: Holdings) -> Progress:
    """Return how far a teacher is with a requirement.

    A condition that only people can confirm (`other:`) is never met here, and a stack that the
    catalog does not have is one to confirm.
    """
    match requirement:
        case CredentialItem(credential):
            return _credentials(f"Earn {credential}", (credential,), holdings)
        case StackItem(stack):
            own = tuple(holdings.stacks.get(stack, ()))
            words = f"Earn the stack {stack}"
            return _credentials(words, own, holdings) if own else _confirm(words)
        case HoursItem(hours):
            return _hours(hours, holdings)
        case OtherItem(words):
            return _confirm(words)
        case Several(least, parts):
            return _several(least, [progress(part, holdings) for part in parts])


def _credentials(words: str, asked: Sequence[str], holdings: Holdings) -> Progress:
    missing = tuple(item for item in asked if item not in holdings.earned)
    share = 1 - Fraction(len(missing), len(asked))
    return Progress(words, not missing, share, missing, (), _ZERO)


def _confirm(words: str) -> Progress:
    return Progress(
        words, met=False, share=_ZERO, missing=(), to_confirm=(words,), hours_missing=_ZERO
    )


def _hours(asked: Fraction, holdings: Holdings) -> Progress:
    held = sum((holdings.hours.get(item, _ZERO) for item in holdings.earned), _ZERO)
    left = max(_ZERO, asked - held)
    words = f"Earn {amount_text(asked)} hours"
    return Progress(words, left == 0, min(_ONE, held / asked), (), (), left)


def _several(least: int, parts: Sequence[Progress]) -> Progress:
    """Join parts; the nearest way takes the parts that are furthest along, the first of equals."""
    best = sorted(range(len(parts)), key=lambda place: (-parts[place].share, place))[:least]
    way = [parts[place] for place in sorted(best)]
    missing = dict.fromkeys(item for part in way for item in part.missing)
    confirm = dict.fromkeys(item for part in way for item in part.to_confirm)
    return Progress(
        _joined(least, parts),
        all(part.met for part in way),
        sum((part.share for part in way), _ZERO) / least,
        tuple(missing),
        tuple(confirm),
        max((part.hours_missing for part in way), default=_ZERO),
        tuple(parts),
    )


def _joined(least: int, parts: Sequence[Progress]) -> str:
    if least == len(parts):
        return "All of these"
    return "One of these" if least == 1 else f"{least} of these {len(parts)}"
