"""'What we know about you': every fact that counts, from where and how fresh."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from recommender.vocabulary import Role
from serving.api.feedback.schemas import SAID
from serving.api.profile.endpoints import get_profile
from serving.api.profile.schemas import DatedFactOut
from serving.deps import ServiceDep, SessionDep, VisitedTeacherDep, VisitorDep
from serving.portal.addresses import address_of, name_of
from serving.portal.corrections import corrections_of, uses_evaluations
from serving.portal.forms import csrf_token
from serving.portal.rendering import render

MOST_SHOWN: Final = 60
"""So many facts of a kind are shown, the latest first: a page stays within its bytes."""

DAYS_A_MONTH: Final = 30.44
DAYS_A_YEAR: Final = 365.25
MONTHS_SHOWN_AS_DAYS: Final = 2
YEARS_SHOWN_AS_MONTHS: Final = 2

router = APIRouter(include_in_schema=False)


@router.get("/teachers/{teacher_id:path}/known")  # noqa: FAST003 - VisitedTeacherDep reads it
def open_known(
    request: Request,
    visitor: VisitorDep,
    teacher: VisitedTeacherDep,
    session: SessionDep,
    service: ServiceDep,
) -> Response:
    """Show the API's profile in plain words."""
    profile = get_profile(teacher, session)
    own = visitor.role is Role.TEACHER
    return render(
        "known.html",
        role=visitor.role,
        own=own,
        name=name_of(teacher),
        address=address_of(teacher),
        csrf=csrf_token(request, service.settings, visitor) if own else "",
        takes_back=SAID,
        as_of=profile.as_of,
        roster=profile.roster,
        ratings=_part(profile.ratings),
        assessments=_part(profile.self_assessments),
        goals=_part(profile.goals),
        records=_part(profile.records),
        events=_part(profile.events),
        uses_evaluations=uses_evaluations(session, teacher),
        corrections=corrections_of(session, teacher),
    )


def _part(facts: Sequence[DatedFactOut]) -> dict[str, Any]:
    return {
        "facts": [(fact, age_in_words(fact.age_days)) for fact in facts[:MOST_SHOWN]],
        "count": len(facts),
    }


def age_in_words(days: int | None) -> str:
    """Return how long ago something was, as people say it; '' where that is not known."""
    if days is None:
        return ""
    if days <= 1:
        return "yesterday" if days == 1 else "today"
    if days < MONTHS_SHOWN_AS_DAYS * DAYS_A_MONTH:
        return f"{days} days ago"
    if days < YEARS_SHOWN_AS_MONTHS * DAYS_A_YEAR:
        return f"{days / DAYS_A_MONTH:.0f} months ago"
    return f"{days / DAYS_A_YEAR:.0f} years ago"
