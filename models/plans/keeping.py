"""Growth plans in the store: saved, changed, accepted and deleted, each version seen before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.plans.asking import Asked
from models.plans.making import Made
from models.plans.telling import item_to_dict, outcome_to_dict
from recommender.axes import CredentialKey
from recommender.errors import HasChanged, NotFound
from recommender.planning.calendar import Entry, calendar_of
from recommender.store.columns import utc_now
from recommender.store.tables import Coach, Credential, GrowthPlan, GrowthPlanItem, Teacher


@dataclass(frozen=True)
class KeptPlan:
    """A plan as it is kept, with its items in order and who made it."""

    row: GrowthPlan
    items: tuple[tuple[GrowthPlanItem, Credential], ...]
    teacher: Teacher
    coach: Coach | None

    @property
    def asked(self) -> Asked:
        """What it was sought with."""
        return Asked.from_dict(self.row.asked)

    @property
    def keys(self) -> tuple[CredentialKey, ...]:
        """Keys of the items, in order."""
        return tuple((credential.district_id, credential.source_id) for _, credential in self.items)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values: as a plan that is not kept, with what keeping adds."""
        row = self.row
        return {
            "plan_id": row.id,
            "version": row.version,
            "teacher_id": self.teacher.source_id,
            "made_by": "" if self.coach is None else self.coach.name or self.coach.source_id,
            "made_at": row.made_at.isoformat(),
            "changed_at": row.changed_at.isoformat(),
            "accepted_by_teacher_at": _iso(row.accepted_by_teacher_at),
            "accepted_by_coach_at": _iso(row.accepted_by_coach_at),
            "asked": row.asked,
            "items": [_item(item, credential) for item, credential in self.items],
            "outcome": row.outcome,
        }

    def calendar(self) -> str:
        """Return it as an iCalendar file."""
        entries = [
            Entry(
                f"plan-{self.row.id}-{credential.id}@microcredential-recommender",
                credential.title or credential.source_id,
                item.starts_on,
                item.ends_on,
                f"About {item.hours:g} hours" + ("" if item.hours_known else ", not certain"),
            )
            for item, credential in self.items
        ]
        return calendar_of("Growth plan", entries, self.row.changed_at, self.row.version)


def save_plan(session: Session, teacher: Teacher, coach_id: int | None, made: Made) -> GrowthPlan:
    """Keep a new plan of a teacher's."""
    row = GrowthPlan(
        teacher_id=teacher.id or 0,
        coach_id=coach_id,
        asked=made.asked.to_dict(),
        outcome=outcome_to_dict(made.plan, made.unit),
    )
    session.add(row)
    session.flush()
    _put_items(session, row, made)
    return row


def change_plan(session: Session, row: GrowthPlan, made: Made) -> None:
    """Put a plan in the place of what was kept; both have to accept it anew."""
    row.asked = made.asked.to_dict()
    row.outcome = outcome_to_dict(made.plan, made.unit)
    row.accepted_by_teacher_at = row.accepted_by_coach_at = None
    _count_change(row)
    session.execute(delete(GrowthPlanItem).where(col(GrowthPlanItem.plan_id) == row.id))
    _put_items(session, row, made)


def accept_plan(row: GrowthPlan, *, by_teacher: bool) -> None:
    """Let the teacher or the coach accept a plan; accepting twice changes nothing."""
    name = "accepted_by_teacher_at" if by_teacher else "accepted_by_coach_at"
    if getattr(row, name) is None:
        setattr(row, name, utc_now())
        _count_change(row)


def delete_plan(row: GrowthPlan) -> None:
    """Show a plan no more."""
    row.deleted_at = utc_now()
    _count_change(row)


def read_plans(session: Session, teachers: Sequence[Teacher]) -> list[KeptPlan]:
    """Return the plans of some teachers, the latest first; four queries at most."""
    people = {teacher.id: teacher for teacher in teachers}
    rows = session.exec(
        select(GrowthPlan)
        .where(col(GrowthPlan.teacher_id).in_(people), col(GrowthPlan.deleted_at).is_(None))
        .order_by(col(GrowthPlan.id).desc())
    ).all()
    return _with_items(session, rows, people)


def read_plan(session: Session, plan_id: int, *, lock: bool = False) -> KeptPlan:
    """Return one plan, locked where it shall be changed.

    Raises
    ------
    NotFound
        There is no such plan, or it was deleted.
    """
    statement = select(GrowthPlan).where(
        GrowthPlan.id == plan_id, col(GrowthPlan.deleted_at).is_(None)
    )
    row = session.exec(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound(f"There is no growth plan {plan_id}.")
    teacher = session.get_one(Teacher, row.teacher_id)
    (kept,) = _with_items(session, [row], {teacher.id: teacher})
    return kept


def check_version(row: GrowthPlan, seen: int) -> None:
    """Refuse to change a plan that its sender has not seen as it is (`HasChanged`)."""
    if row.version != seen:
        raise HasChanged(
            "The plan was changed meanwhile; look at it as it is now, then send this again."
        )


def _with_items(
    session: Session, rows: Sequence[GrowthPlan], people: dict[int | None, Teacher]
) -> list[KeptPlan]:
    items = session.exec(
        select(GrowthPlanItem, Credential)
        .join_from(GrowthPlanItem, Credential)
        .where(col(GrowthPlanItem.plan_id).in_([row.id for row in rows]))
        .order_by(col(GrowthPlanItem.place))
    ).all()
    ids = {row.coach_id for row in rows if row.coach_id is not None}
    coaches = {
        coach.id: coach for coach in session.exec(select(Coach).where(col(Coach.id).in_(ids)))
    }
    return [
        KeptPlan(
            row,
            tuple((item, credential) for item, credential in items if item.plan_id == row.id),
            people[row.teacher_id],
            coaches.get(row.coach_id),
        )
        for row in rows
    ]


def _put_items(session: Session, row: GrowthPlan, made: Made) -> None:
    keys = {item.key for item in made.plan.items}
    found = {
        (credential.district_id, credential.source_id): credential.id or 0
        for credential in session.exec(
            select(Credential).where(col(Credential.source_id).in_([id_ for _, id_ in keys]))
        )
    }
    for place, item in enumerate(made.plan.items):
        plain = item_to_dict(item)
        session.add(
            GrowthPlanItem(
                plan_id=row.id or 0,
                credential_id=found[item.key],
                place=place,
                starts_on=item.starts_on,
                ends_on=item.ends_on,
                develops=[[one["framework"], one["code"]] for one in plain["develops"]],
                **{name: plain[name] for name in _SAME},
            )
        )
    session.flush()


_SAME = ("hours", "hours_known", "cost_usd", "locked", "under_way", "units")


def _item(item: GrowthPlanItem, credential: Credential) -> dict[str, Any]:
    return {
        "credential_id": credential.source_id,
        "district_id": credential.district_id,
        "title": credential.title or credential.source_id,
        "starts_on": item.starts_on.isoformat(),
        "ends_on": item.ends_on.isoformat(),
        "stack": credential.stack,
        "develops": [{"framework": framework, "code": code} for framework, code in item.develops],
        **{name: getattr(item, name) for name in _SAME},
    }


def _count_change(row: GrowthPlan) -> None:
    row.version += 1
    row.changed_at = utc_now()


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
