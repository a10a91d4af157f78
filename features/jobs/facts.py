"""From a snapshot's tables to facts as arrays."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalog import word_matrix, words
from features.jobs.frames import plain
from features.licence_rows import RosterRow, licence_rows, place_of, rule_places
from features.pathway_facts import pathway_rule
from features.school_rows import school_keys
from features.state import CONTEXT, Contexts, FactRows, Facts, LicenceRows
from recommender.axes import Axes
from recommender.careers.ways import PathwayRule
from recommender.states.shelf import shelf_in_force
from recommender.teacher_state import ASSESSMENT, EVENT, GOAL, PATHWAY, RATING, RECORD

Tables = Mapping[str, pd.DataFrame]


def facts_of(tables: Tables, axes: Axes) -> Facts:
    """Return every fact of a snapshot's tables, on its own axes, under the packs in force."""
    rules = tuple(
        pathway_rule(*row) for row in tables["pathways"].itertuples(index=False, name=None)
    )
    # The tables `credentials` and `standards` are in the order of the axes: a row is a column.
    return Facts(
        records=_facts(tables["records"], RECORD),
        ratings=_facts(tables["ratings"], RATING),
        assessments=_facts(tables["assessments"], ASSESSMENT),
        goals=_facts(tables["goals"], GOAL),
        events=_facts(tables["events"], EVENT),
        contexts=_contexts(tables, axes),
        pathways=_pathways(tables, rules),
        rules=rules,
        shelf=shelf_in_force(),
    )


def _facts(table: pd.DataFrame, dtype: np.dtype[Any]) -> FactRows:
    columns = {name: plain(table[name]) for name in dtype.names or ()}
    return FactRows.of(dtype, table["teacher"].to_numpy(), columns)


def _pathways(tables: Tables, rules: tuple[PathwayRule, ...]) -> FactRows:
    """Return the goals on pathways."""
    goals = tables["goals"]
    chosen = goals.loc[goals["pathway"] != ""]
    districts = tables["teachers"]["district_id"].to_numpy()
    owners = chosen["teacher"].to_numpy()
    places = rule_places(rules)
    columns = {name: plain(chosen[name]) for name in ("set_by", "on", "until")}
    columns["pathway"] = np.array(
        [
            place_of(places, districts[owner], name)
            for owner, name in zip(owners, chosen["pathway"], strict=True)
        ],
        dtype=np.int32,
    )
    return FactRows.of(PATHWAY, owners, columns)


def _licences(tables: Tables) -> LicenceRows:
    roster = tables["contexts"]
    districts = tables["teachers"]["district_id"].to_numpy()[roster["teacher"].to_numpy()]
    names = ("state", "grade_bands", "subjects", "license_type", "role", "employer")
    entries = [
        RosterRow(*row)
        for row in zip(districts, *(roster[name].tolist() for name in names), strict=True)
    ]
    ends = [None if pd.isna(day) else day.date() for day in roster["license_expires_on"]]
    return licence_rows(entries, ends)


def _contexts(tables: Tables, axes: Axes) -> Contexts:
    table = tables["contexts"]
    columns = {name: plain(table[name]) for name in CONTEXT.names or ()}
    return Contexts(
        FactRows.of(CONTEXT, table["teacher"].to_numpy(), columns),
        _word_matrix(table["grade_bands"], axes.grade_band_columns),
        _word_matrix(table["subjects"], axes.subject_columns),
        _licences(tables),
        _schools(tables),
    )


def _schools(tables: Tables) -> NDArray[np.int64]:
    roster = tables["contexts"]
    districts = tables["teachers"]["district_id"].to_numpy()[roster["teacher"].to_numpy()]
    return school_keys(zip(districts.tolist(), roster["school_id"].tolist(), strict=True))


def _word_matrix(column: "pd.Series[Any]", columns: dict[str, int]) -> NDArray[np.bool_]:
    """Return which words each row has; each different text is split once."""
    codes, texts = pd.factorize(column)
    return word_matrix([words(text) for text in texts], columns)[codes]
