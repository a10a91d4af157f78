"""'Progress': renewal, stacks and pathways: what there is, what is needed, the next step."""

from fractions import Fraction
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from features.pathway_facts import read_pathways
from features.renewal_facts import read_records, read_teacher_facts, rules_for
from features.stack_facts import read_stacks
from recommender.clock import today
from recommender.vocabulary import Role
from serving.api.pathways.shapes import pathway_of
from serving.api.renewal.shapes import renewal_of
from serving.deps import ServiceDep, SessionDep, VisitedTeacherDep, VisitorDep, voice_to
from serving.portal.addresses import address_of, name_of
from serving.portal.rendering import render

router = APIRouter(include_in_schema=False)


@router.get("/teachers/{teacher_id:path}/progress")  # noqa: FAST003 - VisitedTeacherDep reads it
def open_progress(
    visitor: VisitorDep, teacher: VisitedTeacherDep, session: SessionDep, service: ServiceDep
) -> Response:
    """Show where a teacher stands with the licence, in stacks and along chosen pathways."""
    on, voice = today(), voice_to(visitor)
    (facts,) = read_teacher_facts(session, [teacher], on)
    pack = rules_for(service.states.current(), facts, on)
    records = read_records(session, teacher, on)
    renewal = renewal_of(teacher, facts, records, pack, on, voice)
    pathways = read_pathways(session, teacher, records, on)
    return render(
        "progress.html",
        role=visitor.role,
        own=visitor.role is Role.TEACHER,
        name=name_of(teacher),
        address=address_of(teacher),
        as_of=on,
        renewal=renewal,
        rules=pack.name if pack else "",
        bars=_bars(renewal),
        stacks=read_stacks(session, teacher, on),
        pathways=[pathway_of(standing, voice) for standing in pathways],
    )


def _bars(renewal: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the total, this school year and every category, each with how full it is."""
    current = [
        year
        for year in renewal["years"]
        if year["period"]["first"] <= renewal["as_of"] <= year["period"]["last"]
    ]
    total = [renewal["total"]] if renewal["total"] else []
    standings = [*total, *current, *renewal["categories"]]
    return [{**one, "full": _full(one["earned"], one["needed"])} for one in standings]


def _full(earned: str, needed: str) -> int:
    """Return how many hundredths of the need there are, at most all of them."""
    share = _amount(earned) / _amount(needed)
    return int(min(Fraction(1), share) * 100)


def _amount(text: str) -> Fraction:
    """Return an amount as it is written, '13 1/3' too."""
    return sum((Fraction(part) for part in text.split()), Fraction(0))
