"""A mixed-integer linear program, put together piece by piece and solved by HiGHS.

Written here, and not where it is used, so that plans and groups are solved and bounded alike.

A program of many choices is narrowed first. Its relaxation, where a choice may be half taken, gives
a bound `b` and for each choice a reduced cost `r`: any solution that takes it is worth no less than
`b + r`. The choices of the least reduced cost make small programs, whose best solution `v` is found
soon; then every choice with `b + r > v` can be ruled out without losing anything better, and what
is left is searched to the end, or to the end of the time.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

PROVEN_GAP: Final = 1e-4
"""A solution this close to the bound, in parts of it, counts as proven optimal."""

FEW_CHOICES: Final = 150
"""So many choices are searched as they are."""

STEPS: Final = ((40, 0.3), (FEW_CHOICES, 0.4))
"""Sizes of the small programs, with the share of the time left that each may take."""

_LEAST: Final = 1e-6
_SOON: Final = 0.02
"""Least time of a search, in seconds."""

_HALF: Final = 0.5
_OPTIMAL: Final = 0
_LIMIT_REACHED: Final = 1
"""SciPy's status of a solution that is proven, and where the time was up."""

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Start:
    """What is known before the search: a solution found otherwise, and a bound."""

    yes: tuple[int, ...] | None
    """The choices of a solution that are yes; None where there is none."""
    value: float
    bound: float = -inf


@dataclass(frozen=True)
class Solution:
    """What was found within the time; `values` is None where nothing was."""

    values: Vector | None
    value: float
    bound: float
    """No solution is worth less than this."""
    timed_out: bool

    @property
    def gap(self) -> float:
        """How much better another solution may be, in parts of this one's value."""
        if self.values is None:
            return inf
        return max(0.0, self.value - self.bound) / max(abs(self.value), _LEAST)

    @property
    def proven(self) -> bool:
        """Whether no other solution is better by more than `PROVEN_GAP`."""
        return self.gap <= PROVEN_GAP or self.value - self.bound <= _LEAST

    def chosen(self, variables: Iterable[int]) -> list[int]:
        """Return the places, among some yes-or-no variables, of those that are yes."""
        if self.values is None:
            return []
        found = self.values
        return [place for place, variable in enumerate(variables) if found[variable] > _HALF]


class Program:
    """Minimise `sum cost x` where every row holds."""

    def __init__(self) -> None:
        self.costs: list[float] = []
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._integer: list[bool] = []
        self._terms: tuple[list[int], list[int], list[float]] = ([], [], [])
        self._least: list[float] = []
        self._most: list[float] = []

    def variable(self, cost: float = 0.0, least: float = 0.0, most: float = inf) -> int:
        """Add a variable between two bounds and return its number."""
        return self._add(cost, least, most, integer=False)

    def choice(self, cost: float = 0.0, *, certain: bool = False) -> int:
        """Add a yes-or-no variable; `certain` makes it yes."""
        return self._add(cost, float(certain), 1.0, integer=True)

    def row(
        self, terms: Iterable[tuple[int, float]], *, least: float = -inf, most: float = inf
    ) -> None:
        """Ask that `least <= sum factor x <= most`."""
        rows, columns, factors = self._terms
        for variable, factor in terms:
            rows.append(len(self._least))
            columns.append(variable)
            factors.append(factor)
        self._least.append(least)
        self._most.append(most)

    def solve(self, seconds: float, start: Start | None = None) -> Solution:
        """Return the best solution that is found within a time.

        Parameters
        ----------
        seconds
            Most time for the search.
        start
            A solution that holds already. If nothing better is found it is the answer; of its
            values only the choices are told.
        """
        form = self._form()
        until = time.monotonic() + seconds  # loading scipy for the first time is not searching
        known = self._known(start)
        found = self._sought(form, until, known)
        if found.values is None and known.values is None and not found.timed_out:
            return found
        bound = max(found.bound, known.bound)
        best = min(found, known, key=lambda one: one.value)
        return Solution(best.values, best.value, min(bound, best.value), found.timed_out)

    def _known(self, start: Start | None) -> Solution:
        if start is None or start.yes is None:
            bound = -inf if start is None else start.bound
            return Solution(None, inf, bound, timed_out=False)
        values = np.zeros(len(self.costs))
        values[list(start.yes)] = 1.0
        return Solution(values, start.value, start.bound, timed_out=False)

    def _sought(self, form: "_Form", until: float, best: Solution) -> Solution:
        """Return what a search finds until a moment; the best known lets it rule out more."""
        choices = np.flatnonzero(self._integer)
        if len(choices) <= FEW_CHOICES:
            return _search(form, form.upper, max(until - time.monotonic(), _SOON))
        relaxed = _relaxed(form, max(until - time.monotonic(), _SOON))
        if relaxed is None:
            return Solution(None, inf, inf, timed_out=False)
        bound, reduced = relaxed
        if reduced is None:
            return Solution(None, inf, bound, timed_out=True)
        nearest = choices[np.argsort(reduced[choices], kind="stable")]
        for count, share in STEPS:
            left = max(until - time.monotonic(), _SOON)
            found = _search(form, form.without(nearest[count:]), left * share)
            best = min(best, found, key=lambda one: one.value)
        worse = choices[bound + reduced[choices] > best.value + _LEAST]
        rest = _search(form, form.without(worse), max(until - time.monotonic(), _SOON))
        lowest = max(bound, min(rest.bound, best.value))
        best = min(best, rest, key=lambda one: one.value)
        return Solution(best.values, best.value, lowest, rest.timed_out)

    def _form(self) -> "_Form":
        # A serving process loads scipy with its first plan, not at start.
        from scipy.sparse import csr_array  # noqa: PLC0415

        rows, columns, factors = self._terms
        return _Form(
            np.array(self.costs),
            np.array(self._lower),
            np.array(self._upper),
            np.array(self._integer, dtype=np.int8),
            csr_array((factors, (rows, columns)), shape=(len(self._least), len(self.costs))),
            np.array(self._least),
            np.array(self._most),
        )

    def _add(self, cost: float, least: float, most: float, *, integer: bool) -> int:
        self.costs.append(cost)
        self._lower.append(least)
        self._upper.append(most)
        self._integer.append(integer)
        return len(self.costs) - 1


