"""`recommender benchmark demonstration`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from recommender.console import console, print_table, progress
from training.judging import PipelineConfig, Run
from training.quality.demonstration import Worth, make_demonstration, measure
from training.quality.report import refuse_file
from training.quality.seeds import over_seeds, read_seeds

REPORT: Final = "demonstration.json"


def demonstration(
    *,
    out: Annotated[Path, typer.Option(help="Folder for demonstration.json.")],
    teachers: Annotated[
        int, typer.Option(min=20, help="Teachers in all four districts together.")
    ] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Of the districts, and of training.")] = 0,
    seeds: Annotated[
        str, typer.Option(help="Several seeds instead, such as 7,3,1: with intervals over them.")
    ] = "",
    ablation: Annotated[bool, typer.Option(help="Also leave one evidence out at a time.")] = True,
    threads: Annotated[int, typer.Option(min=1, help="Threads that fitting may use.")] = 1,
) -> None:
    """Measure our blend on invented districts, by the truth behind them.

    The districts of `recommender demo-data` are written, read and trained on in a store of their
    own that is thrown away. Then each system's lists are held against every teacher's true chances
    of the next choice: the oracle ranks by what the files let expect of these chances, and all
    others are a share of it. The report also tells what each evidence is worth, and what a least
    share of need evidence costs. What one seed shows may be luck: give several.
    """
    refuse_file(out)
    worths: dict[int, Worth] = {}
    for one in read_seeds(seeds) if seeds else (seed,):
        made = make_demonstration(teachers, one, progress)
        run = Run(PipelineConfig(), one, threads, progress)
        worths[one] = measure(made, run, ablation=ablation)
    out.mkdir(parents=True, exist_ok=True)
    content = _content(teachers, worths)
    (out / REPORT).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    _print(teachers, worths)
    console.print(f"Report: {out / REPORT}")


def _content(teachers: int, worths: Mapping[int, Worth]) -> dict[str, Any]:
    """Return the report; each row of `results` says of which seed it is."""
    return {
        "teachers": teachers,
        "seeds": list(worths),
        "notes": {str(seed): worth.notes for seed, worth in worths.items()},
        "results": [{"seed": seed, **row} for seed, one in worths.items() for row in one.rows()],
        "over_seeds": over_seeds(worths),
    }


def _print(teachers: int, worths: Mapping[int, Worth]) -> None:
    if len(worths) > 1:
        _print_all(teachers, worths)
        return
    ((seed, worth),) = worths.items()
    print_table(
        f"Invented districts, {teachers} teachers, seed {seed}",
        ["system", "ndcg@10", "of the oracle", "behind the blend"],
        [
            [
                row["system"],
                f"{row['ndcg@10']:.4f}",
                f"{row['share_of_oracle']:.1%}",
                f"{row['behind_blend']:+.4f} (error {row['behind_blend_error']:.4f})",
            ]
            for row in worth.rows()
        ],
    )


def _print_all(teachers: int, worths: Mapping[int, Worth]) -> None:
    print_table(
        f"Invented districts, {teachers} teachers, seeds {', '.join(map(str, worths))}",
        ["system", "ndcg@10", "of the oracle (95 %)", "behind the blend (95 %)", "least"],
        [
            [
                row["system"],
                f"{row['ndcg@10']:.4f}",
                _with_interval(row, "share_of_oracle", ".1%"),
                _with_interval(row, "behind_blend", "+.4f"),
                f"{row['behind_blend_least']:+.4f}",
            ]
            for row in over_seeds(worths)
        ],
    )


def _with_interval(row: Mapping[str, Any], name: str, form: str) -> str:
    mean, low, high = (format(row[f"{name}{end}"], form) for end in ("", "_low", "_high"))
    return f"{mean} ({low} to {high})"
