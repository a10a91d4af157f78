import json
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pytest

from recommender.cli import run as command
from recommender.vocabulary import EvidenceName
from training.judging import BLEND, PipelineConfig, Run
from training.quality.demonstration import (
    MIND_READER,
    ORACLE,
    SHOWN,
    expected_ndcg,
    make_demonstration,
    measure,
)

TEACHERS, SEED = 500, 5
NEED = (EvidenceName.GROWTH_AREA, EvidenceName.SELF_ASSESSED_NEED, EvidenceName.GROWTH_GOAL)


@contextmanager
def quiet(title):
    yield SimpleNamespace(update=lambda *_: None)


@pytest.fixture(scope="module")
def worth():
    made = make_demonstration(TEACHERS, SEED, quiet)
    return measure(made, Run(PipelineConfig(), SEED, 1, quiet))


def mean(worth, system):
    return worth.ndcg[system].mean()


def test_a_list_is_worth_the_discounted_chances_of_its_first_ten():
    chances = np.array([[0.5, 0.3, 0.2, *[0.0] * 10]], dtype=np.float32)
    scores = np.array([[1.0, 3.0, 2.0, *[0.0] * 10]])
    by_hand = 0.3 / np.log2(2) + 0.2 / np.log2(3) + 0.5 / np.log2(4)
    assert expected_ndcg(scores, chances) == pytest.approx(by_hand, rel=1e-6)
    assert expected_ndcg(np.arange(13.0)[None], chances)[0] == 0


def test_fewer_than_ten_credentials_are_a_shorter_list():
    assert expected_ndcg(np.ones((2, 3)), np.eye(3, dtype=np.float32)[:2]).shape == (2,)
    assert expected_ndcg(np.ones((1, 0)), np.ones((1, 0), dtype=np.float32)).tolist() == [0.0]


def test_no_list_is_worth_more_than_that_of_who_reads_minds(worth):
    for values in worth.ndcg.values():
        assert (values <= worth.ndcg[MIND_READER] + 1e-6).all()


def test_the_oracle_that_reads_the_files_comes_close_and_nobody_else_passes_it(worth):
    assert 0.85 * mean(worth, MIND_READER) < mean(worth, ORACLE)
    for system in worth.ndcg.keys() - {MIND_READER, ORACLE}:
        assert mean(worth, system) < mean(worth, ORACLE)


def test_the_blend_beats_the_simple_rules(worth):
    assert mean(worth, BLEND) > 4 * mean(worth, "random")
    assert mean(worth, BLEND) > 2 * mean(worth, "largest_gap")
    assert mean(worth, BLEND) > 1.02 * mean(worth, "popularity")
    assert mean(worth, BLEND) > 1.5 * mean(worth, "als")


def test_the_blend_reaches_its_share_of_the_oracle(worth):
    assert worth.share(BLEND) > 0.55
    assert worth.share(SHOWN) > 0.85 * worth.share(BLEND)


@pytest.mark.parametrize("name", NEED)
def test_each_need_alone_finds_more_than_the_rule_of_the_largest_gap(worth, name):
    assert mean(worth, f"evidence:{name}") > 1.8 * mean(worth, "random")
    assert mean(worth, f"evidence:{EvidenceName.GROWTH_AREA}") > 1.5 * mean(worth, "largest_gap")


def test_the_blend_loses_when_need_is_taken_out(worth):
    behind, error = worth.loss(f"{BLEND} without need")
    assert behind > -2 * error
    assert worth.loss(f"{BLEND} without popular")[0] > -2 * error


def test_a_policy_of_mostly_need_costs_most(worth):
    shares = [worth.share(f"{BLEND}, need share {share}%") for share in (25, 50, 75)]
    assert shares[-1] == min(shares)
    assert shares[-1] < worth.share(BLEND)
    assert shares[0] > 0.9 * worth.share(BLEND)
    assert shares[-1] > 3 * worth.share("random")


def test_rows_say_each_system_best_first(worth):
    rows = worth.rows()
    assert [row["system"] for row in rows[:2]] == [MIND_READER, ORACLE]
    assert {row["system"] for row in rows} == set(worth.ndcg)
    assert all(row["share_of_oracle"] <= 1 for row in rows[1:])


def test_the_command_writes_a_report(tmp_path, capsys):
    asked = ["benchmark", "demonstration", "--teachers", "60", "--seed", "2", "--no-ablation"]
    assert command([*asked, "--out", str(tmp_path / "report")]) == 0
    content = json.loads((tmp_path / "report" / "demonstration.json").read_text())
    systems = {row["system"] for row in content["results"]}
    assert {ORACLE, BLEND, SHOWN, "random"} <= systems
    assert not any("without" in system for system in systems)
    assert "of the oracle" in capsys.readouterr().out
