"""Keeping self-assessments: a later word of the same day supersedes, nothing is overwritten."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from sqlmodel import Session, col, select, tuple_

from recommender.clock import today
from recommender.errors import NotFound
from recommender.store.columns import utc_now
from recommender.store.tables import SelfAssessment, Standard, Teacher
from serving.api.assessments.schemas import AssessmentIn, AssessmentsOut

_SAID: Final = ("level", "scale_min", "scale_max", "wants_to_grow")


def keep_assessments(
    session: Session, teacher: Teacher, assessments: Sequence[AssessmentIn]
) -> dict[str, Any]:
    """Keep what a teacher says of their skills today, and return the answer as JSON values.

    The teacher's row must be locked.

    Raises
    ------
    NotFound
        A standard is in no framework here.
    """
    standards = _standards(session, assessments)
    earlier = _of_today(session, teacher)
    counts: Counter[str] = Counter()
    added: list[SelfAssessment] = []
    for said in assessments:
        standard_id = standards[said.framework, said.code]
        before = earlier.get(standard_id)
        if before is not None and all(getattr(before, n) == getattr(said, n) for n in _SAID):
            counts["unchanged"] += 1
            continue
        if before is not None:
            before.superseded_at = utc_now()
        counts["changed" if before else "added"] += 1
        added.append(
            SelfAssessment(
                teacher_id=teacher.id or 0,
                standard_id=standard_id,
                taken_on=today(),
                **{name: getattr(said, name) for name in _SAID},
            )
        )
    session.flush()  # the earlier word gives its place up before the later one takes it
    session.add_all(added)
    session.flush()
    answer = AssessmentsOut(
        taken_on=today(),
        added=counts["added"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
    )
    return answer.model_dump(mode="json")


def _standards(session: Session, assessments: Sequence[AssessmentIn]) -> dict[tuple[str, str], int]:
    keys = [(said.framework, said.code) for said in assessments]
    rows = session.exec(
        select(Standard.framework, Standard.code, Standard.id).where(
            tuple_(col(Standard.framework), col(Standard.code)).in_(keys)
        )
    )
    found = {(framework, code): id_ or 0 for framework, code, id_ in rows}
    for framework, code in keys:
        if (framework, code) not in found:
            raise NotFound(f"There is no standard '{code}' in the framework '{framework}'.")
    return found


def _of_today(session: Session, teacher: Teacher) -> dict[int, SelfAssessment]:
    rows = session.exec(
        select(SelfAssessment).where(
            SelfAssessment.teacher_id == teacher.id,
            SelfAssessment.taken_on == today(),
            col(SelfAssessment.superseded_at).is_(None),
        )
    )
    return {row.standard_id: row for row in rows}
