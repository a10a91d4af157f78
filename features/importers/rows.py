"""From the cells of a row to the values of its contract."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from features.importers import parsing
from features.importers.columns import DISTRICT
from features.importers.contracts import Column, Contract, Presence, RowRejected, Scope, no_check
from features.importers.parsing import Days, NotAcceptable, Times, moment_text
from features.importers.sources import RowTable
from recommender.errors import ImportRefused

Values = list[Any]


REMEMBERED: Final = 100_000
"""Different cells of one column whose values are remembered; moments seldom come again."""
SHORT: Final = 64
"""Characters of a cell that is remembered."""


class NotAtOnceError(ValueError):
    """A block of rows has to be read row by row: one of them is not as it should be."""


@dataclass(frozen=True)
class RowParser:
    """Turns cells into values, in the order of the contract's columns, the district first."""

    contract: Contract
    present: frozenset[str]
    unknown: tuple[str, ...]
    parse: Callable[[Sequence[str]], Values]
    """Reads one row, and says what is wrong with it."""
    parse_block: Callable[[Sequence[Sequence[str]]], Values]
    """Reads many rows column by column, each a list; raises if anything is wrong in any."""


def row_parser(file: RowTable, contract: Contract, district: str | None) -> RowParser:
    """Check a file's header against its contract.

    Raises
    ------
    ImportRefused
        A column is missing, or nothing says to which district the rows belong.
    """
    at = {name: index for index, name in enumerate(file.header)}
    missing = [
        column.name
        for column in contract.in_file
        if column.presence is not Presence.OPTIONAL and column.name not in at
    ]
    if missing:
        raise ImportRefused(f"{file.name} lacks the column(s) {', '.join(missing)}.")
    known = {column.name for column in contract.in_file}
    if contract.scope is not Scope.NONE:
        known.add(DISTRICT.name)
    if district is None and DISTRICT.name not in at and contract.scope is Scope.PEOPLE:
        raise ImportRefused(
            f"teachers.csv beside {file.name} names several districts: give {file.name} a "
            "district_id column, or name one with --district."
        )
    plan = [(column, at.get(column.name)) for column in contract.columns]
    district_at = at.get(DISTRICT.name)
    if contract.scope is Scope.NONE:
        district_at, district = None, ""
    return RowParser(
        contract,
        frozenset(name for name in at if name in known),
        tuple(name or "(no name)" for name in file.header if name not in known),
        _with_check(contract, _cells(plan, district_at, district)),
        _block_with_check(contract, _block(plan, district_at, district)),
    )


class _Known(dict[str, Any]):
    """Values of a column's cells as they stand in the file: those that come again are looked up."""

    def __init__(self, column: Column, default: object) -> None:
        super().__init__()
        self._column = column
        self._default = default
        self._worth = column.parse is not parsing.past_moment

    def __missing__(self, raw: str) -> object:
        cell = raw.strip()
        if cell:
            value = self._column.parse(cell)
        elif self._column.presence is Presence.CELL or self._default is _NEEDED:
            raise NotAtOnceError
        else:
            value = self._default
        if self._worth and len(raw) <= SHORT and len(self) < REMEMBERED:
            self[raw] = value
        return value

    def all(self, cells: Sequence[str]) -> list[Any]:
        """Return the values of many cells."""
        return list(map(self.__getitem__, cells))


_NEEDED: Final = object()
"""Default of a district where several are named: each row must say its own."""


def _block(
    plan: Sequence[tuple[Column, int | None]], district_at: int | None, district: str | None
) -> Callable[[Sequence[Sequence[str]]], Values]:
    """Return what reads many rows at once; a cell that comes again is parsed once."""
    own = _Known(DISTRICT, _NEEDED if district is None else district)
    readers = [(own.all, own, district_at)]
    for column, at in plan:
        known = _Known(column, column.default)
        read = _Moments(known).all if column.parse is parsing.past_moment else known.all
        readers.append((read, known, at))

    def parse(rows: Sequence[Sequence[str]]) -> Values:
        columns = list(zip(*rows, strict=True))
        return [
            [known[""]] * len(rows) if at is None else read(columns[at])
            for read, known, at in readers
        ]

    return parse


class _Moments:
    """Moments of a column: days and times that come again are put together as text."""

    def __init__(self, known: _Known) -> None:
        self._known = known
        self._days, self._times = Days(), Times({"": _MIDNIGHT})
        try:
            text = moment_text(known[""])
        except (NotAtOnceError, AttributeError):
            return
        if text.endswith(_MIDNIGHT):
            self._days[""] = text.removesuffix(_MIDNIGHT)

    def all(self, cells: Sequence[str]) -> list[Any]:
        """Return the moments as text if all are whole seconds in UTC, else as they are."""
        days, times = self._days, self._times
        if len(times) > REMEMBERED:
            times.clear()
            times[""] = _MIDNIGHT
        try:
            return [days[cell[:_DAY]] + times[cell[_DAY:]] for cell in cells]
        except NotAcceptable:
            return self._known.all(cells)


_MIDNIGHT: Final = " 00:00:00.000000"
_DAY: Final = len("2026-05-31")


def _block_with_check(
    contract: Contract, parse: Callable[[Sequence[Sequence[str]]], Values]
) -> Callable[[Sequence[Sequence[str]]], Values]:
    if contract.check is no_check:
        return parse
    names = [column.name for column in contract.columns]

    def checked(rows: Sequence[Sequence[str]]) -> Values:
        districts, *columns = parse(rows)
        made = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
        for row in made:
            contract.check(row)
        return [districts, *map(list, zip(*(row.values() for row in made), strict=True))]

    return checked


def _cells(
    plan: Sequence[tuple[Column, int | None]], district_at: int | None, district: str | None
) -> Callable[[Sequence[str]], Values]:
    def parse(cells: Sequence[str]) -> Values:
        own = cells[district_at].strip() if district_at is not None else ""
        values: Values = [_value(DISTRICT, own) if own else district]
        if values[0] is None:
            raise RowRejected("district_id", "is empty, and several districts are named")
        for column, index in plan:
            cell = cells[index].strip() if index is not None else ""
            if cell:
                values.append(_value(column, cell))
            elif column.presence is Presence.CELL:
                raise RowRejected(column.name, "is empty")
            else:
                values.append(column.default)
        return values

    return parse


def _value(column: Column, cell: str) -> object:
    try:
        return column.parse(cell)
    except NotAcceptable as error:
        raise RowRejected(column.name, str(error), "" if column.private else cell) from None


def _with_check(
    contract: Contract, parse: Callable[[Sequence[str]], Values]
) -> Callable[[Sequence[str]], Values]:
    if contract.check is no_check:
        return parse
    names = [column.name for column in contract.columns]

    def checked(cells: Sequence[str]) -> Values:
        values = parse(cells)
        row = dict(zip(names, values[1:], strict=True))
        contract.check(row)
        return [values[0], *row.values()]

    return checked


def shown_value(contract: Contract, value: str) -> str:
    """Return what a report may show of a rejected value: never what could be a rating."""
    if contract.holds_ratings:
        try:
            parsing.number(value.strip().lstrip("-"))
        except NotAcceptable:
            return value
        return ""
    return value
