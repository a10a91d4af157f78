"""What goes to stdout and what to stderr."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.console import _plain, console, print_json, print_table, progress
from recommender.vocabulary import Basis


def printed(capsys):
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def test_json_goes_to_stdout_in_plain_types(capsys):
    print_json(
        {
            "title": "Réussir",
            "on": date(2025, 3, 1),
            "at": datetime(2025, 3, 1, 8, tzinfo=UTC),
            "path": Path("a/b"),
            "basis": Basis.BOTH,
            "score": np.float32(0.5),
            "weights": np.array([[1.0, np.nan]]),
            "nothing": [None, float("inf"), True, 3],
            7: {"set"},
        }
    )
    assert printed(capsys) == {
        "title": "Réussir",
        "on": "2025-03-01",
        "at": "2025-03-01T08:00:00+00:00",
        "path": "a/b",
        "basis": "both",
        "score": 0.5,
        "weights": [[1.0, None]],
        "nothing": [None, None, True, 3],
        "7": ["set"],
    }


def test_what_has_no_plain_form_is_named(capsys):
    with pytest.raises(TypeError, match="object cannot be written as JSON"):
        print_json({"a": object()})


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(value=plain.filter(lambda v: "inf" not in repr(v)))
def test_plain_values_survive(value):
    assert json.loads(json.dumps(_plain(value))) == value


def test_a_table_in_a_pipe_is_not_cut(capsys):
    title = "A title of a micro-credential that is longer than eighty columns would let it be [sic]"
    print_table("Suggestions", ["rank", "title"], [(1, title), (2, None)])
    out, err = capsys.readouterr()
    assert err == ""
    assert title in out
    assert "None" not in out


def test_progress_that_nobody_watches_is_one_line_on_stderr(capsys):
    with progress("Reading records.csv [1/3]") as meter:
        for done in range(100):
            meter.update(done, 100)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip() == "Reading records.csv [1/3] ..."


def test_messages_go_to_stderr_as_they_are(capsys):
    console.print("one [bold]line[/bold] " + "x" * 200)
    assert capsys.readouterr() == ("", "one [bold]line[/bold] " + "x" * 200 + "\n")
