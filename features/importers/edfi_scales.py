"""Levels and scales of Ed-Fi ratings: by what the file declares, else by the level's usual word."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from features.importers.documents import as_list, cell

Level = tuple[str, str, str]
"""Cells of level, scale_min and scale_max."""

WORDS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("ineffective", "unsatisfactory"), 1),
    **dict.fromkeys(("minimally effective", "needs improvement", "developing", "basic"), 2),
    **dict.fromkeys(("effective", "proficient", "skilled"), 3),
    **dict.fromkeys(("highly effective", "accomplished", "distinguished", "exemplary"), 4),
}
"""Code values of levels, on a scale of 1 to 4, for ratings whose range nobody declares."""
WORDS_SCALE: Final = ("1", "4")

NOT_RATED: Final = frozenset({"not demonstrated", "not observed", "not rated", "n/a"})
"""Code values that say nothing: unknown, not low."""

_KEY: Final = (
    *("performanceevaluationtitle", "evaluationtitle", "evaluationobjectivetitle"),
    *("evaluationelementtitle", "performanceevaluationtype", "schoolyear", "term"),
    *("evaluationperiod", "educationorganizationid"),
)

_KINDS: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    (
        "EvaluationElementRating",
        frozenset({"evaluationelementreference", "evaluationobjectiveratingreference"}),
    ),
    (
        "EvaluationObjectiveRating",
        frozenset({"evaluationobjectivereference", "evaluationratingreference"}),
    ),
    (
        "EvaluationRating",
        frozenset({"evaluationreference", "performanceevaluationratingreference"}),
    ),
    (
        "PerformanceEvaluationRating",
        frozenset({"performanceevaluationreference", "personreference"}),
    ),
    ("EvaluationElement", frozenset({"evaluationelementtitle"})),
    ("EvaluationObjective", frozenset({"evaluationobjectivetitle"})),
    ("Evaluation", frozenset({"evaluationtitle"})),
    ("PerformanceEvaluation", frozenset({"performanceevaluationtitle"})),
)
"""How a record of JSON, which does not say its kind, is known: by members of its own."""


@dataclass(frozen=True)
class Record:
    """A record of either form, its names in small letters and without 'Descriptor'."""

    kind: str
    own: Mapping[str, Any]
    flat: Mapping[str, str]
    """Each plain value that stands anywhere in it, by its name; the first one counts."""


def record_of(node: Mapping[str, Any], kind: str) -> Record:
    """Return a record; without a `kind` it is told by the members."""
    own = {_plain(name): value for name, value in node.items()}
    if not kind:
        kind = next((name for name, signs in _KINDS if own.keys() >= signs), "")
    flat: dict[str, str] = {}
    for name, value in _leaves(node):
        flat.setdefault(name, value)
    return Record(kind, own, flat)


def _plain(name: str) -> str:
    return name.casefold().removesuffix("descriptor")


def _leaves(node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield plain values with their names; what is said of reviewers is of other people."""
    for raw, value in node.items():
        name = _plain(raw)
        if name.startswith("reviewer"):
            continue
        for item in as_list(value):
            if isinstance(item, dict):
                yield from _leaves(item)
            elif text := cell(item):
                yield name, text


@dataclass(frozen=True)
class Scale:
    """The range that a definition declares, and the part of it that each level has."""

    low: float
    high: float
    levels: Mapping[str, tuple[float, float]]


class Scales:
    """What the files of an import declare."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, ...], Scale] = {}

    def add(self, record: Record) -> None:
        """Take up a definition, if it declares a range at all."""
        levels: dict[str, tuple[float, float]] = {}
        for level in _parts(record, "maxrating"):
            name = next((text for key, text in _leaves(level) if key.endswith("level")), "")
            low, high = _number(level, "minrating"), _number(level, "maxrating")
            if high is not None:
                levels[_word(name)] = (high if low is None else low, high)
        lows = [low for low, _ in levels.values()]
        highs = [high for _, high in levels.values()]
        own = (_number(record.own, "minrating"), _number(record.own, "maxrating"))
        lows += [own[0]] if own[0] is not None else []
        highs += [own[1]] if own[1] is not None else []
        if highs:
            self._by_key[_key(record)] = Scale(min(lows, default=0.0), max(highs), levels)

    def level_of(self, record: Record) -> Level | None:
        """Return level and scale of a rating; None where nothing tells them.

        A number stands on the declared scale, whether or not it lies inside: what is outside is
        for the contract to reject. A level without a number is the middle of its declared part.
        """
        scale = self._by_key.get(_key(record))
        word = next(
            (
                _word(value)
                for name, value in record.own.items()
                if name.endswith("ratinglevel") and isinstance(value, str)
            ),
            "",
        )
        number = next(
            (
                found
                for part in _parts(record, "numericrating", "rating")
                for name in ("numericrating", "rating")
                if (found := _number(part, name)) is not None
            ),
            None,
        )
        if scale is not None:
            return _on_scale(scale, number, word)
        if word in WORDS:
            return (str(WORDS[word]), *WORDS_SCALE)
        return ("", *WORDS_SCALE) if word in NOT_RATED else None


def _on_scale(scale: Scale, number: float | None, word: str) -> Level | None:
    ends = (repr(scale.low), repr(scale.high))
    if number is not None:
        return (repr(number), *ends)
    if word in scale.levels:
        return (repr(sum(scale.levels[word]) / 2), *ends)
    return ("", *ends) if word in NOT_RATED else None


def _parts(record: Record, *signs: str) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of the record's own that have one of these members."""
    for value in record.own.values():
        for item in as_list(value):
            if isinstance(item, dict) and any(_plain(name) in signs for name in item):
                yield item


def _number(node: Mapping[str, Any], wanted: str) -> float | None:
    for name, value in node.items():
        if _plain(name) == wanted:
            try:
                return float(cell(value))
            except ValueError:
                return None
    return None


def _key(record: Record) -> tuple[str, ...]:
    return tuple(_word(record.flat.get(name, "")) for name in _KEY)


def _word(descriptor: str) -> str:
    return descriptor.rpartition("#")[2].strip().casefold()
