"""`similar_content`: close in content to what a teacher earned, saved or started.

With unit vectors v of every credential's text and a weight w_h for each thing the teacher did,

    e(t, c) = v_c . p_t / scale,    p_t = sum_h w_h v_h / sum_h |w_h|

What was dismissed has a weight below 0. A credential without text is 0 to everybody.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.blocks import by_row
from models.evidence import Arrays, Evidence
from models.learned import learned_array
from models.signals import SignalWeights, signals_of
from models.telling import dated_fact, strongest_first
from recommender.facts import Fact, FactKind
from recommender.teacher_state import Ragged, TeacherStates
from recommender.vocabulary import EventKind, EvidenceName, RecordStatus

Signal = tuple[int, int, int, int, float]
"""The fields of a row of dtype `SIGNAL`."""


@dataclass(frozen=True)
class SimilarContent(Evidence):
    """A vector of the text of every credential."""

    name: ClassVar[EvidenceName] = EvidenceName.SIMILAR_CONTENT
    vectors: NDArray[np.float32]
    """float32[m, d]: of length 1, or 0 where there is no text."""
    scale: float
    config: SignalWeights

    def score(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return the closeness of every credential to each teacher's own, float32[n, m]."""
        signals = self._signals(states)
        profile = np.zeros((len(states), self.vectors.shape[1]), dtype=np.float32)
        filled = np.flatnonzero(signals.counts)
        if len(filled):
            rows = signals.rows
            parts = self.vectors[rows["credential"]] * rows["weight"][:, None]
            sums = np.add.reduceat(parts, signals.start[filled], axis=0)
            total = np.add.reduceat(np.abs(rows["weight"]), signals.start[filled])
            profile[filled] = sums / total[:, None]
        return by_row(profile, self.vectors.T) / np.float32(self.scale)

    def facts(self, states: TeacherStates, credential: int, limit: int = 2) -> tuple[Fact, ...]:
        """Return what the teacher earned, saved or started that is closest."""
        weighted, signals = states.once((id(self), "wanted"), lambda: self._wanted(states))
        close = strongest_first(weighted @ self.vectors[credential], signals)
        others = [signal for signal in close if signal[0] != credential]
        return tuple(_fact(signal) for signal in others[:limit])

    def _wanted(self, states: TeacherStates) -> tuple[NDArray[np.float32], list[Signal]]:
        """Return what one teacher earned, saved or started: weighted vectors, and the signals."""
        rows = self._signals(states).rows
        rows = rows[rows["weight"] > 0]
        return self.vectors[rows["credential"]] * rows["weight"][:, None], rows.tolist()

    def _signals(self, states: TeacherStates) -> Ragged:
        return states.once((id(self), "signals"), lambda: signals_of(states, self.config))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the vectors."""
        return {"vectors": self.vectors}

    def settings(self) -> dict[str, Any]:
        """Return the scale and the configuration."""
        return {"scale": self.scale, "config": asdict(self.config)}

    @classmethod
    def restore(cls, arrays: Arrays, settings: Mapping[str, Any], catalog_size: int) -> Self:
        """Rebuild from learned arrays and settings."""
        return cls(
            vectors=learned_array(arrays, "vectors", (catalog_size, None)),
            scale=float(settings["scale"]),
            config=SignalWeights(**settings["config"]),
        )


def _fact(signal: Signal) -> Fact:
    credential, status, event, on, _ = signal
    return dated_fact(_kind(status, event), credential, on)


def _kind(status: int, event: int) -> FactKind:
    if status >= RecordStatus.EARNED.code:
        return FactKind.EARNED
    return FactKind.SAVED if event == EventKind.SAVED.code else FactKind.STARTED
