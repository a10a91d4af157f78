"""`GET /v1/credentials/{credential_id}/similar`."""

from typing import Annotated, Any, Final

import numpy as np
from fastapi import APIRouter, Path, Query
from numpy.typing import NDArray

from models.similar import closeness
from recommender.catalog import Catalog, visible_to
from recommender.clock import day_end_ms, today
from recommender.errors import BundleRefused, NoChampion
from recommender.sentences import credential_title
from serving.api.credentials.queries import find_credential
from serving.api.credentials.schemas import SimilarOut
from serving.deps import (
    MAX_ID_LENGTH,
    PRINTABLE,
    CallerDep,
    ChampionDep,
    ServiceDep,
    SessionDep,
)
from serving.problems import READING_ONE, documented

MOST: Final = 50

router = APIRouter(prefix="/v1/credentials", tags=["credentials"])


@router.get(
    "/{credential_id:path}/similar",
    response_model=SimilarOut,
    summary="What is close in content to a micro-credential",
    responses=documented(NoChampion, BundleRefused, *READING_ONE),
)
def list_similar(
    caller: CallerDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
    credential_id: Annotated[
        str, Path(min_length=1, max_length=MAX_ID_LENGTH, pattern=PRINTABLE, examples=["MC-0017"])
    ],
    k: Annotated[int, Query(ge=1, le=MOST, description="At most so many.")] = 10,
) -> dict[str, Any]:
    """List what may be started today and is close in content, the closest first.

    Empty where the model that serves was trained without texts, or before this micro-credential
    was there.
    """
    credential = find_credential(session, credential_id, caller.district_id)
    catalog = service.catalog.current(session, champion)
    key = (credential.district_id, credential.source_id)
    column = catalog.axes.credential_columns.get(key)
    close = None if column is None else closeness(champion.bundle, column)
    if column is None or close is None:
        return {"credential_id": credential_id, "items": []}
    open_ = _open(catalog, caller.district_id)
    open_[column] = False
    columns = np.flatnonzero(open_ & (close > 0))
    order = columns[np.argsort(-close[columns], kind="stable")][:k]
    items = [_shown(int(other), float(close[other]), catalog) for other in order]
    return {"credential_id": credential_id, "items": items}


def _open(catalog: Catalog, district_id: str) -> NDArray[np.bool_]:
    """Return what is described, in the district's catalog, and may be started today."""
    now = day_end_ms(today())
    begun = (catalog.valid_from <= now) & (now < catalog.retired_on)
    return catalog.known & begun & visible_to(catalog.axes, district_id)


def _shown(column: int, close: float, catalog: Catalog) -> dict[str, Any]:
    card = catalog.cards[column]
    district_id, credential_id = catalog.axes.credentials[column]
    return {
        "credential_id": credential_id,
        "district_id": district_id,
        "title": credential_title(column, catalog),
        "issuer": card.issuer,
        "hours": card.hours,
        "cost_usd": card.cost_usd,
        "closeness": round(close, 4),
    }
