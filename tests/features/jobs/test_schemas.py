import pandas as pd
import pytest

from features.jobs.schemas import SCHEMAS, shaped, validated
from recommender.errors import InvalidInput

RATING = {
    "teacher": [0],
    "standard": [1],
    "level": [0.5],
    "low": [1.0],
    "high": [4.0],
    "on": pd.to_datetime(["2026-01-01"]).as_unit("ms"),
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_an_empty_table_keeps_its_schema(name):
    frame = shaped(name, dict.fromkeys(SCHEMAS[name].columns, ()))
    assert len(validated(name, frame)) == 0


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_table_has_a_place_for_a_name_or_an_address(name):
    assert not {"email", "given_name", "family_name", "name"} & set(SCHEMAS[name].columns)


def test_a_good_rating_passes():
    assert validated("ratings", shaped("ratings", RATING))["level"].tolist() == [0.5]


@pytest.mark.parametrize(
    ("column", "value"), [("level", [1.25]), ("teacher", [-1]), ("low", [float("nan")])]
)
def test_a_broken_rule_names_table_and_column_but_no_value(column, value):
    frame = shaped("ratings", {**RATING, column: value})
    with pytest.raises(InvalidInput, match=f"'ratings' .* at '{column}'") as caught:
        validated("ratings", frame)
    assert str(value[0]) not in str(caught.value)


def test_moments_of_another_unit_are_refused():
    frame = shaped("ratings", RATING)
    frame["on"] = frame["on"].astype("datetime64[s]")
    with pytest.raises(InvalidInput, match="milliseconds"):
        validated("ratings", frame)


def test_a_missing_column_is_refused():
    with pytest.raises(InvalidInput, match="'ratings'"):
        validated("ratings", shaped("ratings", RATING).drop(columns="high"))
