import json

import pytest

from features.importers.xapi import kind_of
from recommender.vocabulary import EventKind

ADL = "http://adlnet.gov/expapi/verbs/"
EVENTS = (
    "SELECT t.source_id, c.source_id, e.kind, e.at FROM feedback_event e"
    " JOIN teacher t ON t.id = e.teacher_id JOIN credential c ON c.id = e.credential_id"
    " ORDER BY e.id"
)


@pytest.fixture
def engine(sqlite_engine):
    return sqlite_engine


def statement(
    actor="T1", verb="experienced", thing="M1", at="2025-10-01T12:00:00.1234567Z", **more
):
    who = {"mbox": f"mailto:{actor}"} if "@" in actor else None
    account = {"account": {"name": actor, "homePage": "https://lms.example"}}
    made = {
        "actor": who or account,
        "verb": {"id": verb if ":" in verb else ADL + verb},
        "object": thing if isinstance(thing, dict) else {"id": thing},
    }
    return made | ({"timestamp": at} if at else {}) | more


@pytest.fixture
def told(folder, write, bring):
    """Import statements beside a small roster and catalog."""
    write(
        "teachers",
        "teacher_id,email",
        "T1,Ana@example.org",
        "T2,two@example.org",
        "T3,two@example.org",
    )
    write(
        "credentials",
        "credential_id,url",
        "M1,https://x.example/wait-time",
        "M2,",
        "ce-00000000-0000-0000-0000-000000000001,",
    )

    def run(*statements, text=None):
        content = json.dumps(list(statements)) if text is None else text
        (folder / "statements.json").write_text(content)
        done = bring()
        return next(file for file in done.summary.files if file.format == "xAPI statements"), done

    return run


def test_statements_become_events(told, rows):
    counts, _ = told(
        statement(),
        statement("ana@example.org", "passed", "https://x.example/wait-time"),
        statement(
            verb="bookmarked", thing="https://r.example/CE-00000000-0000-0000-0000-000000000001"
        ),
        statement(
            verb="https://w3id.org/xapi/adl/verbs/launched",
            thing={
                "id": "https://new.example/b",
                "definition": {"type": "http://activitystrea.ms/schema/1.0/badge"},
            },
        ),
    )
    assert (counts.file, counts.rows, counts.rejected) == ("statements.json (events)", 4, 0)
    assert counts.stubs == {"credentials": 1}
    assert rows(EVENTS) == [
        ("T1", "M1", "viewed", "2025-10-01 12:00:00.123456"),
        ("T1", "M1", "claimed", "2025-10-01 12:00:00.123456"),
        ("T1", "ce-00000000-0000-0000-0000-000000000001", "saved", "2025-10-01 12:00:00.123456"),
        ("T1", "https://new.example/b", "started", "2025-10-01 12:00:00.123456"),
    ]


def test_what_is_no_event_of_ours_is_counted(told, rows):
    voiding = {"objectType": "StatementRef", "id": "s-1"}
    counts, _ = told(
        statement(id="s-1"),
        statement(verb="voided", thing=voiding),
        statement(verb="attended"),
        statement(verb="https://custom.example/verbs/passed"),
        statement(verb="completed", result={"success": False}),
        statement(at=""),
        statement("a-student"),
        statement("two@example.org"),
        statement("nobody@example.org"),
        statement() | {"actor": {"mbox_sha1sum": "ab", "objectType": "Agent"}},
        statement() | {"actor": {"objectType": "Group", "member": []}},
        statement(thing="https://x.example/a-lesson"),
        statement(thing={"objectType": "Agent", "id": "M1"}),
    )
    assert rows(EVENTS) == []
    assert counts.set_aside == {
        "statements that are voided, or void another": 2,
        "statements with verbs that say nothing here": 2,
        "statements of something completed without success": 1,
        "statements without a timestamp, of which nothing says when": 1,
        "statements of people who are no teachers known here": 5,
        "statements about things that are no credentials known here": 2,
    }


def test_a_malformed_statement_is_rejected_with_its_number(told):
    counts, done = told(
        statement(), {"actor": {}, "verb": 3, "object": {}}, statement(at="someday")
    )
    assert (counts.added, counts.rejected) == (1, 2)
    assert done.summary.examples == [
        "statements.json (events), item 2: the verb is missing or no object.",
        "statements.json (events), item 3: at is not a moment like 2026-05-31T16:41:10Z.",
    ]


@pytest.mark.parametrize("form", ["one", "lines", "answer"])
def test_one_statement_lines_or_the_answer_of_a_store(told, rows, form):
    both = [statement(), statement(verb="saved", stored="2025-01-01T00:00:00Z")]
    text = {
        "one": json.dumps(both[0]),
        "lines": "\n".join(map(json.dumps, both)),
        "answer": json.dumps({"statements": both, "more": ""}),
    }[form]
    told(text=text)
    kinds = [row[2] for row in rows(EVENTS)]
    assert kinds == (["viewed"] if form == "one" else ["viewed", "saved"])


@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        (ADL + "completed", EventKind.CLAIMED),
        ("https://www.adlnet.gov/expapi/verbs/Completed/", EventKind.CLAIMED),
        ("http://id.tincanapi.com/verb/viewed", EventKind.VIEWED),
        ("http://activitystrea.ms/schema/1.0/dislike", EventKind.DISMISSED),
        (ADL + "failed", None),
        ("http://[bad/completed", None),
        ("completed", None),
        ("", None),
    ],
)
def test_verbs(verb, kind):
    assert kind_of(verb) is kind


def test_the_published_statements(interop, bring, rows):
    done = bring(interop("xapi"))
    assert rows(EVENTS) == []
    assert done.summary.rejected == 2
    assert sorted(done.summary.left_alone) == [
        "part-context-agents-2.0.json",
        "part-context-all-activities.json",
        "part-result.json",
    ]
    asides = [file.set_aside for file in done.summary.files if file.set_aside]
    assert asides == [
        {"statements with verbs that say nothing here": 1},
        {"statements with verbs that say nothing here": 1},
        {"statements that are voided, or void another": 1},
    ]
