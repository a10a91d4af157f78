"""`recommender benchmark quality`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from recommender.console import console, print_table, progress
from training.judging import PipelineConfig, Run
from training.quality.benchmark import Asked, benchmark
from training.quality.data import open_data
from training.quality.figures import ALL
from training.quality.layouts import COLUMNS, cells_of
from training.quality.peers.registry import chosen_names
from training.quality.report import refuse_file, write_report
from training.quality.trial import chosen_protocol

SHOWN: Final = ("ndcg@10", "recall@10", "recall@20", "mrr", "coverage@10", "gini", "fit_ratio")


def quality(
    *,
    data: Annotated[
        Path, typer.Option(help="Folder of files in the plain contracts, or a snapshot's.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for report.json, report.csv and report.html.")],
    protocol: Annotated[
        str | None,
        typer.Option(
            help="last-out, date, given (heldout_records.csv) or fold-in.",
            show_default="what suits the data",
        ),
    ] = None,
    peers: Annotated[
        str, typer.Option(help="all, none, or names with commas between them.")
    ] = "all",
    cold_start: Annotated[
        str | None,
        typer.Option(help="Hold a fifth of them out whole: teachers or credentials."),
    ] = None,
    ablation: Annotated[bool, typer.Option(help="Also leave one evidence out at a time.")] = True,
    seed: Annotated[int, typer.Option(min=0, help="All randomness follows from it.")] = 0,
    threads: Annotated[int, typer.Option(min=1, help="Threads that fitting may use.")] = 1,
) -> None:
    """Measure our blend beside its own parts and beside other people's models, on any data.

    The folder is read into a store of its own that is thrown away; records.csv alone is enough.
    Every system learns from the same records and ranks every micro-credential outside a learner's
    history; nothing is sampled, eligibility is off. Peers are tuned on the same inner split on
    which the blend learns its weights. A peer that is not set up is listed as not run.

    `last-out` holds out one of each learner's newest day, `date` the last school year (July to
    June), `given` those of heldout_records.csv, `fold-in` a fifth of the learners whole, of whom 1,
    3, 5 and 10 records are revealed. `recommender benchmark setup-peers` installs the peers that
    need an environment of their own.
    """
    names = chosen_names(peers)
    refuse_file(out)
    opened = open_data(data, progress)
    asked = Asked(chosen_protocol(opened, protocol, cold_start), names, ablation=ablation)
    content = benchmark(opened, asked, Run(PipelineConfig(), seed, threads, progress))
    write_report(content, out)
    show(content)
    console.print(f"Report: {out / 'report.html'}")


def show(content: Mapping[str, Any]) -> None:
    """Print the figures of all learners, the blend's by segment, and the tests."""
    for number in sorted({row["revealed"] for row in content["results"]}, key=lambda one: one or 0):
        where = f"{content['data']}, {content['protocol']}"
        where += "" if number is None else f", {number} revealed"
        rows = [row for row in content["results"] if row["revealed"] == number]
        _show_systems(where, [row for row in rows if row["segment"] == ALL])
        _show_segments(where, [row for row in rows if row["segment"] != ALL])
    _show_tests(content["paired"])
    _show_newcomers(content["newcomers"])
    print_table("What laying lists out costs", COLUMNS, cells_of(content["layouts"]))
    _show_cost(content["cost"])
    for gone in content["not_run"]:
        console.print(f"Not run: {gone['system']}. {gone['reason']}")
    for note in content["notes"]:
        console.print(note)


def _show_systems(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    best_first = sorted(rows, key=lambda row: -row["ndcg@10"])
    cells = [
        [row["system"], row["learners"], _range(row), *(_number(row[name]) for name in SHOWN[1:])]
        for row in best_first
    ]
    print_table(title, ["system", "learners", *SHOWN], cells)


def _show_segments(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    segments = list(dict.fromkeys(row["segment"] for row in rows))
    if len(segments) < 2:  # noqa: PLR2004 - one segment says what the whole says
        return
    cells = []
    for system in dict.fromkeys(row["system"] for row in rows):
        own = {row["segment"]: row for row in rows if row["system"] == system}
        cells.append([system, *(_number(own[segment]["ndcg@10"]) for segment in segments)])
    print_table(f"{title}: ndcg@10 by length of history", ["system", *segments], cells)


def _show_tests(tests: Sequence[Mapping[str, Any]]) -> None:
    cells = [
        [
            test["segment"],
            test["revealed"],
            f"{test['against']}: {test['system']}",
            f"{test['difference']:+.4f} ({test['low']:+.4f} to {test['high']:+.4f})",
            f"{test['p']:.3f}",
        ]
        for test in tests
    ]
    print_table("The blend against", ["segment", "revealed", "", "ndcg@10", "p"], cells)


def _show_newcomers(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    names = ("recall@10_of_new", "ndcg@10_of_new", "share_of_lists_new", "ndcg@10_of_others")
    cells = [[row["fair_chance"], *(_number(row[name]) for name in names)] for row in rows]
    print_table("A fair chance for new credentials, and its price", ["chance", *names], cells)
    cost = rows[-1]["price"]
    console.print(
        f"To all others it costs {-cost['difference']:.4f} of NDCG@10 "
        f"({-cost['high']:+.4f} to {-cost['low']:+.4f})."
    )


def _show_cost(cost: Mapping[str, Any]) -> None:
    times = cost["ratio_to_als_and_ease"]
    if times is None:
        console.print("What training costs could not be measured.")
        return
    verdict = "within" if cost["within_bar"] else "above"
    console.print(
        f"Training took {times:.2f} times the processor time of one plain ALS fit and one EASE "
        f"solve: {verdict} the bar of {cost['bar']:g}."
    )


def _range(row: Mapping[str, Any]) -> str:
    return f"{row['ndcg@10']:.4f} ({row['ndcg@10_low']:.4f} to {row['ndcg@10_high']:.4f})"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
