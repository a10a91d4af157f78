"""Dated facts as files, in the order of teacher and time."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.demo.calendar import MONTHS
from features.demo.catalog import ISSUERS
from features.demo.frameworks import load_frameworks
from features.demo.people_tables import who
from features.demo.simulation import World
from features.demo.writer import Column, Days, Labels, Moments, Table, constant
from recommender.vocabulary import EventKind, RecordStatus, SetBy

SCALE: Final = {"ratings": (1, 4), "assessments": (1, 5)}

Columns = dict[str, NDArray[Any]]


def _facts(world: World, name: str, *keys: str) -> Columns:
    """Return a ledger's columns in the order of teacher, then of `keys`."""
    columns = world.ledgers[name].columns()
    order = np.lexsort([columns[key] for key in reversed(keys)] + [columns["teacher"]])
    return {name: values[order] for name, values in columns.items()}


def _standard(facts: Columns) -> Table:
    rows = load_frameworks().rows
    return {
        "framework": Labels([row.framework for row in rows], facts["standard"]),
        "standard_code": Labels([row.code for row in rows], facts["standard"]),
    }


def _scaled(facts: Columns, name: str) -> dict[str, Column]:
    """Return level and scale; level 0 is an empty cell: not rated."""
    low, high = SCALE[name]
    count = len(facts["level"])
    return {
        "level": Labels(["", *map(str, range(1, high + 1))], facts["level"]),
        "scale_min": constant(str(low), count),
        "scale_max": constant(str(high), count),
    }


def evaluations_table(world: World) -> Table:
    """Return `evaluations.csv`."""
    facts = _facts(world, "ratings", "day", "standard")
    years = [world.calendar.school_year(month) for month in range(MONTHS)]
    return {
        **who(world.roster, facts["teacher"]),
        **_standard(facts),
        **_scaled(facts, "ratings"),
        "rated_on": Days(facts["day"]),
        "cycle": Labels(years, facts["month"]),
    }


def self_assessments_table(world: World) -> Table:
    """Return `self_assessments.csv`."""
    facts = _facts(world, "assessments", "day", "standard")
    return {
        **who(world.roster, facts["teacher"]),
        **_standard(facts),
        **_scaled(facts, "assessments"),
        "taken_on": Days(facts["day"]),
        "wants_to_grow": Labels(["false", "true"], facts["wants"].astype(np.int8)),
    }


def goals_table(world: World) -> Table:
    """Return `goals.csv`: standards to grow on first, then pathways, which have no end."""
    goals, careers = _facts(world, "goals", "set_on", "standard"), _facts(world, "careers")
    none = np.full(len(careers["teacher"]), -1)
    careers |= {"standard": none, "until": none}
    goals["pathway"] = np.full(len(goals["teacher"]), -1)
    facts = {name: np.concatenate([goals[name], careers[name]]) for name in goals}
    rows = load_frameworks().rows
    return {
        **who(world.roster, facts["teacher"]),
        "framework": Labels([*(row.framework for row in rows), ""], facts["standard"]),
        "standard_code": Labels([*(row.code for row in rows), ""], facts["standard"]),
        "pathway": Labels([*(item.name for item in world.choices.pathways), ""], facts["pathway"]),
        "set_on": Days(facts["set_on"]),
        "until": Days(facts["until"]),
        "set_by": Labels([member.value for member in SetBy], facts["set_by"]),
    }


def records_table(world: World) -> Table:
    """Return `records.csv`; the source is the platform of the issuer."""
    facts = _facts(world, "records", "moment", "credential", "status")
    return {
        **who(world.roster, facts["teacher"]),
        "credential_id": Labels(world.catalog.ids, facts["credential"]),
        "status": Labels([member.value for member in RecordStatus], facts["status"]),
        "on": Moments(facts["moment"]),
        "source": Labels(
            [issuer.source for issuer in ISSUERS], world.catalog.issuer[facts["credential"]]
        ),
    }


def events_table(world: World) -> Table:
    """Return `events.csv`."""
    facts = _facts(world, "events", "moment", "credential", "kind")
    return {
        **who(world.roster, facts["teacher"]),
        "credential_id": Labels(world.catalog.ids, facts["credential"]),
        "kind": Labels([member.value for member in EventKind], facts["kind"]),
        "at": Moments(facts["moment"]),
    }


FACT_TABLES: Final[dict[str, Callable[[World], Table]]] = {
    "goals.csv": goals_table,
    "self_assessments.csv": self_assessments_table,
    "evaluations.csv": evaluations_table,
    "records.csv": records_table,
    "events.csv": events_table,
}
