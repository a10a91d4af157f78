"""`POST /v1/teachers/{teacher_id}/self-assessments`."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends

from serving.api.assessments.schemas import AssessmentsIn, AssessmentsOut
from serving.api.assessments.service import keep_assessments
from serving.api.writing import PROBLEMS, IdempotencyKeyHeader, lock_teacher, once
from serving.auth.access import own_teacher
from serving.deps import TeacherIdPath, WriterDep, WritingSessionDep, require_json
from serving.problems import documented

router = APIRouter(prefix="/v1/teachers", tags=["facts"])


@router.post(
    "/{teacher_id:path}/self-assessments",
    status_code=HTTPStatus.CREATED,
    response_model=AssessmentsOut,
    summary="Say how the teacher sees their own skills",
    dependencies=[Depends(require_json)],
    responses=documented(*PROBLEMS),
)
def assess_oneself(
    teacher_id: TeacherIdPath,
    said: AssessmentsIn,
    writer: WriterDep,
    session: WritingSessionDep,
    key: IdempotencyKeyHeader = None,
) -> dict[str, Any]:
    """Keep what the signed-in teacher says of their own skills today, all of it or nothing.

    A later word of the same day supersedes the earlier one. It counts in the very next request.
    """
    own = own_teacher(session, writer, teacher_id)
    teacher = lock_teacher(session, own.id or 0)
    return once(
        session,
        writer,
        key,
        (f"assess_oneself {teacher_id}", said),
        lambda: keep_assessments(session, teacher, said.assessments),
    )
