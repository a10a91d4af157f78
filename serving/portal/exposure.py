"""For data staff: what lists show, what became of it, and whether the model still fits.

Figures over many teachers alone: where fewer than `FEWEST_TEACHERS` stand behind them, none is
told.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter
from sqlmodel import Session, col, func, select
from starlette.responses import Response

from recommender.axes import CredentialKey
from recommender.drift import FEWEST_TEACHERS
from recommender.store.columns import utc_now
from recommender.store.tables import (
    Champion,
    Credential,
    CredentialRecord,
    FeedbackEvent,
    ModelVersion,
    ServedSlate,
    Teacher,
)
from recommender.vocabulary import SHARED, EventKind
from serving.deps import ServiceDep, SessionDep, VisitorDep
from serving.drift import BEFORE, SAID, TAKEN_UP, read_drift
from serving.portal.rendering import render
from serving.portal.staff import BLEND, for_staff

MOST_LISTS: Final = 5_000
DAYS: Final = 90
TOP: Final = 10
LINES: Final = 10

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Slates:
    """What stood on the first ten places of some lists."""

    lists: int
    teachers: int
    explored: int
    """Lists of which one place was an exploration."""
    shown: Counter[CredentialKey]
    """In how many lists each micro-credential stood."""
    first_shown: dict[tuple[int, CredentialKey], datetime]
    """When each teacher was first shown each."""

    def coverage(self, catalog: int) -> float:
        """Return the share of a catalog of so many that stood in some list."""
        return min(1.0, len(self.shown) / catalog) if catalog else 0.0

    def gini(self, catalog: int) -> float:
        """Return how unevenly they are shown: 0 all alike, near 1 only a few."""
        counts = sorted(self.shown.values())
        counts = [0] * max(0, catalog - len(counts)) + counts
        total = sum(counts)
        if not total:
            return 0.0
        places = range(1, len(counts) + 1)
        weighted = sum(place * count for place, count in zip(places, counts, strict=True))
        return 2 * weighted / (len(counts) * total) - (len(counts) + 1) / len(counts)


@router.get("/exposure")
def open_exposure(visitor: VisitorDep, session: SessionDep, service: ServiceDep) -> Response:
    """Show figures over the district's lists of the last days."""
    for_staff(visitor)
    district, since = visitor.district_id, utc_now() - timedelta(days=DAYS)
    slates = read_slates(session, district, since)
    catalog = _catalog_size(session, district)
    champion = session.get(Champion, 1)
    model = session.get(ModelVersion, champion.version) if champion else None
    told = slates.teachers >= FEWEST_TEACHERS
    return render(
        "exposure.html",
        role=visitor.role,
        days=DAYS,
        kept=service.settings.slate_log_days > 0,
        told=told,
        fewest=FEWEST_TEACHERS,
        most_lists=MOST_LISTS,
        slates=slates,
        catalog=catalog,
        coverage=slates.coverage(catalog),
        gini=slates.gini(catalog),
        most_shown=_titled(session, slates) if told else [],
        said=_said(session, district, since) if told else [],
        taken_up=_taken_up(session, district, slates, since),
        model=model,
        recall=_recall(model),
        new_to_model=_new_since(session, district, model),
        before=BEFORE.days,
        drift=read_drift(session, district, model.as_of) if model else [],
    )


def read_slates(session: Session, district: str, since: datetime) -> Slates:
    """Return what the latest lists of a district's teachers held."""
    rows = session.exec(
        select(ServedSlate.teacher_id, ServedSlate.served_at, ServedSlate.items)
        .join(Teacher, col(Teacher.id) == col(ServedSlate.teacher_id))
        .where(Teacher.district_id == district, col(ServedSlate.served_at) >= since)
        .order_by(col(ServedSlate.id).desc())
        .limit(MOST_LISTS)
    )
    teachers: set[int] = set()
    shown: Counter[CredentialKey] = Counter()
    first: dict[tuple[int, CredentialKey], datetime] = {}
    lists = explored = 0
    for teacher, moment, items in rows:
        lists += 1
        teachers.add(teacher)
        explored += any(item[4] < 1 for item in items)
        for key in {(item[1], item[2]) for item in items if item[0] <= TOP}:
            shown[key] += 1
            first[teacher, key] = moment  # rows come latest first: the earliest stays
    return Slates(lists, len(teachers), explored, shown, first)


def _titled(session: Session, slates: Slates) -> list[tuple[str, int]]:
    most = slates.shown.most_common(LINES)
    rows = session.exec(
        select(Credential).where(col(Credential.source_id).in_([key[1] for key, _ in most]))
    )
    titles = {(one.district_id, one.source_id): one.title for one in rows}
    return [(titles.get(key) or key[1], count) for key, count in most]


def _catalog_size(session: Session, district: str) -> int:
    today = utc_now().date()
    return session.exec(
        select(func.count())
        .select_from(Credential)
        .where(
            col(Credential.district_id).in_([SHARED, district]),
            col(Credential.known).is_(True),
            col(Credential.valid_from) <= today,
            col(Credential.retired_on) > today,
        )
    ).one()


def _said(session: Session, district: str, since: datetime) -> list[tuple[EventKind, int]]:
    rows = session.exec(
        select(FeedbackEvent.kind, func.count())
        .join(Teacher, col(Teacher.id) == col(FeedbackEvent.teacher_id))
        .where(
            Teacher.district_id == district,
            col(FeedbackEvent.at) >= since,
            col(FeedbackEvent.superseded_at).is_(None),
        )
        .group_by(col(FeedbackEvent.kind))
    )
    counts = dict(rows.all())
    return [(kind, counts.get(kind, 0)) for kind in SAID]


def _taken_up(session: Session, district: str, slates: Slates, since: datetime) -> tuple[int, int]:
    """Return how many were taken up by those who were shown lists, and of how many a list told."""
    watched = {teacher for teacher, _ in slates.first_shown}
    begun: dict[int, datetime] = {}
    for (teacher, _), moment in slates.first_shown.items():
        begun[teacher] = min(moment, begun.get(teacher, moment))
    rows = session.exec(
        select(
            CredentialRecord.teacher_id,
            CredentialRecord.on,
            Credential.district_id,
            Credential.source_id,
        )
        .join(Credential, col(Credential.id) == col(CredentialRecord.credential_id))
        .join(Teacher, col(Teacher.id) == col(CredentialRecord.teacher_id))
        .where(
            Teacher.district_id == district,
            col(CredentialRecord.on) >= since,
            col(CredentialRecord.status).in_(TAKEN_UP),
            col(CredentialRecord.superseded_at).is_(None),
        )
    )
    taken = told = 0
    counted: set[tuple[int, CredentialKey]] = set()
    for teacher, moment, owner, source in rows:
        pair = (teacher, (owner, source))
        if teacher not in watched or moment < begun[teacher] or pair in counted:
            continue
        counted.add(pair)
        taken += 1
        told += pair in slates.first_shown and slates.first_shown[pair] <= moment
    return taken, told


def _recall(model: ModelVersion | None) -> float | None:
    found = model.metrics.get("figures", {}).get(BLEND, {}) if model else {}
    value = found.get("recall_at_10")
    return float(value) if isinstance(value, int | float) else None


def _new_since(session: Session, district: str, model: ModelVersion | None) -> int:
    """Return how many micro-credentials came after the facts that the model learned from."""
    if model is None:
        return 0
    return session.exec(
        select(func.count())
        .select_from(Credential)
        .where(
            col(Credential.district_id).in_([SHARED, district]),
            col(Credential.valid_from) > model.as_of,
        )
    ).one()
