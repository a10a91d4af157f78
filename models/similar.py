"""Micro-credentials that are close in content to one another, by the champion's own vectors."""

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.similar_content import SimilarContent


def closeness(bundle: Bundle, column: int) -> NDArray[np.float32] | None:
    """Return how close every credential's text is to one's, float32[m] in -1..1.

    None where the model was trained without texts.
    """
    for evidence in bundle.evidence:
        if isinstance(evidence, SimilarContent):
            return np.asarray(evidence.vectors @ evidence.vectors[column], dtype=np.float32)
    return None
