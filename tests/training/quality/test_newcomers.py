"""The price of a fair chance, on a folder with texts and something held out whole."""

import pytest

from tests.training.quality.conftest import CREDENTIALS, write, write_folder
from training.judging import PipelineConfig, Run
from training.quality.data import open_data
from training.quality.newcomers import price_of_newcomers
from training.quality.ours import fit_ours
from training.quality.trial import QualityProtocol, make_trial

THEMES = ("reading aloud phonics", "quantum optics light", "community garden soil")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = write_folder(tmp_path_factory.mktemp("new") / "told", ratings=False)
    rows = [f"c{i},{THEMES[i % 3]} {i}" for i in range(CREDENTIALS)]
    write(made, "credentials", "credential_id,title", rows)
    return made


def test_the_chance_brings_new_ones_into_lists_and_its_price_is_told(folder, quietly):
    data = open_data(folder, quietly)
    run = Run(PipelineConfig(), 0, 1, quietly)
    trial = make_trial(data, QualityProtocol.COLD_CREDENTIALS, run.config.plan, 0, 4000)
    rows = price_of_newcomers(trial, fit_ours(trial, run), run)
    without, given = rows
    assert (without["fair_chance"], given["fair_chance"]) == ("without", "with")
    assert given["recall@10_of_new"] >= without["recall@10_of_new"]
    assert given["share_of_lists_new"] >= without["share_of_lists_new"]
    gained = given["ndcg@10_of_others"] - without["ndcg@10_of_others"]
    assert given["price"]["difference"] == pytest.approx(gained)
    assert given["price"]["low"] <= gained <= given["price"]["high"]


def test_where_nothing_is_new_there_is_no_price(folder, quietly):
    data = open_data(folder, quietly)
    run = Run(PipelineConfig(), 0, 1, quietly)
    trial = make_trial(data, QualityProtocol.LAST_OUT, run.config.plan, 0, 4000)
    assert price_of_newcomers(trial, fit_ours(trial, run), run) == []
