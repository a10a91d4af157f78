"""What narrows a list of suggestions: a standard, an issuer, a format, hours, cost, renewal."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.axes import StandardKey
from recommender.catalog import Catalog
from recommender.errors import InvalidInput
from recommender.renewal.counting import counts_for_renewal
from recommender.teacher_state import TeacherStates


@dataclass(frozen=True)
class Filters:
    """What a caller asks of the suggestions; None asks nothing.

    Hours or a cost that are not known never take a credential out: unknown is not too much. A
    format that is not known is not the one that was asked for.
    """

    standard: StandardKey | None = None
    issuer: str | None = None
    format: str | None = None
    max_hours: float | None = None
    max_cost: float | None = None
    serves: str | None = None
    without_students: bool = False
    """Only what can be done when no students are there; what is not known stays in the list."""
    renewal: bool = False
    """Only what may count toward the renewal of the licence: a rule of eligibility, no mask."""

    def counting(self, state: TeacherStates, catalog: Catalog) -> NDArray[np.bool_] | None:
        """Return what may count toward one teacher's renewal, bool[m]; None where not asked."""
        return counts_for_renewal(state, catalog) if self.renewal else None

    def _narrows(self) -> bool:
        """Tell whether anything is asked that a mask answers."""
        words = (self.standard, self.issuer, self.format, self.serves)
        numbers = (self.max_hours, self.max_cost)
        return self.without_students or words != _NO_WORDS or numbers != _NO_NUMBERS

    def mask(self, catalog: Catalog) -> NDArray[np.bool_] | None:
        """Return which credentials pass, bool[m]; None where nothing is asked.

        Raises
        ------
        InvalidInput
            The model does not know the standard.
        """
        if not self._narrows():
            return None
        mask = np.ones(len(catalog), dtype=bool)
        if self.standard is not None:
            mask &= catalog.reach[:, _column(catalog, self.standard)] > 0
        if self.issuer is not None:
            asked = self.issuer.casefold()
            mask &= [card.issuer.casefold() == asked for card in catalog.cards]
        if self.format is not None:
            asked = self.format.casefold()
            mask &= [card.format.casefold() == asked for card in catalog.cards]
        if self.serves is not None:
            mask &= [self.serves in card.serves for card in catalog.cards]
        if self.without_students:
            mask &= [card.needs_students is not True for card in catalog.cards]
        mask &= _at_most([card.hours for card in catalog.cards], self.max_hours)
        mask &= _at_most([card.cost_usd for card in catalog.cards], self.max_cost)
        return mask


_NO_WORDS: Final = (None,) * 4
_NO_NUMBERS: Final = (None,) * 2


def standard_key(text: str) -> StandardKey:
    """Return the key that 'FRAMEWORK:CODE' stands for."""
    framework, _, code = text.partition(":")
    return framework, code


def _column(catalog: Catalog, key: StandardKey) -> int:
    column = catalog.axes.standard_columns.get(key)
    if column is None:
        raise InvalidInput("The model that serves knows no such standard.")
    return column


def _at_most(values: list[float | None], limit: float | None) -> NDArray[np.bool_]:
    if limit is None:
        return np.ones(len(values), dtype=bool)
    return np.array([value is None or value <= limit for value in values], dtype=bool)
