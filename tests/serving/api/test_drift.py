from datetime import timedelta

import pytest

from recommender.clock import today
from serving.drift import QUARTERS, Facts
from tests.serving.house import NORTH

STANDARD = ("F", "1")


@pytest.fixture
def moved(client):
    """Forty teachers of the north whose ratings rose after the model's date, and three alone."""
    rows = client.house.rows
    for number in range(43):
        teacher = (f"n{number}", NORTH)
        rows.teacher(*teacher)
        few = number >= 40
        rows.rate(teacher, STANDARD, 2.1 if few else 1.5, today() - timedelta(days=10))
        rows.rate(teacher, STANDARD, 2.1 if few else 2.9, today() + timedelta(days=1))
    return client


def told(client, who):
    content = client.get("/v1/drift", who).json()
    return content, {one["facts"]: one for one in content["facts"]}


@pytest.mark.parametrize("who", ["ada", "cole"])
def test_only_data_staff_and_admins_read_it(client, who):
    answer = client.get("/v1/drift", who)
    assert answer.status_code == 403
    assert answer.json()["detail"] == "How facts have moved is for data staff."


def test_without_a_model_there_is_nothing_to_compare_with(empty_client):
    answer = empty_client.get("/v1/drift", "staff")
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:recommender:problem:no-champion"


def test_what_moved_is_told_by_cell(moved):
    content, facts = told(moved, "staff")
    assert (content["version"], content["as_of"]) == (1, today().isoformat())
    assert set(facts) == set(Facts)
    ratings = facts["evaluation_ratings"]
    assert ratings["verdict"] == "moved_much"
    assert ratings["index"] > 0.25
    assert {one["cell"]: (one["before"], one["now"]) for one in ratings["shares"]} == {
        QUARTERS[0]: (1.0, 0.0),
        QUARTERS[2]: (0.0, 1.0),
    }


def test_where_too_few_stand_behind_it_no_figure_is_told(moved):
    _, facts = told(moved, "staff")
    assert facts["self_assessments"] == {
        "facts": "self_assessments",
        "name": "Self-assessments",
        "verdict": "too_few",
        "index": None,
        "shares": [],
    }


def test_another_districts_facts_are_not_told(moved):
    _, facts = told(moved, "admin of south")
    assert {one["verdict"] for one in facts.values()} == {"too_few"}
