import pytest

from models.signals import NOTHING, SignalWeights, signals_of
from recommender.vocabulary import EventKind, RecordStatus
from tests.models.small_district import DAY, NOW, earned, states

WEIGHTS = SignalWeights(half_life_days=100.0)


def event(owner, credential, kind, on=NOW):
    return (owner, credential, kind.code, on)


def weights_of(state):
    return {
        int(row["credential"]): pytest.approx(float(row["weight"]))
        for row in signals_of(state, WEIGHTS).rows
    }


def test_each_thing_has_the_weight_of_its_kind():
    state = states(
        1,
        records=[earned(0, 0, NOW), earned(0, 1, NOW, RecordStatus.SUBMITTED)],
        events=[
            event(0, 2, EventKind.SAVED),
            event(0, 3, EventKind.STARTED),
            event(0, 4, EventKind.DISMISSED),
            event(0, 5, EventKind.CLAIMED),
        ],
    )
    assert weights_of(state) == {0: 1.0, 1: 0.8, 2: 0.7, 3: 0.8, 4: -0.5, 5: 0.7}


@pytest.mark.parametrize("kind", [EventKind.SHOWN, EventKind.VIEWED, EventKind.KNOWN])
def test_what_was_only_shown_or_is_known_says_nothing(kind):
    assert not len(signals_of(states(1, events=[event(0, 2, kind)]), WEIGHTS).rows)


def test_a_signal_halves_with_every_half_life_and_never_vanishes():
    old, older = NOW - 100 * DAY, NOW - 18_000 * DAY
    state = states(1, records=[earned(0, 1, older), earned(0, 0, old)])
    found = weights_of(state)
    assert found[0] == 0.5
    assert signals_of(state, WEIGHTS).rows["weight"].min() > 0


def test_a_record_comes_before_events_on_the_same_credential():
    state = states(
        1,
        records=[earned(0, 2, NOW - 100 * DAY)],
        events=[event(0, 2, EventKind.DISMISSED)],
    )
    (row,) = signals_of(state, WEIGHTS).rows
    assert (row["event"], row["weight"]) == (NOTHING, 0.5)


def test_of_events_that_say_anything_the_newest_counts():
    state = states(
        1,
        events=[
            event(0, 2, EventKind.SAVED, NOW - 2 * DAY),
            event(0, 2, EventKind.DISMISSED, NOW - DAY),
            event(0, 2, EventKind.SHOWN, NOW),
        ],
    )
    (row,) = signals_of(state, WEIGHTS).rows
    assert row["event"] == EventKind.DISMISSED.code


def test_a_revoked_record_says_nothing():
    state = states(1, records=[earned(0, 2, NOW, RecordStatus.REVOKED)])
    assert not len(signals_of(state, WEIGHTS).rows)


@pytest.mark.parametrize(
    "wrong", [{"earned": -1}, {"dismissed": 0.1}, {"half_life_days": 0}, {"undated": 0}]
)
def test_refuses_impossible_settings(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SignalWeights(**wrong)
