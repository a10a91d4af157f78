"""What all needs share: that they are shared out among what is free to a teacher."""

from dataclasses import replace

import numpy as np
import pytest

from models.choice_set import ChoiceSet
from models.growth_goal import GrowthGoal, GrowthGoalConfig
from recommender.teacher_state import Ragged
from recommender.vocabulary import RecordStatus
from tests.models.small_district import DAY, FOREVER, NOW, catalog, earned, states

REACH = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 1]], dtype=np.float32)
CATALOG = catalog(REACH)


def scores(made=CATALOG, standard=1, **known):
    evidence = GrowthGoal(made.reach, ChoiceSet.of(made), 1.0, GrowthGoalConfig())
    return evidence.score(states(1, goals=[(0, standard, 0, NOW, FOREVER)], **known))[0]


def test_a_need_is_shared_out_among_what_answers_to_it():
    assert scores() == pytest.approx([1 / 3] * 3)
    assert scores(standard=2) == pytest.approx([0, 0, 1])


def test_what_was_begun_leaves_its_share_to_the_others():
    begun = earned(0, 0, NOW - DAY, RecordStatus.ENROLLED)
    assert scores(records=[begun]) == pytest.approx([0, 1 / 2, 1 / 2])


def test_what_expired_may_be_taken_up_again():
    assert scores(records=[earned(0, 0, NOW, RecordStatus.EXPIRED)]) == pytest.approx([1 / 3] * 3)


def test_what_is_for_other_grades_or_subjects_takes_no_share():
    grades = CATALOG.grade_bands.copy()
    grades[0, 1] = True
    of_one_band = replace(CATALOG, grade_bands=grades)
    assert scores(of_one_band, contexts=[(0, 0, 1, 3)]) == pytest.approx([0, 1 / 2, 1 / 2])
    assert scores(of_one_band, contexts=[(0, 1, 1, 3)]) == pytest.approx([1 / 3] * 3)
    assert scores(of_one_band) == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(
    "fields",
    [
        {"retired_on": np.array([NOW, FOREVER, FOREVER])},
        {"valid_from": np.array([NOW + 1, 0, 0])},
    ],
)
def test_what_is_closed_takes_no_share(fields):
    assert scores(replace(CATALOG, **fields)) == pytest.approx([0, 1 / 2, 1 / 2])


def test_what_asks_for_others_first_is_free():
    counts = np.array([0, 0, 1])
    first = Ragged(np.concatenate([[0], np.cumsum(counts)]), np.zeros(1, dtype=np.int32))
    assert scores(replace(CATALOG, prerequisites=first)) == pytest.approx([1 / 3] * 3)


def test_where_nothing_is_free_nothing_is_said():
    closed = replace(CATALOG, retired_on=np.array([FOREVER, FOREVER, NOW]))
    assert not scores(closed, standard=2).any()


def test_a_choice_set_comes_back_from_its_arrays():
    choices = ChoiceSet.of(replace(CATALOG, retired_on=np.array([FOREVER, NOW, FOREVER])))
    again = ChoiceSet.restore(choices.arrays(), len(CATALOG))
    of_some = states(2, records=[earned(1, 0)])
    assert again.free(of_some).tolist() == choices.free(of_some).tolist() == [[1, 0, 1], [0, 0, 1]]
    with pytest.raises(ValueError, match="free_opens"):
        ChoiceSet.restore(choices.arrays() | {"free_opens": np.array([0, 9])}, len(CATALOG))


def test_a_few_and_many_have_the_same_choices():
    grades = np.array([[1, 0], [0, 1], [0, 0]], dtype=bool)
    choices = ChoiceSet.of(replace(CATALOG, grade_bands=grades))
    rows = [(teacher, teacher % 2, 1, 3) for teacher in range(0, 40, 3)]
    many = states(40, contexts=rows, records=[earned(teacher, 2) for teacher in range(0, 40, 7)])
    one_by_one = [choices.free(many.take([teacher]))[0].tolist() for teacher in range(40)]
    assert choices.free(many).tolist() == one_by_one
    assert choices.free(many.take(range(9))).tolist() == one_by_one[:9]
