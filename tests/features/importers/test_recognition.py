import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.importers.plain_csv import ImportOptions, import_paths
from features.importers.recognition import FileSample, recognise, why_not
from recommender.errors import ImportRefused, InvalidInput, RecommenderError
from recommender.store.engine import make_engine

USERS = "sourcedId,status,dateLastModified,enabledUser,givenName,familyName,role"
STATEMENT = {"actor": {"account": {"name": "T1"}}, "verb": {"id": "v"}, "object": {"id": "o"}}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ('{"CFDocument": {}}', "CASE"),
        ('\ufeff  {"CFItems": [], "CFDocument": {}}', "CASE"),
        ('{"@context": "https://credreg.net/ctdl/schema/context/json", "@graph": []}', "CTDL"),
        ('[{"ceterms:ctid": "ce-1"}]', "CTDL"),
        ('{"envelope_id": "x", "envelope_ceterms_ctid": "ce-1"}', "CTDL"),
        ('[{"evaluationElementReference": {}}]', "Ed-Fi"),
        ("<?xml version='1.0'?><x:EvaluationElementRating xmlns:x='y'/>", "Ed-Fi"),
        (json.dumps(STATEMENT), "xAPI"),
        ('{"statements": [' + json.dumps(STATEMENT) + "]}", "xAPI"),
        ("sourcedId,status,dateLastModified,x\n", "OneRoster"),
        ('"propertyName","value"\n', "OneRoster"),
        ("sourcedId,name\n", "OneRoster"),
        ('{"@context": ["https://w3id.org/openbadges/v2"], "type": "Assertion"}', "Open Badges"),
        ('{"type": ["ClrCredential"]}', "Open Badges"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2lnbmVk\n", "Open Badges"),
        ('<svg xmlns:openbadges="http://openbadges.org"></svg>', "Open Badges"),
        ("<svg/>", None),
        ("teacher_id,name\n", None),
        ("<html></html>", None),
        ("<EvaluationElementRatingLevelDescriptor/>", None),
        ('{"id": 1}', None),
        ("", None),
        ("\0\1\2", None),
        ('a,"b\nc', None),
    ],
)
def test_a_format_is_known_by_what_is_in_the_file(tmp_path, content, name):
    path = tmp_path / "misleading.csv"
    path.write_text(content, encoding="utf-8")
    found = recognise(FileSample(path))
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"@context": "http://credreg.net/ctdlasn/schema/context/json"}', "a CTDL-ASN"),
        ('"Identifier","Human Coding Scheme"', "OpenSALT's CSV"),
        ("<a xmlns='http://ed-fi.org/5.0'/>", "an Ed-Fi file without evaluation ratings"),
        ("salary,name", "no contract has this name"),
        ('{"a": 1}', "no format is recognised in it"),
    ],
)
def test_what_is_known_of_but_not_taken_is_told(tmp_path, content, reason):
    path = tmp_path / "a"
    path.write_text(content)
    assert recognise(FileSample(path)) is None
    assert why_not(FileSample(path)).startswith(reason)


