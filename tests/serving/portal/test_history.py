"""The chart of what a teacher earned."""

from datetime import date

from serving.portal.history import HEIGHT, QUARTERS, chart_of
from tests.builders import make_catalog, make_states

ON = date(2026, 6, 30)
CATALOG = make_catalog(*({"id": f"c{number}"} for number in range(5)))


def chart(*records):
    return chart_of(make_states(CATALOG.axes, {"records": records}, as_of=ON), ON)


def test_bars_end_with_this_quarter_and_the_highest_is_full():
    made = chart(
        ("c0", "earned", date(2026, 5, 1)),
        ("c1", "earned", date(2026, 6, 1)),
        ("c2", "earned", date(2026, 1, 1)),
        ("c3", "earned", date(2019, 1, 1)),
        ("c4", "earned", None),
    )
    assert [bar.count for bar in made.bars][-3:] == [0, 1, 2]
    assert len(made.bars) == QUARTERS
    assert (made.bars[0].label, made.bars[-1].label) == ("July 2023", "April 2026")
    assert (made.bars[-1].y, made.bars[-1].height) == (0, HEIGHT)
    assert made.bars[-2].height == HEIGHT / 2
    assert (made.total, made.shown, made.undated) == (5, 3, 1)


def test_what_is_not_earned_is_in_no_bar():
    made = chart(("c0", "enrolled", date(2026, 5, 1)))
    assert [bar.count for bar in made.bars] == [0] * QUARTERS
    assert made.total == 0
