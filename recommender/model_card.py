"""The model card: what a model was made of, how it was judged, what it is for and what it is not.

It is written at training as JSON values and kept with the version; here it becomes Markdown. After
Mitchell and others, 'Model Cards for Model Reporting' (2019).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

INTENDED_USE: Final = (
    (
        "To suggest to a K-12 teacher, and to the coach beside them, what to earn next, with"
        " reasons that are the arithmetic of the score."
    ),
    "A suggestion is an offer: teacher and coach decide, and may dismiss, pin or veto any of it.",
)
NOT_FOR: Final = (
    "Not for judging, ranking, paying or dismissing teachers; a score says nothing of a person.",
    "Not for deciding whether a micro-credential counts toward a licence: the district confirms.",
    "Not outside the districts whose facts the store holds.",
)
LIMITS: Final = (
    (
        "It learned what teachers took up, which is not what would have helped them most; a"
        " district's policy says how much need must weigh, and its price is among the figures."
    ),
    (
        "What was never offered was never taken up: the figures judge against records, which"
        " favours what was popular and easy to reach."
    ),
    "A micro-credential that came after training is not suggested before the next one.",
    "Facts that a district did not give, or that are out of date, are missing here as well.",
)
FEW_LEARNERS: Final = 30
"""Figures of fewer learners are called uncertain."""

Card = Mapping[str, Any]


def few(segments: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Yield what is to be said of segments that were judged on few learners."""
    for name, figures in segments.items():
        learners = int(figures.get("learners", 0))
        if learners < FEW_LEARNERS:
            yield (
                f"Histories of {name}: judged on {learners} learners only, so their figures are"
                " uncertain."
            )


def as_markdown(version: int, card: Card) -> str:
    """Return a card as Markdown."""
    return "\n".join(_lines(version, card)) + "\n"


def _lines(version: int, card: Card) -> Iterator[str]:
    yield f"# Model card: version {version}"
    yield from _section("Intended use", card["intended_use"])
    yield from _section("Not for", card["not_for"])
    data = card["data"]
    yield from _section(
        "Data",
        [
            f"Facts up to {data['as_of']} (snapshot {data['snapshot_hash'][:16]}).",
            f"Districts: {data['districts']}.",
            *(f"{name.capitalize()}: {count:,}." for name, count in data["counts"].items()),
            f"Records without a date: {data['undated_records']:,}.",
        ],
    )
    yield from ("", "## Evidence and weights", "")
    yield from _table(["evidence", *card["segments"]], _weights(card))
    yield from ("", "## How it was judged", "")
    for scorer, segments in card["metrics"].items():
        yield from ("", f"### {scorer}", "")
        names = list(dict.fromkeys(name for figures in segments.values() for name in figures))
        yield from _table(
            ["credentials earned", *names],
            [
                [segment, *(_figure(figures.get(name)) for name in names)]
                for segment, figures in segments.items()
            ],
        )
    yield from _section("Limits", card["limits"])
    yield from _section("Notes of the training", card["notes"])


def _weights(card: Card) -> list[list[str]]:
    return [
        [name, *(f"{weight:.4g}" for weight in weights)]
        for name, weights in card["weights"].items()
    ]


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ("", f"## {title}", "", *(f"- {line}" for line in lines))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:.4f}"
