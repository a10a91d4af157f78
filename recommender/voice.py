"""To whom a sentence speaks: 'your' to the teacher, 'their' to a coach."""

import re
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


def voice_of(words: Words) -> Voice:
    """Return the voice that uses these pronouns."""
    return next(voice for voice, own in _WORDS.items() if own == words)


_PRONOUN: Final = re.compile(r"\b(you|your|yours|yourself)\b", re.IGNORECASE)


def in_voice(text: str, voice: Voice) -> str:
    """Return a sentence that speaks to the teacher so that it speaks to whom `voice` says.

    For sentences that a pack's file holds, or that are made in many places; 'you' must be the
    subject where it stands alone.
    """
    said = voice.words._asdict()

    def other(match: re.Match[str]) -> str:
        word = match[0]
        changed: str = said[word.lower()]
        return changed[:1].upper() + changed[1:] if word[0].isupper() else changed

    return text if voice is Voice.TO_TEACHER else _PRONOUN.sub(other, text)
