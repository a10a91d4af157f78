"""The interface of a part of `colleagues`.

A new part is one class here with `score`, `shares`, `arrays` and `restore`, its name in
`models.colleagues.PARTS`, and one function in `models.fitting.colleagues.FITS` that fits it.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.colleagues.history import History


class Part(ABC):
    """One way to say 'teachers with a record like yours went on to earn it'."""

    name: ClassVar[str]

    @abstractmethod
    def score(self, history: History) -> NDArray[np.float32]:
        """Return the score of n histories for every credential, float32[n, m]; empty ones give 0.

        Row i depends on the history of i alone.
        """

    @abstractmethod
    def shares(self, history: History, credential: int) -> NDArray[np.float64]:
        """Return what each record of one history adds to the score of one credential.

        Parameters
        ----------
        history
            Of exactly one teacher.

        Returns
        -------
        Shape (len(history.credential),); the sum is the score.
        """

    @abstractmethod
    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the learned arrays by name."""

    def settings(self) -> dict[str, Any]:
        """Return the learned scalars and configuration that scoring needs, as JSON values."""
        return {}

    @classmethod
    @abstractmethod
    def restore(
        cls, arrays: Mapping[str, NDArray[Any]], settings: Mapping[str, Any], catalog_size: int
    ) -> Self:
        """Rebuild from what `arrays` and `settings` gave."""
