import json

from training.quality.peers.outside import environments
from training.quality.peers.outside.peers import OUTSIDE, available


def test_each_peer_has_a_library_and_a_few_configurations_that_a_file_can_hold():
    for peer in OUTSIDE:
        assert peer.library in environments.LIBRARIES
        assert len(peer.grid) == 4
        assert json.loads(json.dumps(peer.grid)) == list(peer.grid)
    assert len({peer.name for peer in OUTSIDE}) == len(OUTSIDE)


def test_every_library_is_used():
    assert {peer.library for peer in OUTSIDE} == set(environments.LIBRARIES)


def test_what_is_not_set_up_has_a_reason(data_dir):
    reasons = available()
    assert list(reasons) == [peer.name for peer in OUTSIDE]
    assert all("setup-peers" in reason for reason in reasons.values())
