"""The interface of evidence: a number for each (teacher, micro-credential), explainable by facts.

An evidence holds what was *learned* and nothing of any single teacher, so scoring a state is the
fold-in: a record, rating or goal of a moment ago counts in the next call, without retraining.
Scoring needs numpy alone; fitting lives in `models.fitting`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from recommender.facts import Fact
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import EvidenceName

Arrays = Mapping[str, NDArray[Any]]


class Evidence(ABC):
    """What was learned for one kind of evidence over m credentials."""

    name: ClassVar[EvidenceName]

    @abstractmethod
    def score(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return the evidence of n teachers for every credential, float32[n, m], finite.

        0 means 'nothing known'. Row i depends on `states.take([i])` alone, and with no more than
        `blocks.BLOCK` teachers to the last bit: whose lists are made together changes no list.
        """

    @abstractmethod
    def facts(self, states: TeacherStates, credential: int, limit: int = 2) -> tuple[Fact, ...]:
        """Return the strongest facts behind the score of one credential.

        Parameters
        ----------
        states
            The state of exactly one teacher; facts are of this teacher only.
        credential
            Column of the credential.
        limit
            At most so many facts, the strongest first.
        """

    @abstractmethod
    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the learned arrays by name, as the bundle saves them."""

    def settings(self) -> dict[str, Any]:
        """Return the learned scalars and the configuration, as JSON values."""
        return {}

    @classmethod
    @abstractmethod
    def restore(cls, arrays: Arrays, settings: Mapping[str, Any], catalog_size: int) -> Self:
        """Rebuild from what `arrays` and `settings` gave; arrays may be read-only memory maps.

        Raises
        ------
        ValueError
            An array is missing or its shape does not fit `catalog_size` credentials.
        """
