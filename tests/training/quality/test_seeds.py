import json

import numpy as np
import pytest
from scipy.stats import t

from recommender.cli import run as command
from recommender.errors import InvalidInput
from training.judging import BLEND
from training.quality.demonstration import ORACLE, Worth
from training.quality.seeds import over_seeds, read_seeds


def worth(blend, oracle=1.0, **others):
    figures = {ORACLE: oracle, BLEND: blend, **others}
    ndcg = {name: np.full(4, value) for name, value in figures.items()}
    return Worth(ndcg, np.zeros(4, dtype=np.int8), ())


def test_seeds_are_read_once_each_and_in_their_order():
    assert read_seeds(" 7, 3,1,7 ") == (7, 3, 1)


@pytest.mark.parametrize("text", [",", "7,x", "-1", "1.5", "²"])
def test_anything_else_is_refused(text):
    with pytest.raises(InvalidInput, match="--seeds"):
        read_seeds(text)


def test_means_and_intervals_are_over_seeds():
    shares = [0.7, 0.8, 0.75]
    rows = over_seeds({seed: worth(share) for seed, share in enumerate(shares)})
    row = next(row for row in rows if row["system"] == BLEND)
    low, high = t.interval(0.95, 2, np.mean(shares), np.std(shares, ddof=1) / np.sqrt(3))
    assert row["share_of_oracle"] == pytest.approx(0.75)
    assert (row["share_of_oracle_low"], row["share_of_oracle_high"]) == pytest.approx((low, high))
    assert rows[0]["system"] == ORACLE


def test_the_least_loss_tells_of_a_seed_on_which_something_does_harm():
    rows = over_seeds({1: worth(0.7, other=0.6), 2: worth(0.7, other=0.72)})
    row = next(row for row in rows if row["system"] == "other")
    assert row["behind_blend"] == pytest.approx(0.04)
    assert row["behind_blend_least"] == pytest.approx(-0.02)


def test_one_seed_has_no_interval():
    (_, row) = over_seeds({1: worth(0.7)})
    assert row["share_of_oracle_low"] is None


def test_the_command_judges_every_seed(tmp_path, capsys):
    asked = ["benchmark", "demonstration", "--teachers", "60", "--seeds", "2,3", "--no-ablation"]
    assert command([*asked, "--out", str(tmp_path / "report")]) == 0
    content = json.loads((tmp_path / "report" / "demonstration.json").read_text())
    assert content["seeds"] == [2, 3]
    assert {row["seed"] for row in content["results"]} == {2, 3}
    assert {row["system"] for row in content["over_seeds"]} >= {ORACLE, BLEND}
    assert "seeds 2, 3" in capsys.readouterr().out
