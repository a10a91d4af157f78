"""`recommender benchmark demonstration`."""

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from recommender.console import console, print_table, progress
from training.judging import PipelineConfig, Run
from training.quality.demonstration import make_demonstration, measure
from training.quality.report import refuse_file

REPORT: Final = "demonstration.json"


def demonstration(
    *,
    out: Annotated[Path, typer.Option(help="Folder for demonstration.json.")],
    teachers: Annotated[
        int, typer.Option(min=20, help="Teachers in all four districts together.")
    ] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Of the districts, and of training.")] = 0,
    ablation: Annotated[bool, typer.Option(help="Also leave one evidence out at a time.")] = True,
    threads: Annotated[int, typer.Option(min=1, help="Threads that fitting may use.")] = 1,
) -> None:
    """Measure our blend on invented districts, by the truth behind them.

    The districts of `recommender demo-data` are written, read and trained on in a store of their
    own that is thrown away. Then each system's lists are held against every teacher's true chances
    of the next choice: the oracle ranks by these chances, and all others are a share of it. The
    report also tells what each evidence is worth, and what a least share of need evidence costs.
    """
    refuse_file(out)
    made = make_demonstration(teachers, seed, progress)
    worth = measure(made, Run(PipelineConfig(), seed, threads, progress), ablation=ablation)
    rows = worth.rows()
    out.mkdir(parents=True, exist_ok=True)
    content = {"teachers": teachers, "seed": seed, "notes": worth.notes, "results": rows}
    (out / REPORT).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
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
            for row in rows
        ],
    )
    console.print(f"Report: {out / REPORT}")
