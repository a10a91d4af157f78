"""An import that is killed leaves nothing; one that is under way holds nobody up."""

import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from features.importers import plain_csv
from features.importers.plain_csv import ImportOptions, import_paths

HEADER = "teacher_id,credential_id,status,on,source"

SCRIPT = textwrap.dedent(
    """
    import sys
    from pathlib import Path

    from features.importers import plain_csv
    from recommender.store.engine import make_engine

    def wait(*_arguments):
        print("here", flush=True)
        sys.stdin.read()

    url, folder, moment = sys.argv[1:]
    if moment == "merging":
        real = plain_csv.Merge.run

        def run(merge):
            moved = real(merge)
            if merge.contract.name == "records":
                wait()
            return moved

        plain_csv.Merge.run = run
    plain_csv.import_paths(
        make_engine(url), [Path(folder)], progress=wait if moment == "staging" else None
    )
    """
)


@pytest.fixture
def many(write):
    """More records than one batch holds."""
    write("credentials", "credential_id,title", *(f"M{n},Title {n}" for n in range(50)))
    lines = (f"T{n // 20},M{n % 50},earned,,x" for n in range(12_000))
    return write("records", HEADER, *lines).parent


@pytest.mark.parametrize("moment", ["staging", "merging"])
def test_killed_it_leaves_the_store_as_it_was(engine, many, moment, dump, rows, bring, write):
    first = many.parent / "first"
    write("records", HEADER, "T1,M1,earned,,before", into=first)
    bring(first)
    before = dump()
    url = engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, url, str(many), moment],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "here\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert dump() == before
    assert rows("SELECT count(*) FROM import_run") == [(1,)]
    done = bring()
    assert (done.credentials.changed, done.credentials.added) == (1, 49)
    assert (done.records.added, done.records.changed) == (12_000, 0)


def test_many_undated_records_twice(bring, many):
    assert bring().records.added == 12_000
    assert bring().records.unchanged == 12_000


def add_event(engine):
    """Write as a portal does, without any patience."""
    with engine.connect() as connection, connection.begin():
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
        else:
            connection.exec_driver_sql("SET LOCAL lock_timeout='50ms'")
        connection.execute(
            text(
                "INSERT INTO feedback_event (teacher_id, credential_id, kind, at, reason,"
                " recorded_at) SELECT t.id, c.id, 'saved', :at, '', :at"
                " FROM teacher t, credential c WHERE t.source_id = 'T1' AND c.source_id = 'M1'"
            ),
            {"at": datetime.now(UTC).replace(tzinfo=None)},
        )


def test_others_write_while_it_reads(engine, many, bring, write, rows):
    first = many.parent / "first"
    write("records", HEADER, "T1,M1,earned,,before", into=first)
    bring(first)
    batches = []

    def meanwhile(done, _total):
        batches.append(done)
        add_event(engine)

    bring(progress=meanwhile)
    assert len(batches) >= 4
    assert rows("SELECT count(*) FROM feedback_event") == [(len(batches),)]


def test_others_wait_while_it_merges(engine, many, bring, write, monkeypatch, rows):
    first = many.parent / "first"
    write("records", HEADER, "T1,M1,earned,,before", into=first)
    bring(first)
    write("events", "teacher_id,credential_id,kind,at", "T1,M1,viewed,2025-01-01")
    real = plain_csv.Merge.run
    refused = []

    def run(merge):
        with pytest.raises(OperationalError):
            add_event(engine)
        refused.append(merge)
        return real(merge)

    monkeypatch.setattr(plain_csv.Merge, "run", run)
    bring()
    assert len(refused) == 3
    assert rows("SELECT kind FROM feedback_event") == [("viewed",)]


def test_what_others_wrote_while_it_read_is_seen(engine, write, bring, folder, rows):
    """A fact that arrived during the staging is compared with, not doubled."""
    write("records", HEADER, "T1,M1,earned,,import")
    other = write("records", HEADER, "T1,M1,earned,,other", into=folder.parent / "other").parent
    started = []

    def meanwhile(_done, _total):
        if not started:
            started.append(True)
            import_paths(engine, [other], ImportOptions())

    done = bring(progress=meanwhile)
    assert (done.records.changed, done.records.stubs) == (1, {})
    assert rows("SELECT source FROM credential_record WHERE superseded_at IS NULL") == [("import",)]


@pytest.fixture
def before_the_transaction(monkeypatch):
    """Do something after everything was compared, before the store is locked."""
    real = plain_csv._one_writer

    def arrange(action):
        def one_writer(connection, merges, *, keep):
            assert [merge.rehearsal is not None for merge in merges] == [True]
            monkeypatch.setattr(plain_csv, "_one_writer", real)
            action()
            return real(connection, merges, keep=keep)

        monkeypatch.setattr(plain_csv, "_one_writer", one_writer)

    return arrange


def test_what_was_compared_beforehand_is_compared_again_if_something_changed(
    engine, write, bring, folder, before_the_transaction, rows
):
    write("records", HEADER, "T1,M1,earned,,first")
    bring()
    write("records", HEADER, "T1,M1,earned,,mine", "T1,M1,enrolled,,mine")
    other = write("records", HEADER, "T1,M1,earned,,mine", into=folder.parent / "other").parent
    before_the_transaction(lambda: import_paths(engine, [other], ImportOptions()))
    done = bring().records
    assert (done.added, done.changed, done.unchanged) == (1, 0, 1)
    assert rows("SELECT source FROM credential_record ORDER BY id") == [
        ("first",),
        ("mine",),
        ("mine",),
    ]


def test_what_was_compared_beforehand_holds_if_nothing_changed(
    engine, write, bring, before_the_transaction
):
    write("records", HEADER, "T1,M1,earned,,first", "T1,M1,enrolled,,first")
    bring()
    write("records", HEADER, "T1,M1,earned,,second", "T1,M1,enrolled,,first", "T1,M1,expired,,x")
    before_the_transaction(lambda: None)
    done = bring().records
    assert (done.added, done.changed, done.unchanged) == (1, 1, 1)


def test_an_error_in_the_merge_takes_everything_back(engine, many, bring, monkeypatch, dump):
    empty = dump()
    real = plain_csv.Merge.run

    def run(merge):
        if merge.contract.name == "records":
            raise KeyboardInterrupt
        return real(merge)

    monkeypatch.setattr(plain_csv.Merge, "run", run)
    with pytest.raises(KeyboardInterrupt):
        bring()
    assert dump() == empty
    monkeypatch.undo()
