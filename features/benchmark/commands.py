"""`recommender benchmark import`."""

import json as json_text
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from features.benchmark.bundle import Sizes
from features.benchmark.imports import MEANING, PEAK_MB, SHARE, measure
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
    three ways in turn, each run in a process and a database of its own with the same settings:
    *bare* fills tables of text without any key, *plain* the store's own tables with their keys and
    triggers, unchecked, and *import* is `recommender import`. Then come the nights after: the whole
    export again with one in a hundred changed, and that one in a hundred alone. The bar: at least a
    third of either program's rows a second, in less than 512 MB.
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
        ("database", "way", "rows/s", "seconds", "processor us/row", "import's share", "bar"),
        [line for result in content["results"] for line in _lines(result)],
    )
    for way, meaning in MEANING.items():
        console.print(f"{way}: {meaning}.")
    for result in content["results"]:
        console.print(
            f"{result['database']}: at most {result['peak_mb']} MB in an import "
            f"(bar {PEAK_MB:g}, {_verdict(result['holds']['memory'])}); plain has "
            f"{result['plain_share_of_bare']:.2f} of bare's rows a second. "
            f"Load of the machine: {', '.join(map(str, content['load']))}."
        )


def _lines(result: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    for way, rate in result["rows_per_second"].items():
        share = result["share"].get(way)
        yield (
            result["database"],
            way,
            f"{rate:,}",
            result["seconds"][way],
            result["microseconds_of_processor_per_row"][way],
            "" if share is None else f"{share:.2f}",
            "" if share is None else f"{SHARE:.2f} {_verdict(result['holds'][way])}",
        )


def _verdict(holds: bool) -> str:  # noqa: FBT001 - the one thing it is about
    return "holds" if holds else "does not hold"
