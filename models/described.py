"""What the catalog says of credentials, kept beside an evidence's arrays as JSON values."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.renewal.facts import CredentialFacts
from recommender.states.amounts import exact_hours

JsonObject = dict[str, Any]


def hours_of(credentials: Sequence[CredentialFacts]) -> NDArray[np.float64]:
    """Return the hours of each credential, NaN where unknown; shape (m,)."""
    hours = np.array(
        [np.nan if one.hours is None else float(one.hours) for one in credentials],
        dtype=np.float64,
    )
    hours.setflags(write=False)
    return hours


def described(credentials: Sequence[CredentialFacts]) -> list[JsonObject]:
    """Return credentials as JSON values, without their titles and hours."""
    return [
        {
            "key": list(one.key),
            "kind": one.kind,
            "issuer": one.issuer,
            "stack": one.stack,
            "subjects": sorted(one.subjects),
            "serves": sorted(one.serves),
            "standards": sorted(map(list, one.standards)),
        }
        for one in credentials
    ]


def restored(values: Sequence[Mapping[str, Any]], hours: NDArray[Any]) -> list[CredentialFacts]:
    """Return the credentials that `described` and `hours_of` told of.

    Raises
    ------
    ValueError
        There are more of the one than of the other.
    """
    if len(values) != len(hours):
        raise ValueError(f"{len(values)} credentials are described, {len(hours)} have hours")
    return [
        CredentialFacts(
            key=(str(value["key"][0]), str(value["key"][1])),
            hours=None if np.isnan(own) else exact_hours(float(own)),
            kind=str(value["kind"]),
            issuer=str(value["issuer"]),
            stack=str(value["stack"]),
            subjects=frozenset(value["subjects"]),
            serves=frozenset(value["serves"]),
            standards=frozenset((str(name), str(code)) for name, code in value["standards"]),
        )
        for value, own in zip(values, hours, strict=True)
    ]
