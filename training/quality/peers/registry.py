"""Every peer by its name, and which of them a run is asked for."""

from typing import Final

from recommender.errors import InvalidInput
from training.quality.peers.ease import EASE
from training.quality.peers.features import CONTENT_KNN, RIDGE
from training.quality.peers.library import ALS, BPR, ITEM_KNN
from training.quality.peers.outside.peers import OUTSIDE
from training.quality.peers.peer import Peer

RULES: Final = ("random", "popularity", "largest_gap")
"""Rules that look at a teacher's state; there is nothing to tune."""

LOCAL: Final[tuple[Peer, ...]] = (ALS, BPR, ITEM_KNN, EASE, CONTENT_KNN, RIDGE)
"""Peers that run in this process."""


def all_peers() -> tuple[Peer, ...]:
    """Return every peer that is tuned, in the order of reports."""
    return (*LOCAL, *OUTSIDE)


def chosen_names(asked: str) -> tuple[str, ...]:
    """Return the names of rules and peers that `all`, `none` or a list with commas stands for.

    Raises
    ------
    InvalidInput
        There is no peer of a name in the list.
    """
    names = (*RULES, *(peer.name for peer in all_peers()))
    if asked == "all":
        return names
    if asked == "none":
        return ()
    wanted = [name.strip() for name in asked.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in names]
    if unknown or not wanted:
        raise InvalidInput(
            f"--peers must be 'all', 'none' or names of {', '.join(names)}, not '{asked}'."
        )
    return tuple(name for name in names if name in wanted)
