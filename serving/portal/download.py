"""A teacher's own copy of all that is known of them: what they earned, with its links, first."""

import json
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from recommender.clock import today
from recommender.store.columns import UNDATED
from recommender.store.tables import Teacher
from recommender.vocabulary import RecordStatus
from serving.api.profile import queries
from serving.api.profile.endpoints import get_profile
from serving.auth.access import own_teacher
from serving.deps import SessionDep, TeacherIdPath, VisitorDep
from serving.portal.corrections import corrections_of, uses_evaluations

router = APIRouter(include_in_schema=False)


@router.get("/teachers/{teacher_id:path}/download")
def download(visitor: VisitorDep, teacher_id: TeacherIdPath, session: SessionDep) -> Response:
    """Give the signed-in teacher a file of everything."""
    teacher = own_teacher(session, visitor, teacher_id)
    profile = get_profile(teacher, session).model_dump(mode="json")
    content = {
        "earned": _earned(session, teacher),
        "name": f"{teacher.given_name} {teacher.family_name}".strip(),
        "email": teacher.email,
        **profile,
        "evaluations_count_in_suggestions": uses_evaluations(session, teacher),
        "called_wrong": [
            one.model_dump(mode="json", exclude={"id", "teacher_id"})
            for one in corrections_of(session, teacher)
        ],
    }
    return Response(
        json.dumps(content, indent=2, ensure_ascii=False) + "\n",
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="micro-credentials-{today()}.json"'},
    )


def _earned(session: Session, teacher: Teacher) -> list[dict[str, Any]]:
    return [
        {
            "title": credential.title or credential.source_id,
            "issuer": credential.issuer,
            "link": credential.url,
            "competency": credential.competency,
            "earned_on": None if record.on == UNDATED else record.on.date().isoformat(),
            "source": record.source,
        }
        for record, credential in queries.records(session, teacher.id or 0, today())
        if record.status is RecordStatus.EARNED
    ]
