from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from recommender.district_settings import (
    MEANINGS,
    SettingName,
    districts_left_out,
    policy_in_force,
    set_setting,
    settings_in_force,
)
from recommender.errors import InvalidInput, NotFound
from recommender.policy import Policy
from recommender.settings import Settings
from recommender.store.tables import District, DistrictSetting

DAY = date(2026, 9, 1)
DEPLOYMENT = Settings(need_share=0.25, diversity=0.0, exploration=0.0)
NEED, UNKNOWN = SettingName.NEED_SHARE, SettingName.ALLOW_UNKNOWN_QUALITY


@pytest.fixture
def districts(session: Session) -> Session:
    session.add_all([District(district_id="north"), District(district_id="south")])
    session.commit()
    return session


def put(session, value, day=DAY, name=NEED, district="north", by="ada"):
    set_setting(session, district, name, value, valid_from=day, set_by=by)


def share(session, day=DAY, district="north"):
    return policy_in_force(session, district, day, DEPLOYMENT).need_share


def test_without_a_row_the_deployments_settings_hold(districts):
    assert policy_in_force(districts, "north", DAY, DEPLOYMENT) == Policy(need_share=0.25)
    setting = settings_in_force(districts, "north", DAY, DEPLOYMENT)[NEED]
    assert (setting.value, setting.default, setting.valid_from, setting.set_by) == (
        *(0.25, 0.25),
        None,
        "",
    )


def test_a_value_holds_from_its_day_on(districts):
    put(districts, 0.5)
    assert share(districts, DAY - timedelta(days=1)) == 0.25
    assert share(districts) == share(districts, DAY + timedelta(days=300)) == 0.5


def test_the_last_word_of_a_day_counts(districts):
    put(districts, 0.5)
    put(districts, 0.75)
    put(districts, 0.1, DAY - timedelta(days=9))
    assert share(districts) == 0.75


def test_a_value_announced_for_later_waits(districts):
    put(districts, 0.5, DAY + timedelta(days=30))
    put(districts, 0.75)
    assert share(districts) == 0.75
    assert share(districts, DAY + timedelta(days=30)) == 0.5


def test_null_goes_back_to_the_deployments_value(districts):
    put(districts, 0.5)
    put(districts, None)
    assert share(districts) == 0.25


def test_no_row_is_ever_overwritten(districts):
    for value in (0.5, 0.5, None):
        put(districts, value)
    rows = districts.exec(select(DistrictSetting).order_by(DistrictSetting.id)).all()
    assert [row.value for row in rows] == [0.5, 0.5, None]
    assert {row.set_by for row in rows} == {"ada"}


def test_another_districts_settings_are_its_own(districts):
    put(districts, 0.5)
    assert share(districts, district="south") == 0.25


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("need_share", 0.75),
        ("diversity", 0.5),
        ("exploration", 1.0),
        ("allow_unknown_quality", False),
        ("use_evaluations", False),
    ],
)
def test_each_setting_of_a_list_is_part_of_the_policy(districts, name, value):
    put(districts, value=value, name=SettingName(name))
    assert policy_in_force(districts, "north", DAY, DEPLOYMENT) == replace(
        Policy(need_share=0.25), **{name: value}
    )


def test_a_district_keeps_its_teachers_out_of_training_until_it_says_otherwise(districts):
    assert districts_left_out(districts, DAY) == frozenset()
    put(districts, value=False, name=SettingName.CONTRIBUTE_TO_TRAINING)
    assert districts_left_out(districts, DAY) == {"north"}
    assert districts_left_out(districts, DAY - timedelta(days=1)) == frozenset()
    put(districts, None, name=SettingName.CONTRIBUTE_TO_TRAINING)
    assert districts_left_out(districts, DAY) == frozenset()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((NEED, bad) for bad in (-0.1, 1.01, True, "0.5", [], {}, float("nan"), float("inf"))),
        *((UNKNOWN, bad) for bad in (0, 1, "yes", [])),
    ],
)
def test_a_value_that_cannot_be_is_refused(districts, name, value):
    with pytest.raises(InvalidInput, match=name):
        put(districts, value, name=name)


def test_a_district_that_does_not_exist_is_refused(districts):
    with pytest.raises(NotFound, match="no district 'nowhere'"):
        put(districts, 0.5, district="nowhere")


def test_each_setting_says_what_it_means():
    assert set(MEANINGS) == set(SettingName)
