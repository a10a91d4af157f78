"""The report as a page: whole in itself, readable without a network, in light and dark."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from training.judging import BLEND
from training.quality.figures import ALL
from training.quality.layouts import COLUMNS, cells_of
from training.quality.plots import Line, Point, dot_plot, line_plot, points_of

Row = Mapping[str, Any]

_FIGURES: Final = (
    "learners",
    "ndcg@10",
    "recall@10",
    "recall@20",
    "mrr",
    "coverage@10",
    "gini",
    "fit_ratio",
    "peak_mb",
)


@cache
def _template() -> Template:
    loader = PackageLoader("training.quality", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("report.html")


def render(content: Mapping[str, Any]) -> str:
    """Return the page of a report's content."""
    results = content["results"]
    numbers = list(dict.fromkeys(row["revealed"] for row in results))
    return _template().render(
        {name: content[name] for name in ("data", "protocol", "size", "answer", "notes")}
        | {name: content[name] for name in ("not_run", "seed", "version")},
        headline=headline(content["paired"]),
        course=_course(results) if len(numbers) > 1 else "",
        cases=[_case(results, number) for number in numbers],
        tests=_tests(content["paired"]),
        ablation=list(_ablation(content["ablation"])),
        policy=list(_policy(content["policy"])),
        cost=_table(["", ""], [[name, _cell(value)] for name, value in content["cost"].items()]),
        newcomers=_newcomers(content["newcomers"]),
        layouts=_table(COLUMNS, cells_of(content["layouts"])),
        budget=_budget(content["budget"]),
        tuning=_tuning(content["tuning"]),
        tuned=len(content["tuning"]),
    )


def headline(paired: Sequence[Row]) -> str:
    """Return what came out, in a sentence or two."""
    sentences = []
    for test in paired:
        if test["segment"] != ALL or test["against"] != "best peer":
            continue
        revealed = "" if test["revealed"] is None else f" with {test['revealed']} revealed"
        sentences.append(
            f"The blend {_verdict(test)} the best peer, {test['system']},{revealed} by "
            f"{abs(test['difference']):.4f} NDCG@10 "
            f"(interval {test['low']:+.4f} to {test['high']:+.4f})."
        )
    return " ".join(sentences) or "No peer was run beside the blend."


def _verdict(test: Row) -> str:
    if test["low"] > 0:
        return "is above"
    if test["high"] < 0:
        return "is below"
    return "cannot be told from"


def _case(results: Sequence[Row], number: int | None) -> dict[str, Any]:
    rows = [row for row in results if row["revealed"] == number]
    whole = [row for row in rows if row["segment"] == ALL]
    title = "NDCG@10 of every system"
    if number is not None:
        title += f", {number} records revealed" if number != 1 else ", 1 record revealed"
    return {
        "title": title,
        "plot": Markup(dot_plot(points_of(whole), title)),  # noqa: S704 - made by our own code, which escapes names
        "table": _systems(whole),
        "segments": _segments([row for row in rows if row["segment"] != ALL]),
    }


def _systems(rows: Sequence[Row]) -> Markup:
    ordered = sorted(rows, key=lambda row: -row["ndcg@10"])
    cells = [[row["system"], *(_cell(row[name]) for name in _FIGURES)] for row in ordered]
    return _table(["system", *_FIGURES], cells)


def _segments(rows: Sequence[Row]) -> Markup | None:
    segments = list(dict.fromkeys(row["segment"] for row in rows))
    if len(segments) <= 1:
        return None
    cells = []
    for system in dict.fromkeys(row["system"] for row in rows):
        own = {row["segment"]: row for row in rows if row["system"] == system}
        cells.append([system, *(_range(own[segment]) for segment in segments)])
    return _table(["system", *segments], cells, "NDCG@10 by length of history")


def _course(results: Sequence[Row]) -> Markup:
    lines = []
    for system in dict.fromkeys(row["system"] for row in results):
        points = tuple(
            (row["revealed"], row["ndcg@10"])
            for row in results
            if row["system"] == system and row["segment"] == ALL
        )
        lines.append(Line(system, points))
    drawn = line_plot(lines, "NDCG@10 by number of records revealed", "revealed")
    return Markup(drawn)  # noqa: S704 - as above


def _tests(paired: Sequence[Row]) -> Markup:
    cells = [
        [
            f"{test['against']}: {test['system']}",
            "" if test["revealed"] is None else str(test["revealed"]),
            test["segment"],
            str(test["learners"]),
            f"{test['difference']:+.4f}",
            f"{test['low']:+.4f} to {test['high']:+.4f}",
            f"{test['p']:.3f}",
        ]
        for test in paired
    ]
    names = ["against", "revealed", "history", "learners", "difference", "95 % interval", "p"]
    return _table(names, cells)


def _ablation(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    for number in dict.fromkeys(row["revealed"] for row in rows):
        points = [
            Point(row["without"], row["difference"], row["low"], row["high"])
            for row in rows
            if row["revealed"] == number
        ]
        title = "All learners" if number is None else f"{number} revealed"
        drawn = dot_plot(sorted(points, key=lambda point: point.value), title, signed=True)
        yield {"title": title, "plot": Markup(drawn)}  # noqa: S704 - as above


def _policy(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    for number in dict.fromkeys(row["revealed"] for row in rows):
        points = [
            Point(
                f"{row['need_share']:.0%}", row["ndcg@10"], row["ndcg@10_low"], row["ndcg@10_high"]
            )
            for row in rows
            if row["revealed"] == number and row["segment"] == ALL
            for point in points_of([{"system": "", **row}])
        ]
        title = "All learners" if number is None else f"{number} revealed"
        yield {"title": title, "plot": Markup(dot_plot(points, title))}  # noqa: S704 - as above


def _newcomers(rows: Sequence[Row]) -> Markup | None:
    if not rows:
        return None
    names = ("recall@10_of_new", "ndcg@10_of_new", "share_of_lists_new", "ndcg@10_of_others")
    cells = [[row["fair_chance"], *(_cell(row[name]) for name in names)] for row in rows]
    return _table(("chance", *names), cells)


def _budget(rows: Sequence[Row]) -> Markup:
    names = ("system", "configurations", "cpu_seconds", "wall_seconds")
    cells = [[row["system"], *(_cell(row[name]) for name in names[1:])] for row in rows]
    return _table(names, cells, "What was tried to choose a configuration, and what that cost")


def _tuning(rows: Sequence[Row]) -> Markup:
    cells = [
        [
            row["system"],
            ", ".join(f"{name} {value}" for name, value in row["config"].items()),
            "" if row["revealed"] is None else str(row["revealed"]),
            _cell(row["ndcg@10"]),
            "chosen" if row["chosen"] else "",
        ]
        for row in rows
    ]
    return _table(["system", "configuration", "revealed", "validation ndcg@10", ""], cells)


def _range(row: Row) -> str:
    return f"{row['ndcg@10']:.4f} ({row['ndcg@10_low']:.4f} to {row['ndcg@10_high']:.4f})"


def _cell(value: float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else f"{value:.4f}"


def _table(names: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> Markup:
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in names)
    body = Markup("").join(_line(row) for row in rows)
    told = Markup("<caption>{}</caption>").format(caption) if caption else Markup("")
    return Markup(
        '<div class="wide" tabindex="0"><table>{}<thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(told, head, body)


def _line(row: Sequence[str]) -> Markup:
    kind = Markup(' class="blend"') if row[0] == BLEND else Markup("")
    cells = Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row)
    return Markup("<tr{}>{}</tr>").format(kind, cells)
