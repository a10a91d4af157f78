"""What follows from the facts of a few teachers, worked out at the first asking."""

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, Final, TypeVar

T = TypeVar("T")

FEW: Final = 32
"""So many teachers are scored together where lists are made."""


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
