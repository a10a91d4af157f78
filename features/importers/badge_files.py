"""Where badges are found: JSON, signed texts (a line each), and pictures with one baked into them.

Each yields documents: what is said, and the signed text that says so where there is one.
"""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Final, NoReturn
from xml.parsers import expat

from features.importers.documents import Item, JsonFile
from features.importers.reader import open_limited
from features.verification.jws import LONGEST, SignedText, read_signed
from recommender.errors import ImportRefused

PNG: Final = b"\x89PNG\r\n\x1a\n"
KEYWORDS: Final = frozenset({b"openbadges", b"openbadgecredential"})
"""Names of the text chunk that holds a badge, in 2.0 and 3.0."""
NAMESPACES: Final = frozenset(
    {"http://openbadges.org", "https://openbadges.org", "https://purl.imsglobal.org/ob/v3p0"}
)
"""Namespaces of the element that holds a badge in an SVG picture."""

CLAIMS: Final = ("iss", "jti", "nbf", "exp")
"""Claims of a token that say something of the credential in it."""

MAX_PICTURE: Final = 32 * 1024 * 1024
"""Bytes of a picture."""
MAX_CHUNKS: Final = 10_000
"""Parts of a PNG picture; those that hold no text are passed over unread."""

_CHUNK_HEAD: Final = 8
_READ: Final = 64 * 1024
_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Document:
    """Something that a file says, not yet believed."""

    content: Item
    signed: SignedText | None = None
    problem: str = ""
    """The rule that it breaks, where it cannot be read."""


class BadgeFile:
    """An open file with badges in it."""

    def __init__(self, name: str, binary: IO[bytes]) -> None:
        self.name = name
        self.binary = binary
        # What reads it closes it when it goes, so it stays for as long as the file.
        self._json: JsonFile | None = None

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self.binary.tell() if not self.binary.closed else 0

    def documents(self) -> Iterator[tuple[int, Document]]:
        """Yield each document and its number, from 1.

        Raises
        ------
        ImportRefused
            The file is malformed as a whole, or over a limit.
        """
        head = self.binary.read(_READ)
        self.binary.seek(0)
        bare = head.removeprefix(_MARK).lstrip()
        if head.startswith(PNG):
            yield from self._baked(self._png_texts())
        elif bare.startswith(b"<"):
            yield from self._baked(self._svg_texts())
        elif bare.startswith((b"{", b"[")):
            self._json = JsonFile(self.name, self.binary)
            for number, item in self._json.objects():
                yield number, Document(item)
        else:
            yield from self._lines()

    def _lines(self) -> Iterator[tuple[int, Document]]:
        number = 0
        while line := self.binary.readline(LONGEST + 2):
            number += 1
            if len(line) > LONGEST + 1:
                self._refuse(f"line {number} has more than {LONGEST:,} characters")
            text = line.removeprefix(_MARK).strip().decode("utf-8", "replace")
            if text:
                yield number, signed_document(self.name, text)

    def _baked(self, texts: Iterator[str]) -> Iterator[tuple[int, Document]]:
        for number, text in enumerate(texts, 1):
            bare = text.strip()
            if bare.startswith("{"):
                for _, item in JsonFile(self.name, BytesIO(bare.encode())).objects():
                    yield number, Document(item)
            elif bare.startswith(("http://", "https://")):
                yield number, Document({"type": "Assertion", "id": bare, "address": True})
            else:
                yield number, signed_document(self.name, bare)

    def _png_texts(self) -> Iterator[str]:
        """Yield the texts of the chunks that hold a badge; every other chunk is passed over."""
        self._check_size()
        self.binary.seek(len(PNG))
        for _ in range(MAX_CHUNKS):
            head = self.binary.read(_CHUNK_HEAD)
            if len(head) < _CHUNK_HEAD:
                self._refuse("the picture is cut off")
            size, kind = struct.unpack(">L4s", head)
            if kind == b"IEND":
                return
            if kind != b"iTXt":
                self.binary.seek(size + 4, 1)
                continue
            # The keyword comes first: a giant text of another kind is passed over as well.
            start = self.binary.tell()
            keyword = self.binary.read(min(size, 80)).partition(b"\0")[0]
            self.binary.seek(start)
            if keyword in KEYWORDS:
                yield self._badge_text(kind, size)
            else:
                self.binary.seek(size + 4, 1)
        self._refuse(f"the picture has more than {MAX_CHUNKS:,} parts")

    def _badge_text(self, kind: bytes, size: int) -> str:
        if size > LONGEST:
            self._refuse(f"the badge in the picture has more than {LONGEST:,} bytes")
        content, check = self.binary.read(size), self.binary.read(4)
        if len(check) != 4 or zlib.crc32(kind + content) != int.from_bytes(check, "big"):  # noqa: PLR2004 - bytes of a check sum
            self._refuse("the badge in the picture is damaged")
        _keyword, _, rest = content.partition(b"\0")
        if rest[:1] != b"\0":
            self._refuse("the badge in the picture is compressed, which the standard forbids")
        _language, _, rest = rest[2:].partition(b"\0")
        return rest.partition(b"\0")[2].decode("utf-8", "replace")

    def _svg_texts(self) -> Iterator[str]:
        """Yield the signed text or the JSON of each element that holds a badge."""
        self._check_size()
        found: list[list[str]] = []
        inside: list[bool] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            namespace, _, local = name.rpartition(" ")
            mine = namespace in NAMESPACES and local in {"assertion", "credential"}
            inside.append(mine)
            if mine:
                found.append([attributes.get("verify", "")])

        def text(words: str) -> None:
            if inside and inside[-1]:
                found[-1].append(words)

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = start
        parser.EndElementHandler = lambda _name: inside.pop() and None
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            while chunk := self.binary.read(_READ):
                parser.Parse(chunk, False)  # noqa: FBT003 - expat's own way
                if sum(map(len, found[-1] if found else [])) > LONGEST:
                    self._refuse(f"the badge in the picture has more than {LONGEST:,} characters")
            parser.Parse(b"", True)  # noqa: FBT003 - expat's own way
        except (expat.ExpatError, ValueError, LookupError):
            self._refuse("the picture is not well-formed")
        for verify, *texts in found:
            yield "".join(texts).strip() or verify

    def _check_size(self) -> None:
        size = self.binary.seek(0, 2)
        self.binary.seek(0)
        if size > MAX_PICTURE:
            self._refuse(f"the picture has more than {MAX_PICTURE:,} bytes")

    def _doctype(self, *_parts: object) -> NoReturn:
        self._refuse("a document type (DOCTYPE) is not taken, nor the entities that it may declare")

    def _refuse(self, rule: str) -> NoReturn:
        raise ImportRefused(f"{self.name}: {rule}.")


