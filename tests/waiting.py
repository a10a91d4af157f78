"""Waiting for what happens beside a test: as long as it takes, and not for a fixed time."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

PATIENCE_S: Final = 120.0
"""Longer than anything takes on a machine that has much else to do."""

T = TypeVar("T")


def until(found: Callable[[], T], *not_yet: type[Exception]) -> T:
    """Return what is found, once it is anything; the errors named mean that it is not there yet."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with suppress(*not_yet):
            if value := found():
                return value
        time.sleep(0.02)
    raise AssertionError("it took too long")
