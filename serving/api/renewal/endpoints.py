"""`GET /v1/teachers/{teacher_id}/renewal`."""

from typing import Any

from fastapi import APIRouter

from features.renewal_facts import read_records, read_teacher_facts, rules_for
from recommender.clock import today
from serving.api.renewal.schemas import RenewalOut
from serving.api.renewal.shapes import renewal_of
from serving.deps import CallerDep, ServiceDep, SessionDep, TeacherDep, voice_to
from serving.problems import READING_ONE, documented

router = APIRouter(prefix="/v1/teachers", tags=["renewal"])


@router.get(
    "/{teacher_id:path}/renewal",  # noqa: FAST003 - TeacherDep reads it
    response_model=RenewalOut,
    summary="Where a teacher stands with the renewal of the licence",
    responses=documented(*READING_ONE),
)
def get_renewal(
    caller: CallerDep, teacher: TeacherDep, session: SessionDep, service: ServiceDep
) -> dict[str, Any]:
    """Show what the records may give towards renewal, what is needed, and by when.

    All of it is possible credit: every figure names its rule, its sources and whether the state's
    own staff have verified it. What is not known is said to be unknown.
    """
    on = today()
    (facts,) = read_teacher_facts(session, [teacher], on)
    pack = rules_for(service.states.current(), facts, on)
    records = read_records(session, teacher, on)
    return renewal_of(teacher, facts, records, pack, on, voice_to(caller))
