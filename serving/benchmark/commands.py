"""`recommender benchmark serving`."""

import json as json_
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated, Final

import typer
from sqlalchemy import Engine

from recommender.console import console, print_json, print_table
from recommender.store.engine import make_engine
from serving.benchmark.batch import batch
from serving.benchmark.house import House, build
from serving.benchmark.page import report_page
from serving.benchmark.parts import (
    Bar,
    Figures,
    Pace,
    nothing_remembered,
    portals_day,
    promotion,
)
from serving.benchmark.people import Crowd, Signer
from serving.benchmark.servers import Server, bare, fetch, service
from serving.benchmark.world import Size, teacher_name

FULL: Final = Size(50_000, 2_000)
QUICK: Final = Size(400, 120)
MOST_ASKING: Final = 20_000
"""So many teachers have a token; the others are in the store."""

MOST_IN_A_BATCH: Final = 5_000

PARTS: Final = ("nothing", "portal", "promotion", "batch")


def serving(
    *,
    out: Annotated[Path, typer.Option(help="Folder for report.json and report.html.")] = Path(
        "REPORT"
    ),
    quick: Annotated[
        bool, typer.Option("--quick", help="A small store and short runs, to see that it works.")
    ] = False,
    seconds: Annotated[float, typer.Option(min=0.2, help="Length of one turn.")] = 10.0,
    turns: Annotated[int, typer.Option(min=1, help="Turns of each server that count.")] = 3,
    store: Annotated[
        Path | None, typer.Option(help="Keep the invented store here, and use it again.")
    ] = None,
    postgres: Annotated[
        str, typer.Option(help="URL of an empty PostgreSQL database: measure on it as well.")
    ] = "",
    only: Annotated[
        list[str] | None, typer.Option(help=f"Only these parts: {', '.join(PARTS)}.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Measure the service beside a bare route of the same framework, in one run.

    Invents 50,000 teachers and 2,000 micro-credentials, trains a model on some of them, and starts
    and stops all servers itself. Every speed is a ratio to the bare route on this machine, in
    turns with it; other work on the machine makes all of them uncertain.
    """
    size = QUICK if quick else FULL
    pace = Pace(min(seconds, 0.5), 1, 4) if quick else Pace(seconds, turns)
    chosen = tuple(only or PARTS)
    with _folder(store) as folder:
        report: Figures = {"size": vars(size), "python": sys.version.split()[0], "databases": {}}
        for name, url in (("sqlite", ""), ("postgresql", postgres)):
            if name == "sqlite" or url:
                console.print(f"Measuring on {name}.")
                report["databases"][name] = _measure(folder / name, url, size, pace, chosen)
    bars = [bar for name, found in report["databases"].items() for bar in bars_of(name, found)]
    report["bars"] = [{**vars(bar), "held": bar.held} for bar in bars]
    _write(out, report)
    if json:
        print_json(report)
    else:
        _show(bars, out)


def _measure(folder: Path, url: str, size: Size, pace: Pace, chosen: Sequence[str]) -> Figures:
    house = build(folder, url, size)
    engine = make_engine(house.database_url)
    try:
        asking = range(1, min(size.teachers, MOST_ASKING) + 1)
        signer = Signer()
        keys = folder / "keys.json"
        keys.write_text(json_.dumps(signer.public()), encoding="utf-8")
        crowd = Crowd(signer, asking)
        return _parts(house, keys, engine, crowd, signer.token(1), size, pace, chosen)
    finally:
        engine.dispose()


def _parts(
    house: House,
    keys: Path,
    engine: Engine,
    crowd: Crowd,
    token: str,
    size: Size,
    pace: Pace,
    chosen: Sequence[str],
) -> Figures:
    found: Figures = {}
    path = f"/v1/teachers/{teacher_name(1)}/suggestions?k=10"
    with service(house.folder, keys, url_of(house), RECOMMENDER_REMEMBERED_MB="0") as ours:
        _, answer = fetch(ours, path, token)
        body = len(json_.dumps(answer, separators=(",", ":"), ensure_ascii=False).encode())
        found["body_bytes"], found["ready_seconds"] = body, ours.ready_seconds
        found["ready_processor_seconds"] = ours.ready_processor_seconds
        if "nothing" in chosen:
            with bare(body) as base:
                found["nothing"] = nothing_remembered(pace, base, ours, crowd)
    with service(house.folder, keys, url_of(house)) as ours, bare(body) as base:
        if "portal" in chosen:
            sizes = (size.teachers, size.credentials)
            found["portal"] = portals_day(pace, base, ours, crowd, engine, sizes)
            found["memory_mb"] = ours.memory()
        if "promotion" in chosen:
            found["promotion"] = _promotion(house, engine, ours, crowd, pace)
    if "batch" in chosen:
        found["batch"] = batch(house, engine, min(size.teachers, MOST_IN_A_BATCH), pace.rounds)
    return found


def _promotion(house: House, engine: Engine, ours: Server, crowd: Crowd, pace: Pace) -> Figures:
    version = house.challenger(engine)
    return promotion(pace, ours, crowd, version, lambda: house.promote(engine, version))


def url_of(house: House) -> str:
    """Return the database of a service; an SQLite store is found in its folder."""
    return "" if house.database_url.startswith("sqlite") else house.database_url


def bars_of(database: str, found: Figures) -> Iterator[Bar]:
    """Yield what issue and manual promise of the figures that were measured."""
    sqlite = database == "sqlite"
    if "nothing" in found and sqlite:
        yield Bar("nothing remembered, of R", found["nothing"]["ratio"], 0.2, at_least=True)
        yield Bar("nothing remembered, p99", found["nothing"]["p99_ratio"], 4.0, at_least=False)
    if "portal" in found:
        least = 0.6 if sqlite else 0.3
        name = f"a portal's day on {database}"
        yield Bar(f"{name}, of R", found["portal"]["ratio"], least, at_least=True)
        yield Bar(f"{name}, stale answers", found["portal"]["stale"], 0, at_least=False)
        yield Bar(f"{name}, answers checked", found["portal"]["checked"], 10_000, at_least=True)
        if sqlite:
            yield Bar(f"{name}, p99", found["portal"]["p99_ratio"], 2.0, at_least=False)
            own = found["memory_mb"]["private"]
            yield Bar("memory of a worker beside shared arrays, MB", own, 200, at_least=False)
    if sqlite:
        yield Bar("ready, seconds", found["ready_seconds"], 3.0, at_least=False)
    if "promotion" in found and sqlite:
        yield Bar("promotion, failed", found["promotion"]["failed"], 0, at_least=False)
        yield Bar("promotion, p99", found["promotion"]["p99_ratio"], 2.0, at_least=False)
    if "batch" in found and sqlite:
        name = "everybody's lists, to the bare product"
        yield Bar(name, found["batch"]["ratio"], 6.0, at_least=False)


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """Yield the folder of the stores: the caller's own, or one that goes afterwards."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.absolute()
        return
    made = Path(mkdtemp(prefix="recommender-benchmark-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _write(out: Path, report: Figures) -> None:
    out.mkdir(parents=True, exist_ok=True)
    text = json_.dumps(report, indent=1, default=str)
    (out / "report.json").write_text(text + "\n", encoding="utf-8")
    (out / "report.html").write_text(report_page(report), encoding="utf-8")


def _show(bars: Sequence[Bar], out: Path) -> None:
    rows = [
        (
            bar.name,
            f"{bar.value:.3g}",
            f"{'at least' if bar.at_least else 'at most'} {bar.limit:g}",
            "held" if bar.held else "not held",
        )
        for bar in bars
    ]
    print_table("The service beside the bare framework", ("what", "is", "shall be", ""), rows)
    console.print(f"All figures: {out / 'report.json'}")
