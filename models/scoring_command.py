"""`recommender score`: everybody's lists in one file."""

import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from models.champion import load_champion
from models.scoring import Scorer, write_lists
from models.suggest import check_k
from recommender.clock import today
from recommender.console import console, print_json, progress
from recommender.errors import InvalidInput, NotFound
from recommender.settings import settings
from recommender.store.engine import make_engine, reading
from recommender.store.migrations import check_schema
from recommender.store.tables import District


def score(
    *,
    out: Annotated[Path, typer.Option(help="The Parquet file to write.")],
    k: Annotated[int, typer.Option("-k", help="Length of each list, 1 to 100.")] = 10,
    district: Annotated[str | None, typer.Option(help="Only this district's teachers.")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Suggest as on this date. (default: today)"),
    ] = None,
    reasons: Annotated[bool, typer.Option(help="Whether to write the reasons' sentences.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Write everybody's lists to a Parquet file, for a portal that prefers files.

    A row is one line of one teacher's list: the same lists that `recommender suggest` and the API
    give on that day. The file is complete or not there.
    """
    check_k(k)
    if not out.parent.is_dir():
        raise InvalidInput(f"There is no folder {out.parent} to write to.")
    started = time.perf_counter()
    engine = make_engine()
    try:
        check_schema(engine)
        with reading(engine) as session, progress("Scoring") as meter:
            if district is not None and session.get(District, district) is None:
                raise NotFound(f"There is no district '{district}'.")
            version, bundle = load_champion(session, settings().artifacts_dir)
            day = as_of.date() if as_of else today()
            scorer = Scorer(session, version, bundle, settings(), day, k, reasons)
            done = write_lists(scorer, out, district, meter.update)
    finally:
        engine.dispose()
    seconds = time.perf_counter() - started
    if as_json:
        print_json(
            {
                "file": out,
                "teachers": done.teachers,
                "lines": done.lines,
                "without": done.without,
                "model_version": version.version,
                "as_of": day,
            }
        )
    console.print(
        f"{done.teachers:,} lists with {done.lines:,} lines in {out}, by model version"
        f" {version.version} as of {day} ({done.teachers / seconds:,.0f} teachers a second)."
    )
    if done.without:
        console.print(f"To {done.without:,} teachers nothing can be suggested; they have no line.")
