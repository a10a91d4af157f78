"""The catalog as arrays and cards: what eligibility, scoring and reasons need of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.axes import Axes
from recommender.teacher_state import Ragged


@dataclass(frozen=True)
class CredentialCard:
    """What is shown of a micro-credential; an empty text or None is unknown."""

    title: str = ""
    issuer: str = ""
    competency: str = ""
    description: str = ""
    hours: float | None = None
    cost_usd: float | None = None
    grade_bands: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    stack: str = ""
    url: str = ""
    kind: str = "micro_credential"


@dataclass(frozen=True)
class Catalog:
    """m micro-credentials and s standards, in the order of `axes`."""

    axes: Axes
    cards: tuple[CredentialCard, ...]
    standard_titles: tuple[str, ...]
    known: NDArray[np.bool_]
    """False for a stub that only records name; shape (m,)."""
    valid_from: NDArray[np.int64]
    """Moment from which it may be started; shape (m,)."""
    retired_on: NDArray[np.int64]
    """Moment from which it may no longer be started; shape (m,)."""
    quality: NDArray[np.int8]
    """Codes of `QualityStatus`; shape (m,)."""
    grade_bands: NDArray[np.bool_]
    """bool[m, g]; a row without any suits every grade band."""
    subjects: NDArray[np.bool_]
    """bool[m, u]; a row without any suits every subject."""
    prerequisites: Ragged
    """For each credential the columns (int32) of those to hold first."""
    reach: NDArray[np.float32]
    """float32[m, s] in 0..1: how much a credential develops a standard, directly or through the
    crosswalk; roots are 0."""

    def __len__(self) -> int:
        return len(self.cards)


def visible_to(axes: Axes, district_id: str) -> NDArray[np.bool_]:
    """Return which credentials a district may see: the shared and its own; shape (m,)."""
    return np.array([key[0] in ("", district_id) for key in axes.credentials], dtype=bool)
