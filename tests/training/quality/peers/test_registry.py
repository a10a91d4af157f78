import pytest

from recommender.errors import InvalidInput
from training.quality.peers.registry import RULES, all_peers, chosen_names


def test_all_none_and_a_list_in_any_order():
    names = (*RULES, *(peer.name for peer in all_peers()))
    assert chosen_names("all") == names
    assert chosen_names("none") == ()
    assert chosen_names("ease, popularity") == ("popularity", "ease")


def test_names_are_unique_and_every_peer_has_a_grid():
    names = chosen_names("all")
    assert len(set(names)) == len(names)
    assert all(peer.grid for peer in all_peers())


@pytest.mark.parametrize("asked", ["ease,nobody", "", " , "])
def test_a_name_that_is_none_is_refused_with_what_there_is(asked):
    with pytest.raises(InvalidInput, match=r"names of random, popularity"):
        chosen_names(asked)
