"""What a person or a script reads: results on stdout, progress and messages on stderr."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from enum import Enum
from pathlib import PurePath
from typing import Any, Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

console: Final = Console(stderr=True, markup=False, highlight=False, soft_wrap=True)
"""Progress and messages; stdout stays clean for results."""

PIPE_WIDTH: Final = 200
"""Columns of a table that goes to a file or a pipe, where no terminal says how wide it is."""


class Meter:
    """The moving part of `progress`."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task

    def update(self, done: int, total: int | None = None) -> None:
        """Say how much is done; `total` once it is known."""
        self._bar.update(self._task, completed=done, total=total)


@contextmanager
def progress(description: str) -> Iterator[Meter]:
    """Show a bar while the block runs; where nobody watches, one line says what runs."""
    if not console.is_terminal:
        console.print(f"{description} ...")
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        yield Meter(bar, bar.add_task(description, total=None))


def print_json(value: object) -> None:
    """Print `value` on stdout as JSON that any parser reads.

    Dates become ISO text, paths text, NumPy scalars numbers; what is not a number becomes null.
    """
    print(json.dumps(_plain(value), ensure_ascii=False, indent=2, allow_nan=False))  # noqa: T201 - this is the one place that prints results


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table on stdout; a missing value is an empty cell."""
    stdout = Console(markup=False, highlight=False)
    if not stdout.is_terminal:
        stdout = Console(markup=False, highlight=False, width=PIPE_WIDTH)
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    stdout.print(table)


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON has no narrower type
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return _plain_object(value)


def _plain_object(value: object) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    to_python = getattr(value, "tolist", None)
    if callable(to_python):
        return _plain(to_python())
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
