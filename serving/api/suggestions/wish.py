"""What the query of a request asks of a list, read once for all who ask alike."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from recommender.axes import CredentialKey
from recommender.errors import InvalidInput
from serving.api.suggestions.query import SuggestionQuery
from serving.live.filters import Filters


class Wish(NamedTuple):
    """What a query asks of a list; those who ask alike share it."""

    k: int
    filters: Filters
    after: CredentialKey | None
    reasons: bool


@lru_cache
def wish_of(query: bytes) -> Wish:
    """Return what a query asks; nothing but the query decides.

    Raises
    ------
    InvalidInput, ValidationError
        It asks what the route refuses.
    """
    asked = SuggestionQuery.model_validate(_parameters(query))
    return Wish(asked.k, asked.filters(), asked.behind(), asked.include_reasons)


def _parameters(query: bytes) -> dict[str, str]:
    """Return the parameters of a query.

    Raises
    ------
    InvalidInput
        One is there twice: the route knows which of them counts.
    """
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidInput("A parameter is there more than once.")
    return found
