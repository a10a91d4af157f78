"""Which version of a plan a request has seen: `ETag` and `If-Match`."""

import re
from typing import Annotated, Final

from fastapi import Header
from starlette.responses import Response

from models.plans.keeping import KeptPlan
from recommender.errors import NotConditional
from recommender.store.tables import GrowthPlan

IfMatch = Annotated[
    str | None,
    Header(
        max_length=200,
        description="The `ETag` of the plan as it was seen; a plan that was changed since is left"
        " alone (412).",
        examples=['"7.2"'],
    ),
]

_TAG: Final = re.compile(r'\s*(?:W/)?"([0-9]{1,18})\.([0-9]{1,18})"\s*')


def tag_of(row: GrowthPlan) -> str:
    """Return the tag of a plan as it is now."""
    return f'"{row.id}.{row.version}"'


def with_tag(response: Response, kept: KeptPlan) -> None:
    """Tell the plan's version with an answer."""
    response.headers["ETag"] = tag_of(kept.row)
    response.headers["Cache-Control"] = "private, no-cache"


def seen_version(header: str | None, plan_id: int) -> int:
    """Return the version that a request has seen; 0, which no plan has, if of another plan.

    Raises
    ------
    NotConditional
        The request does not say.
    """
    found = _TAG.fullmatch(header or "")
    if found is None:
        raise NotConditional("Send `If-Match` with the ETag of the plan that you have seen.")
    return int(found[2]) if int(found[1]) == plan_id else 0
