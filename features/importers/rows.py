"""From the cells of a row to the values of its contract."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from features.importers import parsing
from features.importers.columns import DISTRICT
from features.importers.contracts import Column, Contract, Presence, RowRejected, Scope, no_check
from features.importers.parsing import NotAcceptable
from features.importers.sources import RowTable
from recommender.errors import ImportRefused

Values = list[Any]


@dataclass(frozen=True)
class RowParser:
    """Turns cells into values, in the order of the contract's columns, the district first."""

    contract: Contract
    present: frozenset[str]
    unknown: tuple[str, ...]
    parse: Callable[[Sequence[str]], Values]


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
    return RowParser(
        contract,
        frozenset(name for name in at if name in known),
        tuple(name or "(no name)" for name in file.header if name not in known),
        _with_check(contract, _cells(plan, at.get(DISTRICT.name), district, contract.scope)),
    )


def _cells(
    plan: Sequence[tuple[Column, int | None]],
    district_at: int | None,
    district: str | None,
    scope: Scope,
) -> Callable[[Sequence[str]], Values]:
    if scope is Scope.NONE:
        district_at, district = None, ""

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
