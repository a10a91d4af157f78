import numpy as np
import pytest

from models.placing import Placing, newcomers_in

SCORES = np.arange(12, dtype=np.float32).reshape(2, 6)


def placing(own=(0.0, 0.5)):
    return Placing(
        columns=np.array([2, 5]),
        sources=np.array([[0, 1], [3, 4]]),
        weights=np.array([[0.75, 0.25], [1.0, 0.0]], dtype=np.float32),
        own=np.array(own, dtype=np.float32),
    )


def test_what_is_placed_is_a_sum_of_its_sources_and_the_rest_stays():
    placed = placing().apply(SCORES)
    assert placed[:, 2] == pytest.approx(0.75 * SCORES[:, 0] + 0.25 * SCORES[:, 1])
    assert placed[:, 5] == pytest.approx(0.5 * SCORES[:, 5] + SCORES[:, 3])
    np.testing.assert_array_equal(placed[:, [0, 1, 3, 4]], SCORES[:, [0, 1, 3, 4]])
    np.testing.assert_array_equal(SCORES.ravel(), np.arange(12))


def test_the_terms_of_a_column_sum_to_its_score():
    placed = placing().apply(SCORES)
    for column in range(6):
        total = sum(weight * SCORES[:, source] for source, weight in placing().terms(column))
        assert total == pytest.approx(placed[:, column])


def test_nothing_placed_is_nothing_changed():
    assert Placing.nothing().apply(SCORES) is SCORES
    assert list(Placing.nothing().terms(3)) == [(3, 1.0)]


def test_it_is_restored_and_a_bundle_without_one_places_nothing():
    again = Placing.restore(placing().arrays(), 6)
    np.testing.assert_array_equal(again.apply(SCORES), placing().apply(SCORES))
    assert not len(Placing.restore({}, 6).columns)


@pytest.mark.parametrize("name", ["columns", "sources"])
def test_a_column_outside_the_catalog_is_refused(name):
    arrays = placing().arrays()
    arrays[name] = arrays[name] + 9
    with pytest.raises(ValueError, match=f"'{name}' must be columns of 6"):
        Placing.restore(arrays, 6)


def test_newcomers_are_what_any_evidence_places():
    class Told:
        placing = placing()

    assert newcomers_in([Told(), object()]) == {2, 5}


def test_what_is_placed_stands_near_those_to_whom_it_owes_most():
    near = placing().near(2, np.array([1.0, 9.0, 0.0, 0.0, 0.0, 0.0], dtype=np.float32), 2)
    assert [fact.credential for fact in near] == [1, 0]
    assert placing().near(3, SCORES[0], 2) == ()
