"""The report as a plain page."""

from html import escape
from typing import Any, Final

_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The service beside the bare framework</title>
<h1>The service beside the bare framework</h1>
<p>{teachers:,} teachers, {credentials:,} micro-credentials. R is the rate of a route that returns
a constant of the same size, in turns on the same machine.</p>
<table><caption>Bars</caption>
<tr><th>What</th><th>Is</th><th>Shall be</th><th>Held</th></tr>
{bars}
</table>
<table><caption>Figures</caption>
<tr><th>Part</th><th>Figure</th><th>Value</th></tr>
{figures}
</table></html>
"""


def report_page(report: dict[str, Any]) -> str:
    """Return the report as HTML."""
    bars = [
        _row(
            bar["name"],
            f"{bar['value']:.3g}",
            f"{'at least' if bar['at_least'] else 'at most'} {bar['limit']:g}",
            "yes" if bar["held"] else "no",
        )
        for bar in report["bars"]
    ]
    figures = [
        _row(f"{database}, {part}", name, _text(value))
        for database, parts in report["databases"].items()
        for part, found in parts.items()
        for name, value in (found.items() if isinstance(found, dict) else [("", found)])
    ]
    return _PAGE.format(bars="\n".join(bars), figures="\n".join(figures), **report["size"])


def _row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _text(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
