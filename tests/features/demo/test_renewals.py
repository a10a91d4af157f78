import numpy as np
import pytest

from features.demo.catalog import MICRO_CREDENTIAL, WORKSHOP
from features.demo.districts import AR, WY
from features.demo.renewals import HORIZON_DAYS, NOVICE_YEARS, Renewals


@pytest.fixture
def renewals(world):
    return Renewals(world.roster, world.catalog)


def test_it_presses_more_as_the_end_nears_and_not_far_ahead(world, renewals):
    everybody = np.arange(len(world.roster))
    renewable = world.roster.has_licence_date & (world.roster.years >= NOVICE_YEARS)
    teacher = int(np.flatnonzero(renewable)[0])
    end = int(world.roster.renews_on[teacher])
    near = [renewals.urgency(everybody, end - days)[teacher] for days in (HORIZON_DAYS, 300, 60)]
    assert near[0] == 0
    assert near[0] < near[1] < near[2] == 1


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
