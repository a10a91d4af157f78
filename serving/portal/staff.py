"""For data staff: which model serves, how the models were judged, what was imported."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from sqlmodel import Session, col, select
from starlette.responses import Response

from recommender.errors import NotAllowed
from recommender.store.tables import Champion, ImportRun, ModelVersion, Promotion
from recommender.vocabulary import Role
from serving.auth.caller import Caller
from serving.deps import ServiceDep, SessionDep, VisitorDep
from serving.portal.rendering import render

LATEST: Final = 20
"""So many versions, promotions and imports are shown, the latest first."""

router = APIRouter(include_in_schema=False)


@router.get("/models")
def open_models(visitor: VisitorDep, session: SessionDep, service: ServiceDep) -> Response:
    """Show models, promotions and imports; no figure of any one teacher."""
    if visitor.role not in {Role.DATA_STAFF, Role.ADMIN}:
        raise NotAllowed("This page is for data staff.")
    versions = session.exec(
        select(ModelVersion).order_by(col(ModelVersion.version).desc()).limit(LATEST)
    ).all()
    promotions = session.exec(
        select(Promotion).order_by(col(Promotion.id).desc()).limit(LATEST)
    ).all()
    return render(
        "models.html",
        role=visitor.role,
        champion=session.exec(select(Champion)).one_or_none(),
        problem=service.champion.problem,
        versions=[(version, plain_metrics(version.metrics)) for version in versions],
        promotions=promotions,
        imports=_imports(session, visitor),
        need_share=service.policy.need_share,
    )


def _imports(session: Session, visitor: Caller) -> list[tuple[ImportRun, dict[str, int]]]:
    runs = session.exec(
        select(ImportRun)
        .where(ImportRun.district_id == visitor.district_id)
        .order_by(col(ImportRun.id).desc())
        .limit(LATEST)
    )
    return [(run, totals(run.summary)) for run in runs]


def plain_metrics(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Return the metrics that are one number over everybody."""
    return {
        name: float(value)
        for name, value in metrics.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def totals(summary: Mapping[str, Any]) -> dict[str, int]:
    """Return an import's counts, added up over its files."""
    added: dict[str, int] = {}
    for counts in summary.values():
        if isinstance(counts, Mapping):
            for name, count in counts.items():
                if isinstance(count, int) and not isinstance(count, bool):
                    added[name] = added.get(name, 0) + count
    return added
