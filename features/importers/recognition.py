"""Says of a file which format it is, by what is in it: header, manifest, @context or type."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from features.importers.formats import FORMATS, OTHERS
from features.importers.reader import first_cells, open_regular
from features.importers.sources import Format, Sample

HEAD: Final = 64 * 1024
"""Bytes that are looked at."""

SURE_ENOUGH: Final = 0.5

_MARK: Final = b"\xef\xbb\xbf"
_NAME: Final = re.compile(rb'"((?:[^"\\]|\\.){1,200})"\s*:')


@dataclass(frozen=True)
class FileSample:
    """A file and its beginning."""

    path: Path

    @cached_property
    def head(self) -> bytes:
        """First bytes, without a byte-order mark and leading blanks."""
        with open_regular(self.path) as binary:
            return binary.read(HEAD).removeprefix(_MARK).lstrip()

    @cached_property
    def json_names(self) -> frozenset[str]:
        """Names of JSON members in the head; empty where it is no JSON."""
        if not self.head.startswith((b"{", b"[")):
            return frozenset()
        return frozenset(name.decode("utf-8", "replace") for name in _NAME.findall(self.head))

    @cached_property
    def csv_header(self) -> tuple[str, ...]:
        """Names of the first row, in small letters; empty where it is no CSV."""
        if self.head.startswith((b"{", b"[", b"<", b"PK\x03\x04", b"PK\x05\x06")):
            return ()
        return first_cells(self.head)


def recognise(sample: Sample, formats: Sequence[Format] = FORMATS) -> Format | None:
    """Return the format that is surest of a file, or None."""
    sure, found = 0.0, None
    for item in formats:
        confidence = item.recognise(sample)
        if confidence > sure:
            sure, found = confidence, item
    return found if sure >= SURE_ENOUGH else None


def why_not(sample: Sample) -> str:
    """Return why a file that no format recognises is left alone."""
    for sign, reason in OTHERS:
        if sign(sample):
            return reason
    return "no contract has this name" if sample.csv_header else "no format is recognised in it"
