"""Reads XML that may be hostile, one record after the other and within limits.

A record is a child of the root. A document type declaration is refused, and with it every entity
declaration: nothing can expand or fetch anything.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, NoReturn
from xml.parsers import expat

from features.importers.documents import MAX_DEPTH
from features.importers.reader import open_limited
from recommender.errors import ImportRefused

MAX_RECORD: Final = 1024 * 1024
"""Characters of text in one record."""
MAX_ELEMENTS: Final = 50_000
"""Elements in one record."""
MAX_TAG: Final = 1024 * 1024
"""Bytes of one tag, comment or other mark."""

CHUNK: Final = 64 * 1024

Element = dict[str, Any]
"""Child elements by their names without prefix; one that is repeated is a list."""

_RECORD: Final = 2
"""Depth of a record: a child of the root."""


class XmlFile:
    """An open XML file."""

    def __init__(self, name: str, binary: IO[bytes]) -> None:
        self.name = name
        self._binary = binary
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._open: list[tuple[str, Element, list[str]]] = []
        self._line = 0
        self._characters = 0
        self._elements = 0
        self._done: list[tuple[int, str, Element]] = []

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._binary.tell()

    def records(self) -> Iterator[tuple[int, str, Element]]:
        """Yield line, name and children of each record.

        Raises
        ------
        ImportRefused
            The file is not well-formed, has a document type, or is over a limit.
        """
        chunk = self._binary.read(CHUNK)
        while True:
            try:
                self._parser.Parse(chunk, not chunk)
            except expat.ExpatError as error:
                said = expat.ErrorString(error.code)
                self._refuse(f"is not well-formed: {said}", error.lineno)
            except (LookupError, ValueError):
                self._refuse("its encoding is not known; UTF-8 always is")
            if self._binary.tell() - self._parser.CurrentByteIndex > MAX_TAG:
                self._refuse(f"one mark has more than {MAX_TAG:,} bytes")
            yield from self._done
            self._done = []
            if not chunk:
                return
            chunk = self._binary.read(CHUNK)

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._open.append((name.rpartition(":")[2], {}, []))
        depth = len(self._open)
        if depth == _RECORD:
            self._line, self._characters, self._elements = self._parser.CurrentLineNumber, 0, 0
        self._elements += 1
        if depth > MAX_DEPTH:
            self._refuse(f"elements are nested more than {MAX_DEPTH} deep")
        if self._elements > MAX_ELEMENTS:
            self._refuse(f"one record has more than {MAX_ELEMENTS:,} elements")

    def _text(self, text: str) -> None:
        if len(self._open) > _RECORD:
            self._characters += len(text)
            if self._characters > MAX_RECORD:
                self._refuse(f"one record has more than {MAX_RECORD:,} characters")
            self._open[-1][2].append(text)

    def _end(self, _name: str) -> None:
        name, children, texts = self._open.pop()
        if len(self._open) >= _RECORD:
            value = children or "".join(texts).strip()
            parent = self._open[-1][1]
            known = parent.get(name)
            if known is None:
                parent[name] = value
            elif isinstance(known, list):
                known.append(value)
            else:
                parent[name] = [known, value]
        elif len(self._open) == _RECORD - 1:
            self._done.append((self._line, name, children))

    def _doctype(self, *_parts: object) -> NoReturn:
        self._refuse("a document type (DOCTYPE) is not taken, nor the entities that it may declare")

    def _refuse(self, rule: str, line: int = 0) -> NoReturn:
        at = line or self._parser.CurrentLineNumber
        raise ImportRefused(f"{self.name}, line {at}: {rule}.")


@contextmanager
def open_xml(path: Path) -> Iterator[XmlFile]:
    """Open an XML file.

    Raises
    ------
    InvalidInput
        It is not there, or not a regular file.
    ImportRefused
        It is over the limit of size.
    """
    with open_limited(path) as binary:
        yield XmlFile(path.name, binary)
