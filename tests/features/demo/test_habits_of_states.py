"""What DOMAIN.md says of each state's evaluations."""

from collections import defaultdict

import pytest


@pytest.fixture(scope="module")
def by_state(rows):
    state = {row["district_id"]: row["state"] for row in rows["teachers"]}
    found = defaultdict(list)
    for row in rows["evaluations"]:
        found[state[row["district_id"]]].append(row)
    return found


def test_each_state_rates_on_its_own_framework_and_four_levels(by_state):
    names = {state: {row["framework"] for row in found} for state, found in by_state.items()}
    assert names == {"AR": {"Danielson"}, "NC": {"NCEES"}, "SC": {"SCTS"}, "WY": {"Danielson"}}
    for found in by_state.values():
        assert {(row["scale_min"], row["scale_max"]) for row in found} == {("1", "4")}
        assert {row["level"] for row in found} - {""} == {"1", "2", "3", "4"}


def test_arkansas_gives_one_overall_result_and_components_beside_it_only(by_state):
    results, components = set(), set()
    for row in by_state["AR"]:
        key = row["teacher_id"], row["rated_on"]
        (results if row["standard_code"] == "Danielson" else components).add(key)
    assert results
    assert components < results
    assert 0.3 < len(components) / len(results) < 0.8


def test_arkansas_rates_everyone_who_stays_at_least_every_four_years(rows, by_state):
    veterans = {
        row["teacher_id"]
        for row in rows["teachers"]
        if row["state"] == "AR" and row["years_experience"] and int(row["years_experience"]) > 8
    }
    rated = {row["teacher_id"] for row in by_state["AR"]}
    assert len(veterans & rated) / len(veterans) > 0.8


def test_north_carolina_leaves_levels_empty_where_not_demonstrated(by_state):
    empty = sum(not row["level"] for row in by_state["NC"])
    assert 0.01 < empty / len(by_state["NC"]) < 0.1
    assert not any(not row["level"] for row in by_state["NC"] if len(row["standard_code"]) == 1)


def test_north_carolina_rates_only_standards_1_and_4_in_an_abbreviated_year(by_state):
    years = defaultdict(set)
    for row in by_state["NC"]:
        years[row["teacher_id"], row["cycle"]].add(row["standard_code"][0])
    found = list(years.values())
    assert all(codes in ({"1", "4"}, {"1", "2", "3", "4", "5"}) for codes in found)
    short = sum(codes == {"1", "4"} for codes in found)
    assert 0.3 < short / len(found) < 0.9


def test_south_carolina_rates_all_23_indicators_at_once(by_state):
    years = defaultdict(set)
    for row in by_state["SC"]:
        years[row["teacher_id"], row["cycle"]].add(row["standard_code"])
    assert {len(codes) for codes in years.values()} == {23}


def test_wyoming_is_sparse(rows, by_state):
    teachers = defaultdict(int)
    for row in rows["teachers"]:
        teachers[row["state"]] += 1
    each = {state: len(found) / teachers[state] for state, found in by_state.items()}
    assert each["WY"] < min(each["NC"], each["SC"]) / 3


def test_a_cycle_is_the_school_year_of_its_date(rows):
    for row in rows["evaluations"]:
        assert row["cycle"].endswith(row["rated_on"][2:4])
        assert row["rated_on"][5:7] == "05"


def test_self_assessments_are_on_the_states_framework_or_the_hub(rows):
    own = {row["district_id"]: row["framework"] for row in rows["evaluations"]}
    on_hub = 0
    for row in rows["self_assessments"]:
        assert row["framework"] in {own[row["district_id"]], "InTASC"}
        on_hub += row["framework"] == "InTASC"
    assert 0.02 < on_hub / len(rows["self_assessments"]) < 0.4
    assert (
        sum(row["wants_to_grow"] == "true" for row in rows["self_assessments"])
        / len(rows["self_assessments"])
        > 0.05
    )
