"""What spread and exploration cost is told, beside what they bring."""

from functools import cache

import numpy as np
import pytest

from training.judging import BLEND, PipelineConfig, Run
from training.quality.data import open_data
from training.quality.judged import rank
from training.quality.layouts import COLUMNS, cells_of, price_of_layouts
from training.quality.ours import blend_scores, fit_ours
from training.quality.trial import QualityProtocol, make_trial


@pytest.fixture(scope="module")
def priced(folders, quietly):
    @cache
    def of(folder, protocol):
        run = Run(PipelineConfig(), 0, 1, quietly)
        trial = make_trial(open_data(folders[folder], quietly), protocol, run.config.plan, 0, 4000)
        ours = fit_ours(trial, run)
        blend = rank(trial.judged, blend_scores(ours, trial.judged.queries))[BLEND]
        return price_of_layouts(trial, ours, 0), blend

    return of


def test_the_plain_order_is_the_blend_and_costs_nothing(priced):
    rows, blend = priced("dated", QualityProtocol.LAST_OUT)
    plain = rows[0]
    assert (plain["diversity"], plain["exploration"]) == (0, 0)
    assert plain["ndcg@10"] == pytest.approx(float(blend.ndcg.mean()))
    assert plain["price"]["difference"] == 0


def test_spread_brings_more_areas_and_exploring_less_relevance(priced):
    rows, _ = priced("dated", QualityProtocol.LAST_OUT)
    spread = [row for row in rows if row["exploration"] == 0]
    areas = [row["areas"] for row in spread]
    assert areas == sorted(areas)
    assert areas[-1] > areas[0]
    often = next(row for row in rows if (row["diversity"], row["exploration"]) == (0, 1))
    assert often["price"]["difference"] > 0


def test_what_the_settings_ask_for_is_among_the_layouts(priced):
    rows, _ = priced("dated", QualityProtocol.LAST_OUT)
    assert (0.1, 0.1) in {(row["diversity"], row["exploration"]) for row in rows}


def test_without_areas_and_issuers_there_is_nothing_to_spread_over(priced):
    rows, _ = priced("undated", QualityProtocol.FOLD_IN)
    assert {row["revealed"] for row in rows} == {1, 3, 5, 10}
    assert all(row["areas"] == row["issuers"] == 0 for row in rows)
    assert not [row for row in rows if row["diversity"] and not row["exploration"]]
    assert np.isfinite([row["ndcg@10"] for row in rows]).all()


def test_rows_are_read_column_by_column(priced):
    rows, _ = priced("undated", QualityProtocol.FOLD_IN)
    cells = cells_of(rows)
    assert all(len(line) == len(COLUMNS) for line in cells)
    assert cells[0][:4] == ["1", "0%", "0%", f"{rows[0]['ndcg@10']:.4f}"]
