"""From a pack's statements to the answers' shapes."""

from typing import Any, Final

from recommender.states.audit import open_questions, verified_count
from recommender.states.own_frameworks import Frameworks
from recommender.states.saying import said
from recommender.states.schema import Pack
from recommender.states.told import Basis, statements
from recommender.store.columns import ALWAYS, FOREVER
from serving.api.states.schemas import StateOut

CONFIRM: Final = "Possible credit only: confirm with your district or state before you rely on it."


def basis_of(basis: Basis) -> dict[str, Any]:
    """Return what a figure rests on."""
    return {
        "rule": basis.place,
        "sources": [source.model_dump() for source in basis.sources],
        "verified": basis.verified,
        "inferred": basis.inferred,
        "note": basis.note,
        "district": basis.district,
    }


def state_of(pack: Pack, frameworks: Frameworks) -> StateOut:
    """Return everything that a pack says."""
    verified, stated = verified_count(pack)
    return StateOut.model_validate(
        {
            "code": pack.code,
            "name": pack.name,
            "district": pack.district,
            "valid_from": None if pack.valid_from == ALWAYS else pack.valid_from,
            "valid_to": None if pack.valid_to == FOREVER else pack.valid_to,
            "unit": pack.renewal.unit.model_dump(),
            "stated": stated,
            "verified": verified,
            "words": CONFIRM,
            "statements": [
                {**basis_of(basis), "says": said(told)} for basis, told in statements(pack)
            ],
            "open_questions": open_questions(pack, frameworks),
        }
    )
