"""The little language of `pathways.csv`'s column `requires`, read into a tree.

    any    := all ('|' all)*                 one of these
    all    := part ('&' part)*               every one of these
    part   := item | '(' any ')' | N 'of' '(' any (',' any)* ')'
    item   := 'credential:' NAME | 'stack:' NAME | 'hours:' NUMBER | 'other:' WORDS

`credential:ID` asks for an earned credential, `stack:NAME` for every credential of a stack,
`hours:N` for N hours of earned credentials, `other:WORDS` for something that no record tells.
A name ends at `& | , ( )` or stands in double quotes. `&` binds closer than `|`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NoReturn

from recommender.errors import InvalidInput

DEEPEST: Final = 20
LONGEST: Final = 10_000


@dataclass(frozen=True)
class CredentialItem:
    """An earned credential, by its id."""

    credential: str


@dataclass(frozen=True)
class StackItem:
    """Every credential of a stack."""

    stack: str


@dataclass(frozen=True)
class HoursItem:
    """Hours of earned credentials."""

    hours: Fraction


@dataclass(frozen=True)
class OtherItem:
    """A condition in words, which only people can confirm."""

    words: str


@dataclass(frozen=True)
class Several:
    """At least `least` of the parts: all of them, one of them, or a number between."""

    least: int
    parts: tuple["Requirement", ...]


Requirement = CredentialItem | StackItem | HoursItem | OtherItem | Several

_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<of>\d{1,3}\s+of\s*(?=\())
      | (?P<kind>[a-z]+)\s*:\s*(?:"(?P<quoted>[^"]*)"|(?P<name>[^&|,()"]+))
      | (?P<sign>[&|,()])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class _Token:
    sign: str
    """'&', '|', ',', '(', ')', 'of', 'item', or '' at the end."""
    place: int
    count: int = 0
    kind: str = ""
    name: str = ""


def parse_requirement(text: str) -> Requirement:
    """Return the tree of a requirement.

    Raises
    ------
    InvalidInput
        The text breaks the language; the sentence names the place (first character 1) and the rule.
    """
    if len(text) > LONGEST:
        raise InvalidInput(f"A requirement must have at most {LONGEST:,} characters.")
    reader = _Reader(_tokens(text))
    found = reader.any_of(0)
    if reader.now.sign:
        _refuse(reader.now.place, f"'{reader.now.sign}' does not belong here")
    return found


def _refuse(place: int, rule: str) -> NoReturn:
    raise InvalidInput(f"The requirement is not valid at character {place + 1}: {rule}.")


def _tokens(text: str) -> list[_Token]:
    found, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            here = place + len(text[place:]) - len(text[place:].lstrip())
            _refuse(here, "expected credential:, stack:, hours:, other: or a sign")
        found.append(_token(match))
        place = match.end()
    return [*found, _Token("", len(text))]


def _token(match: re.Match[str]) -> _Token:
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    if match["of"]:
        return _Token("of", start, count=int(match["of"].split()[0]))
    if match["sign"]:
        return _Token(match["sign"], start)
    name = match["quoted"] if match["quoted"] is not None else match["name"]
    return _Token("item", start, kind=match["kind"], name=name.strip())


class _Reader:
    """Reads tokens from left to right, one rule of the language a method."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def now(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self.now
        self._at += 1
        return token

    def any_of(self, depth: int) -> Requirement:
        if depth > DEEPEST:
            _refuse(self.now.place, f"more than {DEEPEST} brackets within each other")
        parts = [self.all_of(depth)]
        while self.now.sign == "|":
            self._take()
            parts.append(self.all_of(depth))
        return parts[0] if len(parts) == 1 else Several(1, tuple(parts))

    def all_of(self, depth: int) -> Requirement:
        parts = [self.part(depth)]
        while self.now.sign == "&":
            self._take()
            parts.append(self.part(depth))
        return parts[0] if len(parts) == 1 else Several(len(parts), tuple(parts))

    def part(self, depth: int) -> Requirement:
        token = self._take() if self.now.sign else self.now
        if token.sign == "item":
            return _item(token)
        if token.sign == "(":
            found = self.any_of(depth + 1)
            self._close()
            return found
        if token.sign == "of":
            return self._some_of(token, depth)
        _refuse(token.place, "expected credential:, stack:, hours:, other: or '('")

    def _some_of(self, token: _Token, depth: int) -> Requirement:
        self._take()
        parts = [self.any_of(depth + 1)]
        while self.now.sign == ",":
            self._take()
            parts.append(self.any_of(depth + 1))
        self._close()
        if not 1 <= token.count <= len(parts):
            _refuse(token.place, f"asks for {token.count} of {len(parts)}")
        return Several(token.count, tuple(parts))

    def _close(self) -> None:
        if self.now.sign != ")":
            _refuse(self.now.place, "expected ')'")
        self._take()


def _item(token: _Token) -> Requirement:
    if not token.name:
        _refuse(token.place, f"{token.kind}: names nothing")
    if token.kind == "credential":
        return CredentialItem(token.name)
    if token.kind == "stack":
        return StackItem(token.name)
    if token.kind == "other":
        return OtherItem(token.name)
    if token.kind == "hours":
        return HoursItem(_hours(token))
    _refuse(token.place, f"'{token.kind}:' is not known; use credential, stack, hours or other")


def _hours(token: _Token) -> Fraction:
    if not re.fullmatch(r"\d{1,6}(\.\d{1,3})?", token.name) or not float(token.name):
        _refuse(token.place, "hours: must be a number above zero")
    return Fraction(token.name)
