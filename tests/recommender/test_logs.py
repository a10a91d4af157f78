"""What a log line holds and what it withholds."""

import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import NotFound
from recommender.logs import BLANK, SECRET_WORDS, configure_logs, withhold

TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ0MSJ9.c2lnbmF0dXJl"


@pytest.fixture
def log(capsys):
    """Return a logger and a function that reads the lines written so far."""
    root = logging.getLogger()
    before = (root.handlers, root.level)
    configure_logs("INFO")

    def read():
        out, err = capsys.readouterr()
        assert out == ""
        return [json.loads(line) for line in err.splitlines()]

    yield structlog.get_logger("serving.app"), read
    root.handlers, root.level = before
    structlog.reset_defaults()


def test_a_line_is_one_json_object_with_time_and_severity(log):
    logger, read = log
    logger.info("champion loaded", version=3, path="a/b")
    (line,) = read()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "champion loaded",
        "severity": "info",
        "logger": "serving.app",
        "version": 3,
        "path": "a/b",
    }


def test_lines_below_the_severity_are_left_out(log):
    logger, read = log
    logger.debug("detail")
    assert read() == []


def test_a_librarys_line_is_treated_as_ours(log):
    _, read = log
    logging.getLogger("uvicorn.access").warning("GET /?token=%s by %s", TOKEN, "a.b@school.org")
    (line,) = read()
    assert line["event"] == f"GET /?token={BLANK} by {BLANK}"
    assert line["severity"] == "warning"


SECRET_KEYS = [
    *("email", "Email", "teacher_email", "level", "rating", "ratings", "given_name"),
    *("token", "access_token", "Authorization", "set-cookie", "RECOMMENDER.PASSWORD"),
]


@pytest.mark.parametrize("key", SECRET_KEYS)
def test_a_key_that_holds_a_secret_is_blanked(log, key):
    logger, read = log
    logger.info("seen", **{key: "3.5", "kept": 1})
    (line,) = read()
    assert line[key] == BLANK
    assert line["kept"] == 1


def test_secrets_are_found_at_any_depth_and_inside_text(log):
    logger, read = log
    logger.info(
        "request",
        headers={"Authorization": "Bearer abc", "accept": "text/html"},
        facts=[{"level": 2, "standard": "1a"}],
        note=f"sent by a.b@school.org with {TOKEN}",
        other="Bearer s3cr3t",
    )
    (line,) = read()
    assert line["headers"] == {"Authorization": BLANK, "accept": "text/html"}
    assert line["facts"] == [{"level": BLANK, "standard": "1a"}]
    assert line["note"] == f"sent by {BLANK} with {BLANK}"
    assert line["other"] == f"Bearer {BLANK}"


def test_an_exception_is_told_by_class_and_lines_without_its_words(log):
    logger, read = log
    try:
        float("1.5 of a.b@school.org")
    except ValueError:
        logger.exception("failed")
        logging.getLogger("library").exception("failed too")
    ours, theirs = read()
    for line in (ours, theirs):
        line.pop("timestamp")  # its figures are any
        assert line["exception"] == "ValueError"
        assert "test_logs.py" in line["lines"][0]
        assert "1.5" not in json.dumps(line)


def test_an_error_of_our_family_keeps_its_sentence(log):
    logger, read = log
    logger.error("refused", exc_info=NotFound("There is no teacher with this id."))
    (line,) = read()
    assert line["exception"] == "NotFound"
    assert line["detail"] == "There is no teacher with this id."


def test_bound_context_is_on_every_line(log):
    logger, read = log
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        logger.info("one")
    logger.info("two")
    one, two = read()
    assert one["request_id"] == "r1"
    assert "request_id" not in two


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(key=st.sampled_from(sorted(SECRET_WORDS)), value=values, depth=st.integers(0, 4))
def test_nothing_under_a_secret_key_survives(key, value, depth):
    event = {key: value}
    for _ in range(depth):
        event = {"inner": [event]}
    cleaned = withhold(None, "info", event)
    for _ in range(depth):
        cleaned = cleaned["inner"][0]
    assert cleaned == {key: BLANK}
