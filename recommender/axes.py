"""The axes of every array: which credential, standard, grade band and subject a column stands for.

Ids of the outside world and column numbers never mix: only an `Axes` turns one into the other.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

K = TypeVar("K", bound=Hashable)

CredentialKey = tuple[str, str]
"""(district, or '' where shared; credential_id)"""

StandardKey = tuple[str, str]
"""(framework, code)"""

TeacherKey = tuple[str, str]
"""(district, teacher_id)"""

NO_SCHOOL: Final = 0
"""Key of a school that is not known."""

ABSENT: Final = -1
"""Column number of what is not on the axis."""


@dataclass(frozen=True)
class Axes:
    """Column order of the arrays; m credentials, s standards, g grade bands, u subjects."""

    credentials: tuple[CredentialKey, ...]
    standards: tuple[StandardKey, ...] = ()
    grade_bands: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()

    @cached_property
    def credential_columns(self) -> dict[CredentialKey, int]:
        """Column of each credential."""
        return _columns(self.credentials)

    @cached_property
    def standard_columns(self) -> dict[StandardKey, int]:
        """Column of each standard."""
        return _columns(self.standards)

    @cached_property
    def grade_band_columns(self) -> dict[str, int]:
        """Column of each grade band."""
        return _columns(self.grade_bands)

    @cached_property
    def subject_columns(self) -> dict[str, int]:
        """Column of each subject."""
        return _columns(self.subjects)


def school_key(district: str, school: str = "") -> int:
    """Return the key of a school, or without one of the district; `NO_SCHOOL` for no name at all.

    A number of 63 bits made of the names, so that arrays and bundles need no axis of schools.
    """
    if not (district or school):
        return NO_SCHOOL
    digest = blake2b(f"{district}\0{school}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "little") >> 1) or 1


def _columns(keys: Sequence[K]) -> dict[K, int]:
    return {key: column for column, key in enumerate(keys)}


def columns_of(keys: Iterable[K], columns: dict[K, int]) -> NDArray[np.int32]:
    """Return the column of each key, `ABSENT` where it is not on the axis; shape (len(keys),)."""
    return np.fromiter((columns.get(key, ABSENT) for key in keys), dtype=np.int32)
