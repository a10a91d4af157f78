"""To whom a sentence speaks: 'your' to the teacher, 'their' to a coach."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple


class Voice(StrEnum):
    """To whom a sentence speaks: to the teacher, or to a coach about the teacher."""

    TO_TEACHER = "to_teacher"
    ABOUT_TEACHER = "about_teacher"

    @property
    def words(self) -> "Words":
        """The pronouns of this voice."""
        return _WORDS[self]


class Words(NamedTuple):
    """Pronouns that stand for the teacher."""

    you: str
    to_you: str
    """As in 'set you a goal'."""
    your: str
    yours: str
    yourself: str


_WORDS: Final[Mapping[Voice, Words]] = MappingProxyType(
    {
        Voice.TO_TEACHER: Words("you", "you", "your", "yours", "yourself"),
        Voice.ABOUT_TEACHER: Words("they", "them", "their", "theirs", "themselves"),
    }
)
