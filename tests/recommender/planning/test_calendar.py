"""Calendar files."""

from datetime import UTC, date, datetime

from recommender.planning.calendar import Entry, calendar_of

MADE = datetime(2026, 9, 1, 12, 30, tzinfo=UTC)


def unfolded(text):
    return text.replace("\r\n ", "").split("\r\n")


def test_each_item_is_an_event_of_whole_days():
    entry = Entry("7-c1@plan", "Questions", date(2026, 9, 1), date(2026, 9, 30), "10 hours")
    lines = unfolded(calendar_of("Growth plan", [entry], MADE, version=3))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    event = lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT")]
    assert "UID:7-c1@plan" in event
    assert "DTSTAMP:20260901T123000Z" in event
    assert "DTSTART;VALUE=DATE:20260901" in event
    assert "DTEND;VALUE=DATE:20261001" in event
    assert "SEQUENCE:3" in event
    assert "DESCRIPTION:10 hours" in event


def test_what_has_a_meaning_is_escaped_so_that_a_title_adds_no_line():
    entry = Entry("u", "a;b,c\\d\r\nEND:VCALENDAR", date(2026, 1, 1), date(2026, 1, 1))
    lines = unfolded(calendar_of("x", [entry], MADE))
    assert "SUMMARY:a\\;b\\,c\\\\d\\nEND:VCALENDAR" in lines
    assert lines.count("END:VCALENDAR") == 1


def test_a_long_line_is_folded_between_characters():
    title = "Gespräch über Größen " * 12
    text = calendar_of("x", [Entry("u", title, date(2026, 1, 1), date(2026, 1, 2))], MADE)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert f"SUMMARY:{title}" in unfolded(text)


def test_no_items_are_a_calendar_too():
    assert "BEGIN:VEVENT" not in calendar_of("x", [], MADE)
