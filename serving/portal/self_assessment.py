"""A short self-assessment: one part of a framework at a time, from 1 to 5."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from recommender.clock import today
from recommender.errors import NotAllowed
from recommender.store.tables import SelfAssessment, Standard, Teacher
from recommender.vocabulary import Role
from serving.api.assessments.schemas import MOST_ASSESSMENTS, AssessmentsIn
from serving.api.assessments.service import keep_assessments
from serving.api.profile.queries import assessments
from serving.deps import (
    MAX_ID_LENGTH,
    PRINTABLE,
    ServiceDep,
    SessionDep,
    VisitedTeacherDep,
    VisitorDep,
    WritingSessionDep,
)
from serving.portal.addresses import address_of, name_of
from serving.portal.forms import ActingTeacherDep, Form, FormDep, csrf_token, read_as, see
from serving.portal.frameworks import Part, choose, framework_names, parts_of
from serving.portal.rendering import render

LOWEST: Final = 1
HIGHEST: Final = 5
LEVELS: Final = {
    1: "Just beginning",
    2: "Some practice",
    3: "Comfortable",
    4: "Strong",
    5: "Could coach others",
}

Name = Annotated[str, Query(max_length=MAX_ID_LENGTH, pattern=PRINTABLE)]

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Line:
    """One standard of the form, with what the teacher said of it last."""

    code: str
    title: str
    level: int | None
    """On the form's scale; None where nothing is said, or on another scale."""
    grow: bool


@router.get("/teachers/{teacher_id:path}/self-assessment")  # noqa: FAST003 - VisitedTeacherDep
def open_form(
    request: Request,
    visitor: VisitorDep,
    teacher: VisitedTeacherDep,
    session: SessionDep,
    service: ServiceDep,
    framework: Name | None = None,
    part: Name | None = None,
    *,
    kept: bool = False,
) -> Response:
    """Show one part of a framework to the teacher."""
    if visitor.role is not Role.TEACHER:
        raise NotAllowed("Only teachers assess themselves.")
    csrf = csrf_token(request, service.settings, visitor)
    return _form(session, teacher, framework, part, csrf=csrf, kept=kept)


@router.post("/teachers/{teacher_id:path}/self-assessment")  # noqa: FAST003 - ActingTeacherDep
def keep(
    teacher: ActingTeacherDep,
    form: FormDep,
    session: WritingSessionDep,
    framework: Name,
    part: Name,
) -> Response:
    """Keep what changed in one part of the form, as the API's self-assessments do."""
    chosen = choose(parts_of(session, framework), part)
    said = _said(form, framework, _lines(session, teacher, chosen))
    if not said:
        return _form(session, teacher, framework, part, csrf=form["csrf"], missing=True)
    keep_assessments(session, teacher, read_as(AssessmentsIn, {"assessments": said}).assessments)
    query = urlencode({"framework": framework, "part": chosen.code, "kept": 1})
    return see(f"{address_of(teacher)}/self-assessment?{query}#done")


def _form(
    session: Session,
    teacher: Teacher,
    framework: str | None,
    part: str | None,
    *,
    csrf: str,
    kept: bool = False,
    missing: bool = False,
) -> Response:
    names = framework_names(session)
    framework = framework or _usual(session, teacher, names)
    parts = parts_of(session, framework) if framework else []
    chosen = choose(parts, part) if parts else None
    later = parts[parts.index(chosen) + 1 :] if chosen else []
    return render(
        "self_assessment.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if missing else HTTPStatus.OK,
        role=Role.TEACHER,
        name=name_of(teacher),
        address=address_of(teacher),
        csrf=csrf,
        frameworks=names,
        framework=framework,
        parts=parts,
        part=chosen,
        following=later[0] if later else None,
        lines=_lines(session, teacher, chosen) if chosen else [],
        levels=LEVELS,
        kept=kept,
        missing=missing,
    )


def _usual(session: Session, teacher: Teacher, names: Sequence[str]) -> str | None:
    """Return the framework that the teacher spoke of last, else the first."""
    earlier = assessments(session, teacher.id or 0, today())
    return earlier[0][1].framework if earlier else next(iter(names), None)


def _lines(session: Session, teacher: Teacher, part: Part) -> list[Line]:
    latest: dict[int | None, SelfAssessment] = {}
    for said, standard in assessments(session, teacher.id or 0, today()):
        latest.setdefault(standard.id, said)
    return [_line(standard, latest.get(standard.id)) for standard in part.standards]


def _line(standard: Standard, said: SelfAssessment | None) -> Line:
    level = None
    if said and said.level is not None and (said.scale_min, said.scale_max) == (LOWEST, HIGHEST):
        level = int(said.level) if said.level.is_integer() else None
    title = standard.title or standard.code
    return Line(standard.code, title, level, grow=bool(said and said.wants_to_grow))


def _said(form: Form, framework: str, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return the standards of which something else is said than the form showed."""
    said = []
    for line in lines:
        level = form.get(f"level:{line.code}") or None
        grow = f"grow:{line.code}" in form
        if (level, grow) != (None if line.level is None else str(line.level), line.grow):
            said.append(
                {
                    "framework": framework,
                    "code": line.code,
                    "level": level,
                    "scale_min": LOWEST,
                    "scale_max": HIGHEST,
                    "wants_to_grow": grow,
                }
            )
    return said[:MOST_ASSESSMENTS]
