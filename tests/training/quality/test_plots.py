from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from training.quality.plots import Line, Point, axis, dot_plot, line_plot, points_of

VALUES = st.floats(-1, 1)


@given(VALUES, VALUES)
@example(0.0, 5e-324)
def test_an_axis_reaches_over_what_is_shown_in_a_few_round_steps(one, other):
    low, high = sorted((one, other))
    ticks = axis(low, high)
    assert ticks[0] <= low + 1e-9
    assert ticks[-1] >= high - 1e-9
    assert 2 <= len(ticks) <= 10


def test_an_axis_of_tenths():
    assert axis(0.0, 0.52) == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])


def test_a_plot_is_well_formed_whatever_a_system_is_called():
    points = [Point('<b>&"', 0.2, 0.1, 0.3), Point("blend", 0.4, 0.35, 0.45)]
    tree = ET.fromstring(dot_plot(points, "a & b"))  # noqa: S314 - our own words
    titles = [node.text for node in tree.iter("title")]
    assert titles[0].startswith('<b>&"')
    assert tree.get("aria-label") == "a & b"
    assert [node.get("class") for node in tree.findall("g")] == ["peer", "blend"]


def test_points_stand_where_the_axis_says():
    tree = ET.fromstring(dot_plot([Point("x", -0.1, -0.2, 0.3)], "t", signed=True))  # noqa: S314 - as above
    places = {node.text: float(node.get("x")) for node in tree.findall("text")}
    at = float(next(tree.iter("circle")).get("cx"))
    assert at == pytest.approx(places["-0.1"], abs=0.2)
    assert [node.get("class") for node in tree.findall("line")].count("zero") == 1


def test_systems_are_shown_best_first():
    rows = [
        {"system": name, "ndcg@10": value, "ndcg@10_low": value, "ndcg@10_high": value}
        for name, value in (("evidence:popular", 0.1), ("blend", 0.3), ("ease", 0.2))
    ]
    points = points_of(rows)
    assert [point.label for point in points] == ["blend", "ease", "evidence:popular"]
    assert [point.side for point in points] == ["blend", "peer", "evidence"]


def test_labels_of_lines_keep_apart():
    lines = [Line(f"s{i}", ((1, 0.2), (3, 0.3))) for i in range(4)]
    tree = ET.fromstring(line_plot(lines, "t", "revealed"))  # noqa: S314 - as above
    ends = sorted(float(node.get("y")) for node in tree.iter("text") if node.get("class") == "end")
    assert all(after - before >= 15 for before, after in pairwise(ends))
