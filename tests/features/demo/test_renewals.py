import numpy as np
import pytest

from features.demo.catalog import MICRO_CREDENTIAL, WORKSHOP
from features.demo.districts import AR, WY
from features.demo.renewals import HALF_LIFE_DAYS, NOVICE_YEARS, Renewals


@pytest.fixture
def renewals(world):
    return Renewals(world.roster, world.catalog)


def test_it_presses_more_as_the_end_nears(world, renewals):
    everybody = np.arange(len(world.roster))
    renewable = world.roster.has_licence_date & (world.roster.years >= NOVICE_YEARS)
    teacher = int(np.flatnonzero(renewable & (world.roster.district != AR))[0])
    end = int(world.roster.renews_on[teacher])
    ahead = (2 * HALF_LIFE_DAYS, HALF_LIFE_DAYS, 0)
    near = [renewals.urgency(everybody, end - days)[teacher] for days in ahead]
    assert near == pytest.approx([0.25, 0.5, 1.0])


def test_arkansas_presses_in_every_school_year(world, renewals):
    of_arkansas = np.flatnonzero((world.roster.district == AR) & world.roster.has_licence_date)
    day = int(world.calendar.starts[-1])
    assert world.calendar.month_of_year(0) == 7
    new_year, old_year = (renewals.urgency(of_arkansas, start) for start in (day, day - 1))
    assert (new_year <= old_year).all()
    assert old_year.max() == 1


def test_who_is_short_of_hours_looks_for_many_and_for_no_more_than_are_open(world, renewals):
    teacher = int(np.flatnonzero(world.roster.district == AR)[0])
    renewals.units[teacher] = 36 - 10
    pull, worth = renewals.pull(np.array([teacher]))[0], renewals.worth[AR]
    assert len(np.unique(pull[worth >= 10])) == 1
    assert pull[worth >= 10].min() > pull[worth < 10].max()


def test_nothing_presses_where_the_need_is_met_or_no_licence_ends(world, renewals):
    everybody = np.arange(len(world.roster))
    day = int(world.calendar.starts[-1])
    assert renewals.urgency(everybody, day).any()
    lifelong = ~world.roster.has_licence_date
    assert not renewals.urgency(everybody, day)[lifelong].any()
    renewals.units[:] = 1000
    assert not renewals.urgency(everybody, day).any()


def test_wyoming_promises_nothing_for_micro_credentials(world, renewals):
    kind = world.catalog.kind
    assert not renewals.worth[WY, kind == MICRO_CREDENTIAL].any()
    told = world.catalog.tells_hours & (kind == WORKSHOP)
    assert (renewals.worth[WY, told] > 0).all()
    assert not renewals.worth[:, ~world.catalog.tells_hours].any()


def test_a_school_year_that_counts_begins_anew_in_july(world, renewals):
    renewals.units[:] = 5
    renewals.begin_month(world.calendar, 0)
    of_arkansas = world.roster.district == AR
    assert world.calendar.month_of_year(0) == 7
    assert not renewals.units[of_arkansas].any()
    assert renewals.units[~of_arkansas].any()


def test_teachers_near_the_end_take_up_what_counts(world):
    """In Wyoming only workshops count: who needs them takes more of them."""
    roster = world.roster
    here = np.flatnonzero((roster.district == WY) & roster.has_licence_date)
    workshops = world.catalog.kind == WORKSHOP
    day = int(world.calendar.starts[-1])
    chances = world.choices.probabilities(here, day)[:, workshops].sum(axis=1)
    urgent = world.choices.renewals.urgency(here, day) > 0.5
    assert chances[urgent].mean() > 2 * chances[~urgent].mean()
