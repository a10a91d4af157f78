"""Reading learned arrays back, with errors that say which array does not fit."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def learned_array(
    arrays: Mapping[str, NDArray[Any]], name: str, shape: tuple[int | None, ...]
) -> NDArray[Any]:
    """Return one learned array after checking its shape.

    Parameters
    ----------
    shape
        What each dimension must be; None where any size will do.

    Raises
    ------
    ValueError
        The array is missing or of another shape.
    """
    if name not in arrays:
        raise ValueError(f"the learned array '{name}' is missing")
    # A mapped file without numpy's class for it: the memory is the same, every look is cheaper.
    array = np.asarray(arrays[name])
    fits = array.ndim == len(shape) and all(
        wanted is None or wanted == actual
        for wanted, actual in zip(shape, array.shape, strict=True)
    )
    if not fits:
        raise ValueError(f"the learned array '{name}' must be of shape {shape}, is {array.shape}")
    return array
