"""`recommender benchmark import`."""

import json as json_text
from pathlib import Path
from typing import Annotated, Any

import typer

from features.benchmark.bundle import Sizes
from features.benchmark.imports import PEAK_MB, measure
from recommender.console import console, print_json, print_table
from recommender.errors import InvalidInput


def import_speed(
    *,
    out: Annotated[Path | None, typer.Option(help="Folder for `report.json`.")] = None,
    staff: Annotated[int, typer.Option(min=1, help="People of the roster.")] = 100_000,
    credentials: Annotated[int, typer.Option(min=1, help="Size of the catalog.")] = 5_000,
    records: Annotated[int, typer.Option(min=1, help="Credential records.")] = 1_000_000,
    rounds: Annotated[int, typer.Option(min=1, help="How often each way runs.")] = 3,
    postgresql: Annotated[
        str | None,
        typer.Option(help="URL of a PostgreSQL server on which databases may be made."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Measure an import beside `csv.reader` and `executemany` into the same database.

    Invents a large district (a OneRoster bundle, a catalog, records), then reads the same files in
    three ways in turn, each run in a process and a database of its own. The plain way fills the
    store's own tables, with their keys and triggers, and checks nothing; the bare one fills tables
    of text without any key. The bar: at least a third of the plain rows a second, in less than
    512 MB.
    """
    if records > staff * credentials:
        raise InvalidInput("There are more records than pairs of a person and a credential.")
    report = measure(Sizes(staff, credentials, records), rounds, postgresql, console.print)
    content = report.as_dict()
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "report.json").write_text(json_text.dumps(content, indent=2) + "\n", "utf-8")
    if json:
        print_json(content)
        return
    print_table(
        f"{report.sizes.rows:,} rows, median of {rounds} runs each way",
        (
            "database",
            "bare rows/s",
            "plain rows/s",
            "import rows/s",
            "share",
            f"peak MB (< {PEAK_MB:g})",
            "bar",
        ),
        [_line(result) for result in content["results"]],
    )


def _line(result: dict[str, Any]) -> tuple[object, ...]:
    return (
        result["database"],
        f"{result['bare_rows_per_second']:,}",
        f"{result['plain_rows_per_second']:,}",
        f"{result['import_rows_per_second']:,}",
        f"{result['share']:.2f}",
        result["import_peak_mb"],
        "holds" if result["holds"] else "does not hold",
    )
