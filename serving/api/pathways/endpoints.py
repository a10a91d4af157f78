"""`GET /v1/teachers/{teacher_id}/pathways`."""

from typing import Any

from fastapi import APIRouter

from features.pathway_facts import read_pathways
from features.renewal_facts import read_records
from recommender.clock import today
from serving.api.pathways.schemas import PathwaysOut
from serving.api.pathways.shapes import pathway_of
from serving.deps import CallerDep, SessionDep, TeacherDep, voice_to
from serving.problems import READING_ONE, documented

router = APIRouter(prefix="/v1/teachers", tags=["renewal"])


@router.get(
    "/{teacher_id:path}/pathways",  # noqa: FAST003 - TeacherDep reads it
    response_model=PathwaysOut,
    summary="How far a teacher is along the pathways chosen in goals",
    responses=documented(*READING_ONE),
)
def get_pathways(caller: CallerDep, teacher: TeacherDep, session: SessionDep) -> dict[str, Any]:
    """Show what is there, what is missing by the nearest way, and the next step."""
    on = today()
    found = read_pathways(session, teacher, read_records(session, teacher, on), on)
    return {
        "teacher_id": teacher.source_id,
        "district_id": teacher.district_id,
        "as_of": on,
        "pathways": [pathway_of(standing, voice_to(caller)) for standing in found],
    }