@dataclass(frozen=True)
class _Form:
    """A program as the solver takes it."""

    costs: Vector
    lower: Vector
    upper: Vector
    integer: NDArray[np.int8]
    rows: Any
    least: Vector
    most: Vector

    @property
    def outlook(self) -> float:
        """Value of everything at its best, each alone: a bound where the search gave none."""
        counts = self.costs != 0
        costs = self.costs[counts]
        return float(np.minimum(costs * self.lower[counts], costs * self.upper[counts]).sum())

    def without(self, choices: NDArray[np.intp]) -> Vector:
        """Return upper bounds that rule some choices out; a certain one stays."""
        upper = self.upper.copy()
        upper[choices] = self.lower[choices]
        return upper


def _search(form: _Form, upper: Vector, seconds: float) -> Solution:
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - as in `_form`

    found: Any = milp(  # its types know nothing of a bound that is None
        form.costs,
        integrality=form.integer,
        bounds=Bounds(form.lower, upper),
        constraints=LinearConstraint(form.rows, form.least, form.most),
        options={"time_limit": seconds, "mip_rel_gap": PROVEN_GAP / 2},
    )
    timed_out = found.status == _LIMIT_REACHED
    if found.x is None:
        return Solution(None, inf, -inf if timed_out else inf, timed_out)
    told = found.mip_dual_bound
    if told is not None and np.isfinite(told):
        bound = max(float(told), form.outlook)
    else:
        # Without a yes-or-no variable there is no search, and so no bound of one.
        bound = float(found.fun) if found.status == _OPTIMAL else form.outlook
    return Solution(np.asarray(found.x), float(found.fun), bound, timed_out)


def _relaxed(form: _Form, seconds: float) -> tuple[float, Vector | None] | None:
    """Return the relaxation's value and every reduced cost; None where nothing keeps the rows.

    Where the time was up there are no reduced costs, and the bound is the plainest one.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - as in `_form`
    from scipy.sparse import vstack  # noqa: PLC0415 - as in `_form`

    below, above = np.isfinite(form.most), np.isfinite(form.least)
    rows: Any = vstack([form.rows[below], -form.rows[above]])  # its types know no sparse rows
    limits = np.concatenate([form.most[below], -form.least[above]])
    bounds: Any = np.column_stack([form.lower, form.upper])
    found = linprog(
        form.costs,
        A_ub=rows,
        b_ub=limits,
        bounds=bounds,
        method="highs",
        options={"time_limit": seconds},
    )
    if found.status == _LIMIT_REACHED:
        return form.outlook, None
    if found.status != _OPTIMAL:
        return None
    return float(found.fun or 0.0), np.asarray(found.lower.marginals)
