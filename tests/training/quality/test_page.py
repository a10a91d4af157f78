from training.quality.page import headline, render
from training.quality.report import plain


def _row(system, revealed=None, segment="all", **other):
    figures = dict.fromkeys(("ndcg@10", "ndcg@10_low", "ndcg@10_high"), 0.25)
    names = ("recall@10", "recall@20", "mrr", "coverage@10", "gini", "fit_ratio")
    row = {"system": system, "segment": segment, "revealed": revealed, "learners": 9, **figures}
    return row | dict.fromkeys(names, 0.5) | {"peak_mb": None} | other


def _content(**other):
    return {
        "data": "films",
        "protocol": "last-out",
        "results": [_row("blend"), _row("<i>peer</i>")],
        "paired": [],
        "answer": {"learners": 9, "full": 9, "repeats": 0, "unknown": 0, "ineligible": 0},
        "policy": [],
        "ablation": [],
        "cost": {"als_cpu_seconds": 1.0, "within_bar": True},
        "newcomers": [],
        "layouts": [],
        "budget": [
            {"system": "ease", "configurations": 9, "cpu_seconds": 8.0, "wall_seconds": None}
        ],
        "tuning": [],
        "not_run": [{"system": "absent", "reason": "It is <not> set up."}],
        "size": {"asked_about": 9, "credentials": 4},
        "notes": ["A & B"],
        "seed": 0,
        "version": "1",
    } | other


def _test(**other):
    told = {"segment": "all", "revealed": None, "learners": 9, "against": "best peer"}
    return (
        told | {"system": "ease", "difference": 0.02, "low": 0.01, "high": 0.03, "p": 0.1} | other
    )


def test_names_and_reasons_are_shown_as_they_are_written():
    page = render(_content())
    assert "<i>peer</i>" not in page
    assert "&lt;i&gt;peer&lt;/i&gt;" in page
    assert "It is &lt;not&gt; set up." in page
    assert "A &amp; B" in page
    assert "<td>within_bar</td><td>yes</td>" in page
    assert "<td>ease</td><td>9</td><td>8.0000</td><td></td>" in page


def test_the_headline_says_no_more_than_the_interval():
    assert "is above the best peer, ease," in headline([_test()])
    assert "cannot be told from" in headline([_test(low=-0.01)])
    assert "is below" in headline([_test(difference=-0.02, low=-0.03, high=-0.01)])
    assert "with 3 revealed" in headline([_test(revealed=3)])
    assert headline([_test(segment="1-2")]) == "No peer was run beside the blend."


def test_lines_are_drawn_where_records_are_revealed():
    rows = [_row(system, revealed) for revealed in (1, 3) for system in ("blend", "ease")]
    page = render(_content(results=rows))
    assert "NDCG@10 by number of records revealed" in page
    assert page.count("<polyline") == 2
    assert "1 record revealed" in page
    assert "3 records revealed" in page


def test_segments_have_a_table_where_there_are_several():
    rows = [_row("blend", segment=segment) for segment in ("all", "1-2", "3-9")]
    assert "by length of history" in render(_content(results=rows))
    assert "by length of history" not in render(_content(results=rows[:2]))


def test_what_is_no_number_is_null_in_json():
    assert plain({"a": [float("nan"), 1.5], "b": float("inf")}) == {"a": [None, 1.5], "b": None}