@contextmanager
def open_badges(path: Path) -> Iterator[BadgeFile]:
    """Open a file with badges.

    Raises
    ------
    InvalidInput
        It is not there, or not a regular file.
    ImportRefused
        It is over the limit of size.
    """
    with open_limited(path) as binary:
        yield BadgeFile(path.name, binary)


def signed_document(name: str, text: str) -> Document:
    """Return what a signed text says, in the form in which an unsigned one would say it."""
    signed = read_signed(text)
    if signed is None:
        return Document({}, None, "it is neither JSON nor a signed text (compact JWS)")
    try:
        items = [item for _, item in JsonFile(name, BytesIO(signed.payload)).objects()]
    except ImportRefused:
        items = []
    if len(items) != 1:
        return Document({}, None, "what is signed is no JSON object, or over a limit")
    return Document(_completed(items[0]), signed)


def _completed(claims: Item) -> Item:
    """Return the credential of a token: its `vc` claim, or all of it, with the claims beside it."""
    inner = claims.get("vc")
    beside: Item = {name: claims[name] for name in CLAIMS if name in claims}
    made = {**inner, **beside} if isinstance(inner, dict) else dict(claims)
    if "validUntil" not in made and "expirationDate" not in made and "exp" in beside:
        made["validUntil"] = _moment(beside["exp"])
    if "validFrom" not in made and "issuanceDate" not in made and "nbf" in beside:
        made["validFrom"] = _moment(beside["nbf"])
    return made


def _moment(seconds: object) -> str:
    """Return a token's moment as text; what is none stays what it is, and is not understood."""
    try:
        return datetime.fromtimestamp(float(str(seconds)), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return str(seconds)
