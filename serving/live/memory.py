"""What is remembered of questions asked before; those longest unused are forgotten first."""

import zlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Generic, TypeVar

from serving.live.slate_log import Served
from serving.live.versions import Versions

Q = TypeVar("Q")

BESIDE_THE_BODY: Final = 2_000
"""Bytes that a remembered question takes beside the body of its answer, about."""


_QUICKLY: Final = 1
"""Level of compression: a fifth is left of a list, and higher levels take much longer for less."""


@dataclass(frozen=True)
class Ground:
    """What an answer rests on: while it is the same, so is the answer."""

    versions: Versions
    """Read before everything that the answer was made of, or in one statement with it."""
    day: date
    """At midnight credentials begin and retire, licences come due, dismissals lapse."""
    bundle_hash: str
    shelf: int
    """Count of the changes of state packs."""


@dataclass
class Answer:
    """The bytes of an answer, and what it rests on."""

    ground: Ground
    body: bytes
    """As it goes out, or packed (`text`)."""
    tick: Any
    """The store's state at which the ground was last seen to hold (see `VersionReader.tick`)."""
    segment: Any
    size: int
    served: Served
    """What is kept of it each time it goes out."""
    packed: bool = False

    @property
    def text(self) -> bytes:
        """The body as it goes out."""
        return zlib.decompress(self.body) if self.packed else self.body

    def pack(self) -> "Answer":
        """Return the answer as it is kept: a list says much the same of each of its items."""
        return replace(self, body=zlib.compress(self.body, _QUICKLY), packed=True)


class Memory(Generic[Q]):
    """Questions by key, with their answers where there is room.

    Parameters
    ----------
    most_bytes
        Answers together take at most about so much; 0 keeps the questions (who asked, of whom,
        what) and no answer.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = max(most_bytes, 0)
        self._size = 0
        self._kept: OrderedDict[Hashable, tuple[Q, Answer | None]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def keeps_answers(self) -> bool:
        """Whether there is room for any answer."""
        return self._most > 0

    def find(self, key: Hashable) -> tuple[Q, Answer | None] | None:
        """Return the question and its answer, if they are remembered."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: Hashable, question: Q, answer: Answer | None) -> None:
        """Remember a question and its answer in place of what there was."""
        self.forget(key)
        kept = answer.pack() if answer and self._most else None
        self._kept[key] = (question, kept)
        self._size += _size(kept)
        room = self._most or MOST_QUESTIONS * BESIDE_THE_BODY
        while self._size > room:
            self.forget(next(iter(self._kept)))

    def forget(self, key: Hashable) -> None:
        """Forget a question, if it is remembered."""
        found = self._kept.pop(key, None)
        if found is not None:
            self._size -= _size(found[1])


MOST_QUESTIONS: Final = 10_000
"""So many questions are kept where no answers are."""


def _size(answer: Answer | None) -> int:
    return BESIDE_THE_BODY + (len(answer.body) if answer else 0)
