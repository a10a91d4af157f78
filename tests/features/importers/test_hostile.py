"""Files that mean harm: each is refused or set apart in words, within 512 MB.

One process a file: what it may hold in memory is limited, and what it held is measured.
"""

import gzip
import json
import os
import subprocess
import sys
import zipfile
import zlib
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from tests.features.badge_signer import ISSUER, Signer, credential, png, status_entry, status_list

IMPORT = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_DATA, (512 * 2**20, 512 * 2**20))
from features.importers.plain_csv import ImportOptions, import_paths
from recommender.errors import RecommenderError
from recommender.store.engine import make_engine
engine = make_engine(sys.argv[1])
try:
    summary = import_paths(engine, [Path(sys.argv[2])], ImportOptions())
    print("imported", *summary.examples, *(file.added for file in summary.files))
    with engine.connect() as connection:
        print(*connection.exec_driver_sql("SELECT why FROM earned_badge").scalars())
except RecommenderError as error:
    print(type(error).__name__, error)
# The peak that getrusage tells includes the parent's, from before this program began.
told = Path("/proc/self/status").read_text()
print(int(told.partition("VmHWM:")[2].split()[0]) // 1024)
"""
MEGABYTE = 2**20
HUNDRED = 100 * MEGABYTE
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
ROSTER = "sourcedId,status,dateLastModified,enabledUser,givenName,familyName,role\n"
SIGNER = Signer()


def many(path, begin, repeated, end="", size=HUNDRED):
    with path.open("wb") as file:
        file.write(begin)
        block = repeated * (MEGABYTE // len(repeated))
        for _ in range(size // MEGABYTE):
            file.write(block)
        file.write(end.encode())


def zip_bomb(folder):
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.csv", bytes(HUNDRED))


def archive_that_leads_outside(folder):
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("../../etc/users.csv", ROSTER)


def billion_laughs(folder):
    (folder / "a.xml").write_text(f"{LAUGHS}<EvaluationElementRating>&c;</EvaluationElementRating>")


def laughing_picture(folder):
    (folder / "a.svg").write_text(f"{LAUGHS}<svg xmlns:o='http://openbadges.org'>&c;</svg>")


def deep_json(folder):
    (folder / "a.json").write_text('{"CFDocument":' + "[" * 200_000)


def deep_badge(folder):
    (folder / "a.json").write_text('{"type":"OpenBadgeCredential","issuer":' + '{"a":' * 200_000)


def one_line_of_json(folder):
    many(folder / "a.json", b'{"actor":{},"verb":"', b"x", '"}')


def one_line_of_csv(folder):
    many(folder / "records.csv", b"teacher_id,credential_id,status,on\nT,M,earned,", b"1,")


def rows_of_giant_cells(folder):
    cell = "x" * 1_000_000
    many(
        folder / "credentials.csv",
        b"credential_id,description\n",
        f"M,{cell}\n".encode()[:MEGABYTE],
    )


def one_giant_token(folder):
    many(folder / "a.jwt", b"eyJhbGciOiJSUzI1NiJ9.", b"A", ".AAAA")


def token_of_deep_json(folder):
    deep = urlsafe_b64encode(b"[" * 600_000).decode().rstrip("=")
    (folder / "a.jwt").write_text(f"eyJhbGciOiJFZERTQSJ9.{deep}.AAAA")


def picture_with_a_giant_text(folder):
    (folder / "a.png").write_bytes(png("x" * (20 * MEGABYTE)))


def giant_picture(folder):
    many(folder / "a.png", png("")[:33], b"\0")


def picture_with_a_packed_text(folder):
    packed = zlib.compress(bytes(HUNDRED))
    (folder / "a.png").write_bytes(png("", flags=b"\1\0\0\0" + packed))


def badge_that_looks_alike(folder):
    alike = [{"type": ["Alignment"], "targetName": "same"} for _ in range(40)]
    badge = credential()
    subject = badge["credentialSubject"]
    subject["achievement"] |= {"alignment": alike}
    subject["achievement"].pop("id")
    badge["evidence"] = [{"type": ["Evidence"], "name": "same"} for _ in range(40)]
    badge["credentialSubject"] = [subject, subject]
    badge["proof"] = SIGNER.proved(credential())["proof"]
    (folder / "a.json").write_text(json.dumps(badge))


def status_list_bomb(folder):
    listed = status_list()
    bomb = urlsafe_b64encode(gzip.compress(bytes(5 * HUNDRED), 9, mtime=0)).decode().rstrip("=")
    listed["credentialSubject"]["encodedList"] = f"u{bomb}"
    (folder / "list.json").write_text(json.dumps(SIGNER.proved(listed)))
    badge = SIGNER.proved(credential(credentialStatus=status_entry(1)))
    (folder / "badge.json").write_text(json.dumps(badge))


def wrong_encoding(folder):
    (folder / "teachers.csv").write_text("teacher_id,given_name\nT1,José\n", encoding="latin-1")


def wide_encoding(folder):
    (folder / "teachers.csv").write_text("teacher_id,given_name\nT1,José\n", encoding="utf-16")


def wrong_encoding_of_json(folder):
    (folder / "a.json").write_bytes('{"CFDocument": {"title": "José"}}'.encode("latin-1"))


def header_with_a_name_twice(folder):
    (folder / "teachers.csv").write_text("teacher_id,email,email\nT1,a@b.c,d@e.f\n")


def name_twice_in_one_object(folder):
    (folder / "a.json").write_text('{"type":"OpenBadgeCredential","issuer":"a","issuer":"b"}')


def mixed_line_ends(folder):
    (folder / "teachers.csv").write_bytes(b"teacher_id,email\r\nT1,\nT2,\rT3,\r\n\r\nT4,")


CASES = {
    zip_bomb: "more than 200 times its size",
    archive_that_leads_outside: "leads outside of it",
    billion_laughs: "a document type (DOCTYPE) is not taken",
    laughing_picture: "a document type (DOCTYPE) is not taken",
    deep_json: "is nested more than 64 deep",
    deep_badge: "is nested more than 64 deep",
    one_line_of_json: "or no end",
    one_line_of_csv: "one row has more than 8,388,608 characters",
    rows_of_giant_cells: "imported",
    one_giant_token: "line 1 has more than 1,048,576 characters",
    token_of_deep_json: "what is signed is no JSON object, or over a limit",
    picture_with_a_giant_text: "the badge in the picture has more than 1,048,576 bytes",
    giant_picture: "the picture has more than 33,554,432 bytes",
    picture_with_a_packed_text: "compressed, which the standard forbids",
    badge_that_looks_alike: "too many things in it look alike",
    status_list_bomb: "Its status list has more than 67,108,864 entries.",
    wrong_encoding: "teachers.csv is not UTF-8: line 2, byte 7 of that line",
    wide_encoding: "teachers.csv is not UTF-8: line 1, byte 1 of that line",
    wrong_encoding_of_json: "is not UTF-8, as JSON has to be",
    header_with_a_name_twice: "names 'email' more than once",
    name_twice_in_one_object: "names 'issuer' twice in one object",
    mixed_line_ends: "imported 4",
}


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_harm_is_refused_in_words_and_in_little_memory(make, sqlite_engine, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    make(folder)
    if "badge" in make.__name__ or "status" in make.__name__:
        (folder / "teachers.csv").write_text("teacher_id,email\nT1,ana@example.org\n")
    (tmp_path / "issuers.toml").write_text(
        f'[[issuers]]\nid = "{ISSUER}"\nkeys = ["{SIGNER.multikey}"]\n'
    )
    own = {
        "PYTHONPATH": str(Path.cwd()),
        "OPENBLAS_NUM_THREADS": "1",
        "RECOMMENDER_DATA_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, str(sqlite_engine.url), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | own,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    *told, peak = done.stdout.strip().splitlines()
    assert CASES[make] in " ".join(told)
    assert int(peak) < 512
