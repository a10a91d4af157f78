"""What the report says of its figures."""

from serving.benchmark.commands import bars_of
from serving.benchmark.load import Load
from serving.benchmark.page import report_page
from serving.benchmark.parts import Bar, compared


def load(millis, seconds=1.0):
    return Load(seconds=seconds, millis=list(millis), server_seconds=seconds / 2)


def test_rates_are_compared_turn_by_turn():
    base = [load([1.0] * 100), load([1.0] * 200)]
    own = [load([2.0] * 50), load([3.0] * 50)]
    figures = compared(base, own)
    assert figures["ratio"] == (0.5 + 0.25) / 2
    assert figures["p99_ratio"] == 2.5
    assert figures["per_second"] == 50
    assert figures["us"] == 10_000


def test_a_bar_is_held_on_the_right_side():
    assert Bar("x", 0.2, 0.2, at_least=True).held
    assert not Bar("x", 0.1, 0.2, at_least=True).held
    assert Bar("x", 0.0, 0.0, at_least=False).held
    assert not Bar("x", 1.0, 0.0, at_least=False).held


def test_every_part_has_its_bars_and_the_page_tells_them():
    part = {"ratio": 0.5, "p99_ratio": 1.0, "stale": 0, "checked": 12_000, "failed": 0}
    found = {
        "nothing": part,
        "portal": part,
        "promotion": part,
        "memory_mb": {"private": 90.0},
        "ready_seconds": 2.0,
        "batch": {"ratio": 5.0},
    }
    bars = list(bars_of("sqlite", found))
    assert len(bars) == 11
    assert [bar.name for bar in bars if not bar.held] == ["a portal's day on sqlite, of R"]
    assert len(list(bars_of("postgresql", found))) == 3
    report = {
        "size": {"teachers": 50_000, "credentials": 2_000},
        "bars": [{**vars(bar), "held": bar.held} for bar in bars],
        "databases": {"sqlite": found},
    }
    page = report_page(report)
    assert "50,000 teachers" in page
    assert page.count("<td>yes</td>") == 10
