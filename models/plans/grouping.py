"""Who of a caseload could earn the same: from everybody's lists to groups."""

from collections.abc import Sequence

from models.suggestions import SuggestionList
from recommender.planning.together import Groups, Pairing, group_up


def groups_from(lists: Sequence[SuggestionList]) -> Groups:
    """Return the groups of greatest total gain; teachers are numbered as their lists are given.

    What a teacher gains by a suggestion is its score above the mean of what they may earn, which is
    the sum of its parts, as a share of that of their best: everybody counts alike.
    """
    return group_up(
        [pairing for teacher, made in enumerate(lists) for pairing in _pairings(teacher, made)]
    )


def _pairings(teacher: int, made: SuggestionList) -> list[Pairing]:
    margins = [
        (item.key, sum(part.contribution for part in item.contributions)) for item in made.items
    ]
    best = max((margin for _, margin in margins), default=0.0)
    return [Pairing(teacher, key, margin / best) for key, margin in margins if margin > 0]
