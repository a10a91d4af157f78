"""What follows from the facts of one teacher, worked out at the first asking."""

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar

T = TypeVar("T")


class Once:
    """Remembers what was worked out of it, where it is of one teacher.

    The facts behind each credential of a list ask for much that its score asked for before. Of
    several teachers nothing is kept: a block may be of everybody.
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
        if len(self) != 1:
            return work_out()
        found = self._worked_out
        if what not in found:
            found[what] = work_out()
        made: T = found[what]
        return made

    def keep(self, what: Hashable, made: object) -> None:
        """Take what was worked out elsewhere as what `once` would work out."""
        self._worked_out.setdefault(what, made)
