"""Opens a zip archive that may be hostile: nothing is unpacked to disk, and limits come first."""

import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final
from zlib import error as ZlibError  # noqa: N812 - it is an error, whatever zlib calls it

from features.importers.reader import open_regular
from recommender.errors import ImportRefused

MAX_MEMBERS: Final = 1_000
"""Files in an archive."""
MAX_TOTAL: Final = 4 * 1024**3
"""Bytes of all files in an archive once unpacked."""
MAX_RATIO: Final = 200
"""How many times its archive's size the files in it may have; text seldom reaches 30."""
SMALL: Final = 1024 * 1024
"""Bytes that are unpacked whatever the ratio."""

_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x07"
_END_SIZE: Final = 22
_MAX_COMMENT: Final = 65_535
_MAX_DIRECTORY: Final = 1024 * 1024


@dataclass(frozen=True)
class Member:
    """One file of an archive."""

    name: str
    size: int
    open: Callable[[], AbstractContextManager[IO[bytes]]]


@contextmanager
def open_archive(path: Path) -> Iterator[list[Member]]:
    """Open a zip archive and list its files.

    Raises
    ------
    InvalidInput
        It is not there, or not a regular file.
    ImportRefused
        It is damaged, encrypted, over a limit, or a name in it leads outside.
    """
    try:
        with open_regular(path) as binary:
            _check_end(path.name, binary)
            with zipfile.ZipFile(binary) as archive:
                members = [item for item in archive.infolist() if not item.is_dir()]
                _check_members(path.name, members, binary.seek(0, 2))
                yield [_member(path.name, archive, item) for item in members]
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ZlibError):
        raise ImportRefused(f"{path.name} is a damaged zip archive, or of a rare kind.") from None


def _member(name: str, archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> Member:
    return Member(item.filename, item.file_size, lambda: _opened(name, archive, item))


@contextmanager
def _opened(name: str, archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    try:
        with archive.open(item) as stream:
            yield stream
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ZlibError):
        raise ImportRefused(f"{name}: {item.filename[:80]!r} in it is damaged.") from None


def _check_end(name: str, binary: IO[bytes]) -> None:
    """Refuse an archive whose list of files alone would fill the memory."""
    size = binary.seek(0, 2)
    binary.seek(max(0, size - _MAX_COMMENT - _END_SIZE - 20))
    tail = binary.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise zipfile.BadZipFile
    files, directory = struct.unpack("<HL", tail[at + 10 : at + 16])
    if _END_64 in tail[max(0, at - 20) : at] or files > MAX_MEMBERS or directory > _MAX_DIRECTORY:
        raise ImportRefused(f"{name} holds more than {MAX_MEMBERS:,} files.")
    binary.seek(0)


def _check_members(name: str, members: list[zipfile.ZipInfo], size: int) -> None:
    if len(members) > MAX_MEMBERS:
        raise ImportRefused(f"{name} holds more than {MAX_MEMBERS:,} files.")
    names = [item.filename for item in members]
    if len(set(names)) != len(names):
        raise ImportRefused(f"{name} holds two files of one name.")
    for item in members:
        if _leads_outside(item.filename):
            raise ImportRefused(f"{name}: the name {item.filename[:80]!r} leads outside of it.")
        if item.flag_bits & 1:
            raise ImportRefused(f"{name} is encrypted.")
        if stat.S_ISLNK(item.external_attr >> 16):
            raise ImportRefused(f"{name}: {item.filename[:80]!r} in it is a symbolic link.")
    total = sum(item.file_size for item in members)
    if total > MAX_TOTAL:
        raise ImportRefused(f"{name} has more than {MAX_TOTAL:,} bytes once unpacked.")
    if total > SMALL and total > MAX_RATIO * size:
        raise ImportRefused(
            f"{name} would unpack to more than {MAX_RATIO} times its size, as no roster does."
        )


def _leads_outside(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return ".." in parts or name.startswith(("/", "\\")) or (bool(parts) and ":" in parts[0])
