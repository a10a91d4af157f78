from dataclasses import replace

import numpy as np

from models.fitting.options import TrainingOptions
from models.fitting.peers_in_role import fit_peers_in_role, shrunk
from models.peers_in_role import PeersInRoleConfig
from tests.builders import make_catalog
from tests.models.small_district import earned, small_district, states


def test_what_is_chance_is_drawn_to_nothing():
    rng = np.random.default_rng(0)
    expected = np.full((4, 200), 5.0)
    chance = shrunk(rng.poisson(expected).astype(float), expected, np.zeros_like(expected))
    real = rng.gamma(1.0, 1.0, expected.shape) * expected
    told = shrunk(rng.poisson(real).astype(float), expected, np.zeros_like(expected))
    assert np.abs(chance).max() < 0.2
    assert np.abs(told).max() > 1.0


def test_without_records_the_prior_is_all_there_is():
    prior = np.array([[0.5, -0.5]])
    np.testing.assert_allclose(shrunk(np.zeros((1, 2)), np.zeros((1, 2)), prior), prior)


def test_what_nobody_earned_is_placed_by_its_content():
    rows = [
        {
            "id": f"c{i:02}",
            "title": "Phonics" if i % 2 else "Algebra",
            "grade_bands": ("K-2",) if i % 2 else ("9-12",),
        }
        for i in range(20)
    ]
    catalog = make_catalog(*rows)
    bands = catalog.axes.grade_band_columns
    young, old = bands["K-2"], bands["9-12"]
    contexts = [(t, young if t % 2 else old, 0, 5) for t in range(200)]
    rng = np.random.default_rng(0)
    records = [
        earned(t, 2 * int(c) + t % 2) for t in range(200) for c in rng.choice(8, 3, replace=False)
    ]
    data = replace(
        small_district(), catalog=catalog, states=states(200, records=records, contexts=contexts)
    )
    fitted = fit_peers_in_role(data, PeersInRoleConfig(), TrainingOptions())
    (scores,) = fitted.score(states(1, contexts=[(0, young, 0, 5)]))
    assert scores[17] > scores[16]
    assert scores[19] > scores[18]


def test_without_context_nothing_is_learned():
    data = small_district()
    nobody = replace(data, states=states(40, records=[earned(t, t % 5) for t in range(40)]))
    fitted = fit_peers_in_role(nobody, PeersInRoleConfig(), TrainingOptions())
    assert not fitted.table.any()


def test_alone_it_says_how_common_something_is_among_teachers_like_that():
    young, old = 0, 1
    contexts = [(t, young if t % 4 else old, 0, 5) for t in range(80)]
    records = [earned(t, t % 3) for t in range(80) if t % 4]
    records += [earned(t, 3) for t in range(80) if not t % 4]
    data = replace(small_district(), states=states(80, records=records, contexts=contexts))
    fitted = fit_peers_in_role(data, PeersInRoleConfig(), TrainingOptions())
    asked = states(3, contexts=[(0, young, 0, 5), (1, old, 0, 5)])
    of_young, of_old, of_nobody = fitted.score(asked)
    assert of_young[:3].min() > of_young[3]
    assert of_old.argmax() == 3
    assert not of_nobody.any()