@given(st.binary(max_size=300))
def test_no_bytes_are_too_much(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "a.bin"
    path.write_bytes(content)
    sample = FileSample(path)
    assert isinstance(why_not(sample), str)
    recognise(sample)


@given(
    st.sampled_from(
        [
            b'{"CFDocument":%s}',
            b'{"CFDocument":{"title":"t"},"CFItems":%s,"CFAssociations":%s}',
            b'{"ceterms:ctid":"c","@type":"ceterms:Badge","ceterms:requires":%s,"ceterms:name":%s}',
            b'[{"performanceEvaluationTitle":%s},{"evaluationElementReference":%s}]',
            b'{"actor":%s,"verb":%s,"object":{}}',
            b'{"statements":%s,"actor":1,"verb":2,"object":3}',
            b'{"type":"OpenBadgeCredential","credentialSubject":%s,"issuer":%s}',
            (
                b'{"type":"OpenBadgeCredential","issuer":"i","proof":%s,"credentialSubject":'
                b'{"achievement":{"id":"a","alignment":%s},"identifier":{"identityHash":"x"}}}'
            ),
            b'{"type":"ClrCredential","credentialSubject":{"verifiableCredential":%s},"id":%s}',
            (
                b'{"@context":"https://w3id.org/openbadges/v2","type":"Assertion","badge":%s,'
                b'"recipient":{"identity":"sha256$a","salt":%s}}'
            ),
            b"<InterchangePerformanceEvaluation>%s%s</InterchangePerformanceEvaluation>",
            b"sourcedId,status,dateLastModified,enabledUser,givenName,familyName,role\n%s,%s",
        ]
    ),
    st.lists(
        st.sampled_from(
            [
                *(b"1", b"null", b'"x"', b"{}", b"[[]]", b'[{"identifier":"a"}]', b"<a/>"),
                *(b'{"id":{"a":[1]}}', b"\xff", b'{"uri":3}', b"true", b"1e999", b'["_:b"]'),
                b'{"a":1,"a":2}',
            ]
        ),
        min_size=2,
        max_size=2,
    ),
)
def test_any_content_is_imported_or_refused_by_the_family(
    tmp_path_factory, migrated_sqlite, shape, values
):
    """Nothing but an error of ours comes out, whatever stands where a value should."""
    folder = tmp_path_factory.mktemp("any")
    content = shape
    for value in values:
        content = content.replace(b"%s", value, 1)
    (folder / "a.json").write_bytes(content)
    shutil.copyfile(migrated_sqlite, folder / "store.db")
    engine = make_engine(f"sqlite:///{folder / 'store.db'}")
    try:
        import_paths(
            engine,
            [folder],
            ImportOptions(dry_run=True, report=folder / "out" / "bad.csv", district="D"),
        )
    except RecommenderError:
        pass
    finally:
        engine.dispose()


def test_a_folder_with_several_formats_in_it(bring, folder, write, rows):
    write("teachers", "teacher_id,email", "T1,ana@example.org")
    write("salaries", "who,what", "T1,much")
    (folder / "rubric.json").write_text(
        json.dumps(
            {
                "CFDocument": {"title": "Rubric", "identifier": "d"},
                "CFItems": [{"identifier": "i", "humanCodingScheme": "Q", "fullStatement": "Q"}],
            }
        )
    )
    badge = {"@type": "ceterms:Badge", "ceterms:ctid": "ce-1", "ceterms:name": "Wait Time"}
    asked = {"ceterms:frameworkName": "Rubric", "ceterms:codedNotation": "Q"}
    (folder / "catalog.jsonld").write_text(json.dumps(badge | {"ceterms:teaches": [asked]}))
    verb = {"id": "http://adlnet.gov/expapi/verbs/completed"}
    moment = {"timestamp": "2025-01-01T00:00:00Z"}
    who = {"actor": {"mbox": "mailto:ANA@example.org"}, "object": {"id": "ce-1"}}
    (folder / "log.jsonl").write_text(json.dumps(who | moment | {"verb": verb}) + "\n")
    (folder / "notes.txt").write_text("nothing")
    done = bring()
    assert [(file.file, file.format, file.added) for file in done.summary.files if file.rows] == [
        ("rubric.json (standards)", "CASE 1.0", 2),
        ("catalog.jsonld (credentials)", "CTDL JSON-LD", 1),
        ("catalog.jsonld (alignments)", "CTDL JSON-LD", 1),
        ("teachers.csv", "plain CSV", 1),
        ("log.jsonl (events)", "xAPI statements", 1),
    ]
    assert done.summary.stubs == 0
    assert done.summary.left_alone == {"salaries.csv": "no contract has this name"}
    told = json.dumps(done.summary.as_dict())
    assert "example.org" not in told
    assert rows("SELECT kind FROM feedback_event") == [("claimed",)]
    assert sum(file.unchanged for file in bring().summary.files) == 6


def test_all_files_are_one_unit(bring, folder, write, dump):
    empty = dump()
    write("teachers", "teacher_id", "T1")
    (folder / "bad.json").write_text('{"actor": {}, "verb": {}, "object": {}} trailing')
    with pytest.raises(ImportRefused, match=r"bad\.json"):
        bring()
    assert dump() == empty


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_is_no_regular_file_is_left_alone_in_a_folder(bring, folder, write, kind):
    write("credentials", "credential_id", "M")
    if kind == "link":
        (folder / "a.json").symlink_to("/etc/passwd")
    else:
        os.mkfifo(folder / "a.json")
    (reason,) = bring().summary.left_alone.values()
    assert ("symbolic link" if kind == "link" else "not a regular file") in reason


def test_a_single_file_that_is_not_recognised_says_what_is_known(bring, folder):
    (folder / "a.txt").write_text("hello")
    with pytest.raises(InvalidInput, match=r"docs/formats\.md"):
        bring(folder / "a.txt")


HOSTILE = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_DATA, (512 * 2**20, 512 * 2**20))
from features.importers.folders import find_files
from features.importers.plain_csv import ImportOptions, import_paths
from recommender.errors import RecommenderError
from recommender.store.engine import make_engine
try:
    import_paths(make_engine(sys.argv[1]), [Path(sys.argv[2])], ImportOptions(dry_run=True))
except RecommenderError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("begin", "repeated", "end", "sentence"),
    [
        ('{"verb":{},"actor":"', "x", "", "or no end"),
        ('{"CFDocument":{},"CFItems":[', "{},", "{}]}", "parts"),
        ('{"ceterms:name":[', "1,", "1]}", "members"),
        ('{"ceterms:name":["', "\U0001f600", '"]}', "or no end"),
        ("<InterchangePerformanceEvaluation a='", "x", "", "one mark has more than"),
        ("<InterchangePerformanceEvaluation><a><b>", "x", "", "more than 1,048,576 characters"),
        (f'{USERS}\n1,active,"', "x", "", "one row has more than"),
    ],
)
def test_a_hundred_megabytes_in_one_line_are_refused_in_little_memory(
    tmp_path, sqlite_engine, begin, repeated, end, sentence
):
    path = tmp_path / "huge.json"
    with path.open("w", encoding="utf-8") as file:
        file.write(begin)
        block = repeated * (2**20 // len(repeated.encode()))
        for _ in range(100 if len(repeated.encode()) < 4 else 160):
            file.write(block)
        file.write(end)
    done = subprocess.run(
        [sys.executable, "-c", HOSTILE, str(sqlite_engine.url), str(path)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd()), "OPENBLAS_NUM_THREADS": "1"},
    )
    path.unlink()
    assert sentence in done.stdout


def test_a_bomb_in_an_archive_is_refused(bring, folder):
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.csv", b"0" * 5_000_000)
    with pytest.raises(ImportRefused, match="200 times its size"):
        bring()
