"""`recommender states ...`."""

from collections.abc import Collection, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from recommender.clock import today
from recommender.console import console, print_json, print_table
from recommender.errors import InvalidInput, NotFound
from recommender.states.amounts import amount_text
from recommender.states.audit import open_questions, verified_count
from recommender.states.faults import Fault
from recommender.states.own_frameworks import Frameworks, shipped_frameworks
from recommender.states.reading import DISTRICTS, read_state
from recommender.states.saying import said
from recommender.states.schema import Pack
from recommender.states.shelf import SHIPPED, Shelf, shelf_in_force
from recommender.states.told import statements
from recommender.store.columns import ALWAYS, FOREVER

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def states_list(*, as_json: AsJson = False) -> None:
    """Show every state pack in force: its unit, its need, and how much of it is verified.

    Packs of your own stand in the folder `states` of the data directory (or in the one that
    `RECOMMENDER_STATES_DIR` names), one folder a state; see `docs/states.md`.
    """
    shelf = shelf_in_force()
    packs = [pack for code in shelf.codes() for pack in shelf.packs(code)]
    for fault in shelf.faults:
        console.print(f"Refused: {fault}")
    if as_json:
        print_json([_summary(pack) for pack in packs])
        return
    columns = ("State", "Name", "District", "Holds", "Need", "Verified")
    print_table("State packs", columns, [list(_summary(pack).values()) for pack in packs])


def states_show(
    code: Annotated[str, typer.Argument(help="A state's code, e.g. NC.")],
    *,
    district: Annotated[str, typer.Option(help="With this district's own file, if any.")] = "",
    on: Annotated[str, typer.Option(help="The rules of this day (today).")] = "",
    as_json: AsJson = False,
) -> None:
    """Show all that a state's pack says, each statement with its source, date and flag."""
    shelf = shelf_in_force()
    pack = shelf.find(code.upper(), _day(on), district)
    if as_json:
        print_json(_plain(pack))
        return
    rows = [
        [
            item.place,
            said(told),
            "; ".join(f"{source.where} ({source.dated}, {source.kind})" for source in item.sources),
            "yes" if item.verified else "no",
            f"district {item.district}" if item.district else "state",
            item.note,
        ]
        for item, told in statements(pack)
    ]
    columns = ("Place", "Says", "Source", "Verified", "Set by", "Note")
    print_table(f"{pack.name} ({pack.code}), {_period(pack)}", columns, rows)
    for question in open_questions(pack, shelf.frameworks(pack.code)):
        console.print(f"- {question}")


def states_check(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="A state's folder, a folder of them, or a state's code (all packs in force)."
        ),
    ] = None,
) -> None:
    """Check state packs and say in words what is missing or unverified.

    A pack that breaks a rule is refused, with the file, the place and the rule; the packs in force
    stay. Check a folder before you put it where the program reads it.
    """
    shelf = shelf_in_force()
    if folder is None:
        found, faults = _on(shelf)
    elif not folder.exists() and str(folder).upper() in shelf.codes():
        found, faults = _on(shelf, {str(folder).upper()})
    else:
        found, faults = _read(folder)
    for fault in faults:
        console.print(str(fault))
    if faults:
        broken = "1 rule is" if len(faults) == 1 else f"{len(faults)} rules are"
        raise InvalidInput(f"{broken} broken; the packs in force stay.")
    for pack, frameworks in found:
        print(_named(pack))  # noqa: T201 - the answer is prose for stdout
        for question in open_questions(pack, frameworks):
            print(f"  - {question}")  # noqa: T201 - as above


Found = tuple[list[tuple[Pack, Frameworks]], tuple[Fault, ...]]
"""Packs, with the frameworks that they may name, and what was refused."""


def _on(shelf: Shelf, own: Collection[str] | None = None) -> Found:
    codes = [code for code in shelf.codes() if own is None or code in own]
    packs = [(pack, shelf.frameworks(code)) for code in codes for pack in shelf.packs(code)]
    return packs, shelf.faults


def _read(folder: Path) -> Found:
    """Read a state's folder, or a folder of them, as if it were put in force."""
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}.")
    folder = folder.resolve()
    if not (any(folder.glob("*.toml")) or (folder / DISTRICTS).is_dir()):
        own = [path.name for path in folder.iterdir() if path.is_dir()]
        if not own:
            raise NotFound(f"There is no state's folder in {folder}.")
        return _on(Shelf(folder), own)
    checklists = Shelf(folder.parent).checklists
    shipped = read_state(SHIPPED / folder.name, shipped_frameworks(), checklists)
    read = read_state(folder, shipped_frameworks(), checklists, shipped.states)
    return [(pack, read.frameworks) for pack in read.packs], read.faults


def _summary(pack: Pack) -> dict[str, Any]:
    verified, total = verified_count(pack)
    return {
        "code": pack.code,
        "name": pack.name,
        "district": pack.district,
        "holds": _period(pack),
        "need": "; ".join(_needs(pack)),
        "verified": f"{verified} of {total}",
    }


def _needs(pack: Pack) -> Iterator[str]:
    renewal = pack.renewal
    if renewal.total:
        years = renewal.cycle_years.value
        yield f"{amount_text(renewal.total.value)} {renewal.unit.many} in {years} years"
    if renewal.yearly:
        yield f"{amount_text(renewal.yearly.total.value)} {renewal.unit.many} a school year"


def _period(pack: Pack) -> str:
    first = "" if pack.valid_from == ALWAYS else f"from {pack.valid_from}"
    last = "" if pack.valid_to == FOREVER else f"to {pack.valid_to}"
    return f"{first} {last}".strip() or "no dates given"


def _named(pack: Pack) -> str:
    district = f", district {pack.district}" if pack.district else ""
    return f"{pack.name} ({pack.code}{district}; {_period(pack)})"


def _day(text: str) -> date:
    if not text:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"--on must be a date like 2026-05-12, got '{text}'.") from None


def _plain(value: object) -> object:
    """Return a pack's content with exact numbers as text and empty parts left out."""
    if isinstance(value, BaseModel):
        fields = (name for name in type(value).model_fields if name != "parents")
        return _plain({name: getattr(value, name) for name in fields})
    if isinstance(value, Fraction):
        return amount_text(value)
    if isinstance(value, dict):
        empty: tuple[object, ...] = ({}, (), None, "", ALWAYS, FOREVER)
        return {key: _plain(inner) for key, inner in value.items() if inner not in empty}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return value
