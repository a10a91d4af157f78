import struct
import zipfile

import pytest

from features.importers import archives
from features.importers.archives import open_archive
from recommender.errors import ImportRefused


@pytest.fixture
def made(tmp_path):
    """A zip archive of these files."""

    def make(*files, compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w", compression) as archive:
            for name, content in files:
                archive.writestr(name, content)
        return path

    return make


def read(path):
    with open_archive(path) as members:
        contents = {}
        for member in members:
            with member.open() as stream:
                contents[member.name] = stream.read()
        return contents


def test_files_are_read_without_being_unpacked(made, tmp_path):
    assert read(made(("x/a.csv", "1"), ("x/", ""), ("b.csv", "2"))) == {
        "x/a.csv": b"1",
        "b.csv": b"2",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize(
    "name", ["../a.csv", "x/../../a.csv", "/etc/a.csv", "..\\a.csv", "\\a.csv", "C:\\a.csv"]
)
def test_names_that_lead_outside_are_refused(made, name):
    with pytest.raises(ImportRefused, match="leads outside"):
        read(made((name, "1")))


def test_a_bomb_is_refused_by_its_ratio(made):
    with pytest.raises(ImportRefused, match="200 times its size"):
        read(made(("users.csv", b"0" * 3_000_000)))


def test_a_bomb_is_refused_by_its_size(made, monkeypatch):
    monkeypatch.setattr(archives, "MAX_TOTAL", 1_000)
    with pytest.raises(ImportRefused, match="more than 1,000 bytes once unpacked"):
        read(made(("users.csv", b"0" * 600), ("orgs.csv", b"0" * 600)))


def test_a_size_that_lies_is_found(made):
    """What is declared bounds what is read; the rest shows as damage."""
    path = made(("users.csv", b"0" * 1_000_000))
    content = bytearray(path.read_bytes())
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<L", 10)
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match="damaged"):
        read(path)


def test_too_many_files_are_refused_before_they_are_listed(made, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    with pytest.raises(ImportRefused, match="more than 3 files"):
        read(made(*((f"{number}.csv", "1") for number in range(4))))


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_two_files_of_one_name_are_refused(made):
    with pytest.raises(ImportRefused, match="two files of one name"):
        read(made(("a.csv", "1"), ("a.csv", "2")))


def test_an_encrypted_file_is_refused(made):
    path = made(("a.csv", "1"))
    content = bytearray(path.read_bytes())
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match="encrypted"):
        read(path)


def test_a_link_in_an_archive_is_refused(made):
    item = zipfile.ZipInfo("users.csv")
    item.external_attr = 0o120777 << 16
    with pytest.raises(ImportRefused, match="symbolic link"):
        read(made((item, "/etc/passwd")))


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 500, b"PK\x05\x06"])
def test_what_only_begins_like_an_archive_is_refused(tmp_path, content):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(ImportRefused, match="damaged zip archive"):
        read(tmp_path / "a.zip")


def test_damaged_content_is_refused(made):
    path = made(("a.csv", b"0123456789" * 100), compression=zipfile.ZIP_STORED)
    content = path.read_bytes().replace(b"0123456789", b"0123456788", 1)
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match="damaged"):
        read(path)


def test_a_kind_of_compression_that_is_not_known_is_refused(made):
    path = made(("a.csv", "1"))
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
        at = content.rfind(mark)
        content[at + offset : at + offset + 2] = struct.pack("<H", 97)
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match="damaged"):
        read(path)
