"""The card that training writes beside a model."""

import pytest
from sqlmodel import Session

from recommender.cli import run
from recommender.model_card import LIMITS, NOT_FOR, as_markdown
from recommender.store.engine import make_engine
from recommender.store.tables import ModelVersion


@pytest.fixture
def card(home):
    home("dated")
    assert run(["train"]) == 0
    engine = make_engine()
    with Session(engine) as session:
        version = session.get(ModelVersion, 1)
    engine.dispose()
    return version.metrics["card"]


def test_a_card_tells_data_figures_limits_and_use(card):
    assert card["data"]["as_of"] == "2026-06-30"
    assert card["data"]["districts"] == 1
    assert card["data"]["counts"]["teachers"] == 80
    blend = card["metrics"]["blend"]
    assert blend["all"]["learners"] > 0
    assert {"all", "3-9"} <= set(blend)
    assert 0 <= blend["all"]["ndcg_at_10"] <= 1
    assert set(LIMITS) < set(card["limits"])
    assert any("figures are uncertain" in line for line in card["limits"])
    assert list(NOT_FOR) == card["not_for"]
    assert all(len(weights) == len(card["segments"]) for weights in card["weights"].values())


def test_it_is_readable(card):
    text = as_markdown(1, card)
    assert text.startswith("# Model card: version 1\n")
    for part in ("## Intended use", "## Not for", "## Data", "## Limits", "### blend", "| all |"):
        assert part in text
    assert "t0001" not in text.lower()
