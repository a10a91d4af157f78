import numpy as np

from training.crossing import halves_of, only
from training.splits import DAY_MS, last_out_split


def split(district, learners=11):
    rows = [(t, c, (t + c) * DAY_MS) for t in range(learners) for c in range(4)]
    return last_out_split(district(rows, size=8), seed=0)


def test_every_learner_is_answered_once_by_what_the_others_teach(district):
    judged = split(district)
    halves = halves_of(judged, 5, seed=1)
    answered = np.sum([half.answers for half in halves], axis=0)
    assert answered.tolist() == [1] * 11
    for half in halves:
        assert half.validation.teachers.tolist() == judged.teachers[~half.answers].tolist()
        assert half.validation.train is judged.train


def test_the_seed_draws_the_halves(district):
    judged = split(district)
    one, same, other = (halves_of(judged, 5, seed)[0].answers for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_too_few_learners_teach_nobody(district):
    assert halves_of(split(district), 6, seed=1) == ()


def test_only_some_queries_are_kept(district):
    judged = split(district)
    some = only(judged, np.array([2, 5]))
    assert some.teachers.tolist() == judged.teachers[[2, 5]].tolist()
    assert len(some.queries) == len(some.relevant) == 2
