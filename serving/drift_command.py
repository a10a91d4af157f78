"""`recommender drift`."""

from typing import Annotated

import typer
from sqlmodel import Session

from models.champion import read_champion
from recommender.console import print_json, print_table
from recommender.errors import NotFound
from recommender.store.engine import make_engine, reading
from recommender.store.migrations import check_schema
from recommender.store.tables import District, ModelVersion
from recommender.vocabulary import DEFAULT_DISTRICT
from serving.api.drift.shapes import drift_out
from serving.drift import Moved, read_drift


def drift(
    *,
    district: Annotated[str, typer.Option(help="The district.")] = DEFAULT_DISTRICT,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show how a district's facts have moved since the model that serves learned.

    By the population stability index: from 0.1 facts have moved, from 0.25 much, unless so few move
    so far by chance. What stays moved much is a reason to train again. No figure is of fewer than
    five teachers.
    """
    engine = make_engine()
    try:
        check_schema(engine)
        with reading(engine) as session:
            version, found = _read(session, district)
    finally:
        engine.dispose()
    told = drift_out(version, found)
    if as_json:
        print_json(told.model_dump(mode="json"))
        return
    print_table(
        f"Facts of the district '{district}' after {told.as_of}, beside the year before",
        ("Facts", "Verdict", "Index", "Before", "Since"),
        [line for moved in found for line in _lines(moved)],
    )


def _read(session: Session, district: str) -> tuple[ModelVersion, list[Moved]]:
    if session.get(District, district) is None:
        raise NotFound(f"There is no district '{district}'.")
    version = read_champion(session)
    return version, read_drift(session, district, version.as_of)


def _lines(moved: Moved) -> list[tuple[str, ...]]:
    """Return a line of the table for what was compared, and one for each cell of it."""
    shares = moved.drift.shares
    index = f"{moved.drift.index:.2f}" if shares else ""
    cells = [(f"  {one.cell}", "", "", f"{one.before:.1%}", f"{one.now:.1%}") for one in shares]
    return [(moved.name, moved.verdict, index, "", ""), *cells]
