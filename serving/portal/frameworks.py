"""Frameworks, cut into the parts that a form shows one at a time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, select

from recommender.errors import NotFound
from recommender.store.tables import Standard

MOST_IN_A_PART: Final = 30
"""A part of more standards than this is cut: the page stays short."""


@dataclass(frozen=True)
class Part:
    """Standards below one parent."""

    code: str
    title: str
    standards: tuple[Standard, ...]


def framework_names(session: Session) -> list[str]:
    """Return the names of the frameworks, in their order."""
    return list(
        session.exec(select(Standard.framework).distinct().order_by(Standard.framework)).all()
    )


def parts_of(session: Session, framework: str) -> list[Part]:
    """Return a framework's lowest standards by their parent, in the order of codes.

    Raises
    ------
    NotFound
        There is no such framework, or nothing below its root.
    """
    rows = session.exec(select(Standard).where(Standard.framework == framework)).all()
    standards = sorted(rows, key=lambda standard: _in_order(standard.code))
    by_code = {standard.code: standard for standard in standards}
    parents = {standard.parent for standard in standards}
    below: dict[str, list[Standard]] = {}
    for standard in standards:
        if standard.parent and standard.code not in parents:
            below.setdefault(standard.parent, []).append(standard)
    if not below:
        raise NotFound("There is no framework of that name with standards in it.")
    return [
        part
        for parent, members in sorted(below.items(), key=lambda item: _in_order(item[0]))
        for part in _cut(parent, by_code.get(parent), members)
    ]


def choose(parts: Sequence[Part], code: str | None) -> Part:
    """Return the part with a code, the first where none is asked for.

    Raises
    ------
    NotFound
        The framework has no such part.
    """
    if code is None:
        return parts[0]
    for part in parts:
        if part.code == code:
            return part
    raise NotFound("The framework has no such part.")


def _in_order(code: str) -> list[tuple[int, str]]:
    """Return a key by which '10' comes after '9', and '1a' before '1b'."""
    return [
        (int(piece), "") if piece.isdecimal() else (-1, piece)
        for piece in re.split(r"(\d+)", code)
        if piece
    ]


def _cut(parent: str, row: Standard | None, members: Sequence[Standard]) -> list[Part]:
    title = (row.title if row else "") or parent
    if len(members) <= MOST_IN_A_PART:
        return [Part(parent, title, tuple(members))]
    slices = [members[i : i + MOST_IN_A_PART] for i in range(0, len(members), MOST_IN_A_PART)]
    return [
        Part(f"{parent}/{number}", f"{title} ({number} of {len(slices)})", tuple(slice_))
        for number, slice_ in enumerate(slices, 1)
    ]
