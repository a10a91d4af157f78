from dataclasses import replace

import numpy as np
import pytest

from models.fitting.newcomers import (
    PlacingConfig,
    content_of,
    lift_of_newcomers,
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
CONTENT = content_of(CATALOG, TrainingOptions())


def listed_today(*columns):
    starts = np.zeros(len(CATALOG), dtype=np.int64)
    starts[list(columns)] = NOW
    return replace(DATA, catalog=replace(CATALOG, valid_from=starts))


def lift(data=DATA, counts=COUNTS, prior=3.0):
    return lift_of_newcomers(data, counts, CONTENT, prior=prior, ridge=1.0)


def test_what_nobody_has_is_lifted_to_what_its_content_lets_expect():
    lifted = lift(listed_today(14, 29))
    assert lifted[14] > 2.0
    assert lifted[14] > lifted[29] > 0


def test_what_had_its_time_stays_where_it_is():
    assert lift()[:14] == pytest.approx(0.0, abs=0.05)


def test_what_nobody_took_up_in_all_its_time_is_not_lifted():
    assert lift()[[14, 29]] == pytest.approx(0.0)


def test_a_stub_is_not_lifted():
    assert lift(listed_today(14, 29, 30))[30] == 0


def test_what_few_had_the_time_to_take_up_is_lifted_too():
    counts = COUNTS.copy()
    counts[3] = 1.0
    starts = CATALOG.valid_from.copy()
    starts[3] = NOW - 5 * DAY
    new = replace(DATA, catalog=replace(CATALOG, valid_from=starts))
    assert lift(new, counts)[3] > lift(DATA, counts)[3]


def test_a_lift_is_never_below_zero():
    assert (lift(prior=0.5) >= 0).all()


def test_from_few_credentials_nothing_is_learned():
    assert not lift(counts=np.where(np.arange(31) < 5, COUNTS, 0.0)).any()


def placed(data, counts, **config):
    return place_newcomers(data, counts, PlacingConfig(**config), TrainingOptions())


def test_what_is_new_is_placed_among_what_is_close_in_content():
    found = placed(listed_today(14, 29), COUNTS.astype(np.int64), fewest=1, neighbours=5)
    assert found.columns.tolist() == [14, 29]
    assert set(found.sources[0].tolist()) <= set(range(14))
    assert set(found.sources[1].tolist()) <= set(range(15, 29))
    assert found.weights.sum(axis=1) == pytest.approx(1.5)
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
