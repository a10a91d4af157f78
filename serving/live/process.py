"""What a process that does nothing but serve asks of the interpreter.

Tests and other commands leave the interpreter as it is: both functions are for the whole process.
"""

import gc
import sys
from typing import Final

SWITCH_SECONDS: Final = 0.0005


def settle() -> None:
    """Take all that is in memory now out of the garbage collector's sight.

    A full collection looks at every object there is, while every request waits: a tenth of a second
    and more with a champion and its catalog. What is taken out is freed as before once nothing
    refers to it, unless it refers to itself in a circle, which champions and catalogs do not.
    """
    gc.freeze()


def take_turns_quickly() -> None:
    """Let a thread that loads a champion give way sooner to the one that answers requests."""
    sys.setswitchinterval(SWITCH_SECONDS)
