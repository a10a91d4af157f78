"""Topics and skills of the invented catalog, read from `topics.csv` and `skills.csv`."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np

from features.demo.arrays import Floats
from features.demo.contexts import BASE_CONTEXT, CONTEXTS, Context
from features.demo.frameworks import FRAMEWORKS, load_frameworks
from recommender.vocabulary import HUB_FRAMEWORK


@dataclass(frozen=True)
class Topic:
    """What a group of micro-credentials is about."""

    name: str
    develops: tuple[tuple[str, str, float], ...]
    """(framework, code, weight in 0..1) for the hub and each framework."""
    settings: tuple[Context, ...]
    base: Context
    needs_students: bool


@dataclass(frozen=True)
class Skill:
    """One competency of a topic; `does` completes 'The educator ...'."""

    topic: int
    title: str
    does: str


def _rows(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _weights(row: dict[str, str]) -> tuple[tuple[str, str, float], ...]:
    columns = {"hub": HUB_FRAMEWORK} | {name.lower(): name for name in FRAMEWORKS}
    found = []
    for column, framework in columns.items():
        for item in row[column].split("|"):
            code, _, weight = item.partition(":")
            found.append((framework, code, float(weight)))
    return tuple(found)


@lru_cache
def topics() -> tuple[Topic, ...]:
    """Return every topic, in the order of the file."""
    return tuple(
        Topic(
            name=row["topic"],
            develops=_weights(row),
            settings=tuple(
                context for group in row["contexts"].split("|") for context in CONTEXTS[group]
            ),
            base=BASE_CONTEXT.get(row["contexts"], Context()),
            needs_students=row["needs_students"] == "true",
        )
        for row in _rows("topics.csv")
    )


@lru_cache
def skills() -> tuple[Skill, ...]:
    """Return every skill, in the order of the file."""
    place = {topic.name: number for number, topic in enumerate(topics())}
    return tuple(
        Skill(place[row["topic"]], row["title"], row["competency"]) for row in _rows("skills.csv")
    )


@lru_cache
def topic_weights() -> Floats:
    """Return how much each topic develops each standard; shape (topics, standards)."""
    frameworks = load_frameworks()
    weights = np.zeros((len(topics()), len(frameworks.rows)), dtype=np.float32)
    for number, topic in enumerate(topics()):
        for framework, code, weight in topic.develops:
            weights[number, frameworks.row_of(framework, code)] = weight
    return weights
