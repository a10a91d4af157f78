"""`/v1/teachers/{teacher_id}/coach-acts`."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from features.coach_acts import end_act, put_act, read_acts
from serving.api.coach_acts.schemas import CoachActIn, CoachActOut, CoachActsOut
from serving.api.credentials.queries import find_any_credential
from serving.api.writing import PROBLEMS, lock_teacher
from serving.auth.coaching import coached_teacher
from serving.deps import (
    MAX_ID_LENGTH,
    PRINTABLE,
    SessionDep,
    TeacherDep,
    TeacherIdPath,
    WriterDep,
    WritingSessionDep,
    require_json,
)
from serving.problems import READING_ONE, documented

router = APIRouter(prefix="/v1", tags=["plans"])


@router.get(
    "/teachers/{teacher_id:path}/coach-acts",  # noqa: FAST003 - TeacherDep reads it
    summary="What coaches did with a teacher's list",
    responses=documented(*READING_ONE),
)
def list_coach_acts(teacher: TeacherDep, session: SessionDep) -> CoachActsOut:
    """List what is pinned, vetoed and set as a goal, with who and why."""
    acts = read_acts(session, [teacher]).get(teacher.id or 0, [])
    return CoachActsOut(acts=[CoachActOut.of(act) for act in acts])


@router.put(
    "/teachers/{teacher_id:path}/coach-acts",
    summary="Pin, veto, or set as a goal",
    dependencies=[Depends(require_json)],
    responses=documented(*PROBLEMS),
)
def put_coach_act(
    teacher_id: TeacherIdPath, asked: CoachActIn, writer: WriterDep, session: WritingSessionDep
) -> CoachActOut:
    """Change a teacher's list; the next request obeys, and the teacher sees who did it and why.

    A pin comes first, a goal next; a veto takes out. What the teacher said goes before a pin. The
    act takes the place of any earlier one about the micro-credential; the same again changes
    nothing.
    """
    teacher, coach = coached_teacher(session, writer, teacher_id)
    credential = find_any_credential(session, asked.credential_id, teacher.district_id)
    lock_teacher(session, teacher.id or 0)
    act = put_act(
        session, teacher, coach, credential, asked.kind, note=asked.note.strip(), until=asked.until
    )
    return CoachActOut.of(act)


@router.delete(
    "/teachers/{teacher_id:path}/coach-acts/{credential_id:path}",
    status_code=HTTPStatus.NO_CONTENT,
    summary="Take back what a coach did",
    responses=documented(*PROBLEMS),
)
def delete_coach_act(
    teacher_id: TeacherIdPath,
    credential_id: Annotated[
        str, Path(min_length=1, max_length=MAX_ID_LENGTH, pattern=PRINTABLE, examples=["MC-0017"])
    ],
    writer: WriterDep,
    session: WritingSessionDep,
) -> None:
    """Let a pin, a veto or a goal hold no longer, whichever coach it was."""
    teacher, _ = coached_teacher(session, writer, teacher_id)
    credential = find_any_credential(session, credential_id, teacher.district_id)
    end_act(session, lock_teacher(session, teacher.id or 0), credential)
