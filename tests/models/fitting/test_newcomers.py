from dataclasses import replace

import numpy as np
import pytest

from models.fitting.newcomers import (
    PlacingConfig,
    newcomers_of,
    place_newcomers,
)
from models.fitting.options import TrainingOptions
from recommender.catalog import Catalog
from tests.builders import make_catalog
from tests.models.small_district import DAY, NOW, earned, small_district, states

CATALOG: Catalog = make_catalog(
    *({"id": f"a{i:02}", "title": "Reading aloud", "grade_bands": ("K-2",)} for i in range(15)),
    *({"id": f"b{i:02}", "title": "Quantum optics", "grade_bands": ("9-12",)} for i in range(15)),
    {"id": "c0", "known": False},
)
COUNTS = np.array([50.0] * 14 + [0.0] + [2.0] * 14 + [0.0] * 2)
DATA = replace(
    small_district(),
    catalog=CATALOG,
    states=states(2, records=[earned(0, 0, NOW - 1000 * DAY), earned(1, 0, NOW - 10 * DAY)]),
)


def listed_today(*columns):
    starts = np.zeros(len(CATALOG), dtype=np.int64)
    starts[list(columns)] = NOW
    return replace(DATA, catalog=replace(CATALOG, valid_from=starts))


def placed(data, counts, **config):
    return place_newcomers(data, counts, PlacingConfig(**config), TrainingOptions())


def test_what_is_new_is_placed_among_what_is_close_in_content():
    found = placed(listed_today(14, 29), COUNTS.astype(np.int64), fewest=1, neighbours=5)
    assert found.columns.tolist() == [14, 29]
    assert set(found.sources[0].tolist()) <= set(range(14))
    assert set(found.sources[1].tolist()) <= set(range(15, 29))
    assert found.weights.sum(axis=1) == pytest.approx(0.7)
    assert found.own == pytest.approx(0)


def test_its_own_records_count_the_more_of_them_there_are():
    counts = COUNTS.astype(np.int64)
    counts[14] = 3
    found = placed(listed_today(14), counts, few=3.0, chance=1.0)
    assert found.own == pytest.approx(0.5)
    assert found.weights.sum() == pytest.approx(0.5)


def test_what_had_its_time_or_has_no_content_is_not_placed():
    assert not len(placed(listed_today(), COUNTS.astype(np.int64)).columns)
    assert not len(placed(listed_today(30), COUNTS.astype(np.int64)).columns)


def test_without_dates_of_records_a_year_is_the_time_to_start():
    undated = replace(listed_today(14, 29), states=states(2, records=[earned(0, 0), earned(1, 15)]))
    assert placed(undated, COUNTS.astype(np.int64), fewest=1).columns.tolist() == [14, 29]


def test_a_config_says_what_is_allowed():
    with pytest.raises(ValueError, match="neighbours and fewest must be at least 1"):
        PlacingConfig(neighbours=0)
    with pytest.raises(ValueError, match="chance must not be below 0"):
        PlacingConfig(chance=-1.0)


def test_all_evidence_shares_one_placing():
    data = listed_today(14, 29)
    assert newcomers_of(data, TrainingOptions()) is newcomers_of(data, TrainingOptions())


def test_grade_bands_count_where_the_records_say_so():
    bands = ("K-2", "9-12")
    catalog = make_catalog(
        *(
            {"id": f"c{i:02}", "title": f"Topic {i // 2 % 2}", "grade_bands": (bands[i % 2],)}
            for i in range(41)
        )
    )
    rng = np.random.default_rng(0)

    alike = [[c for c in range(40) if c % 2 == g] for g in (0, 1)]
    records = [
        earned(t, int(c)) for t in range(60) for c in rng.choice(alike[t % 2], 8, replace=False)
    ]
    starts = np.zeros(41, dtype=np.int64)
    starts[40] = NOW
    data = replace(
        DATA,
        catalog=replace(catalog, valid_from=starts),
        states=states(60, records=records),
    )
    found = newcomers_of(data, TrainingOptions())
    (sources,) = found.sources[:, :10]
    assert found.columns.tolist() == [40]
    assert {bands[column % 2] for column in sources} == {"K-2"}
