"""What is worked out at the first asking and then remembered."""

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

FEW: Final = 32
"""So many teachers are scored together where lists are made."""


class Remembered(Generic[T]):
    """What is the same for many, under what decides it; all is forgotten where it gets too much.

    Parameters
    ----------
    most
        So many are remembered.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[Hashable, T] = {}

    def find(self, what: Hashable, work_out: Callable[[], T]) -> T:
        """Return what follows from what `what` names (never None); worked out once."""
        found = self._known.get(what)
        if found is None:
            if len(self._known) >= self._most:
                self._known.clear()
            found = self._known[what] = work_out()
        return found


class Once:
    """Remembers what was worked out of it, where it is of a few teachers.

    The facts behind each credential of a list ask for much that its score asked for before, and one
    evidence for what another asked for. Of more than `FEW` teachers nothing is kept: they may be
    everybody.
    """

    def __len__(self) -> int:
        raise NotImplementedError

    @cached_property
    def _worked_out(self) -> dict[Hashable, Any]:
        return {}

    def once(self, what: Hashable, work_out: Callable[[], T]) -> T:
        """Return what follows from this alone.

        Parameters
        ----------
        what
            Names it together with whoever works it out.
        work_out
            Works it out.
        """
        if len(self) > FEW:
            return work_out()
        found = self._worked_out
        if what not in found:
            found[what] = work_out()
        made: T = found[what]
        return made

    def keep(self, what: Hashable, made: object) -> None:
        """Take what was worked out elsewhere as what `once` would work out."""
        self._worked_out.setdefault(what, made)
