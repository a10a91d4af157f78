"""For data staff: which model serves, how the models were judged, what was imported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from sqlmodel import col, select
from starlette.responses import Response

from models.promotion import standing
from recommender.store.tables import Champion, ModelVersion, Promotion
from serving.api.imports.queries import imports_of, totals
from serving.auth.access import require_staff
from serving.auth.caller import Caller
from serving.deps import ServiceDep, SessionDep, VisitorDep
from serving.portal.forms import csrf_token
from serving.portal.rendering import render
from serving.portal.snapshots import snapshots_in

LATEST: Final = 20
"""So many versions, promotions and imports are shown, the latest first."""

BLEND: Final = "blend"
METRICS: Final = {
    "ndcg_at_10": "NDCG@10",
    "recall_at_10": "Recall@10",
    "mrr": "MRR",
    "coverage_at_10": "Coverage@10",
}
"""What is shown of the figures that training leaves with a version."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Figures:
    """One line of a table of figures; a figure may be missing."""

    name: str
    values: tuple[float | None, ...]
    learners: int | None
    bar: float
    """Length of the bar beside the first figure, 0 to 100."""


@router.get("/models")
def open_models(
    request: Request, visitor: VisitorDep, session: SessionDep, service: ServiceDep
) -> Response:
    """Show models, promotions and imports; no figure of any one teacher."""
    for_staff(visitor)
    versions = session.exec(
        select(ModelVersion).order_by(col(ModelVersion.version).desc()).limit(LATEST)
    ).all()
    promotions = session.exec(
        select(Promotion).order_by(col(Promotion.id).desc()).limit(LATEST)
    ).all()
    champion = session.exec(select(Champion)).one_or_none()
    earlier = standing(session)[:-1]
    judged = session.get(ModelVersion, champion.version) if champion else None
    return render(
        "models.html",
        role=visitor.role,
        champion=champion,
        problem=service.champion.problem,
        metric_names=list(METRICS.values()),
        figures=figures(judged.metrics) if judged else [],
        segments=figures_by_segment(judged.metrics) if judged else [],
        versions=[(version, _values(_all(version.metrics).get(BLEND, {}))) for version in versions],
        promotions=promotions,
        imports=[
            (run, totals(run.summary)) for run in imports_of(session, visitor.district_id, LATEST)
        ],
        snapshots=snapshots_in(service.settings.snapshots_dir),
        tracking=service.settings.resolved_tracking_uri,
        rolls_back_to=earlier[-1] if earlier else None,
        csrf=csrf_token(request, service.settings, visitor),
        need_share=service.policy(session, visitor.district_id).need_share,
    )


def for_staff(visitor: Caller) -> None:
    """Refuse everybody but data staff and admins (`NotAllowed`)."""
    require_staff(visitor, "This page")


def figures(metrics: Mapping[str, Any]) -> list[Figures]:
    """Return the figures of a version and its rivals, over everybody."""
    return _lines([(_in_words(name), values) for name, values in _all(metrics).items()])


def figures_by_segment(metrics: Mapping[str, Any]) -> list[Figures]:
    """Return the figures of a version by length of history."""
    blend = _all(metrics).get(BLEND, {})
    segments: dict[str, dict[str, Any]] = {}
    for key, value in blend.items():
        name, parted, segment = key.partition(".segment_")
        if parted:
            segments.setdefault(segment.replace("_plus", "+"), {})[name] = value
    return _lines(list(segments.items()))


def _in_words(ranking: str) -> str:
    """Return a ranking's name as people say it: 'growth_area alone' as 'Growth area alone'."""
    words = ranking.replace("_", " ")
    return words.upper() if words == "als" else words[:1].upper() + words[1:]


def _lines(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Figures]:
    firsts = [_values(values)[0] or 0.0 for _, values in rows]
    longest = max(firsts, default=0.0) or 1.0
    return [
        Figures(
            name=name,
            values=_values(values),
            learners=learners if isinstance(learners := values.get("learners"), int) else None,
            bar=100 * first / longest,
        )
        for (name, values), first in zip(rows, firsts, strict=True)
    ]


def _values(figures: Mapping[str, Any]) -> tuple[float | None, ...]:
    found = (figures.get(name) for name in METRICS)
    return tuple(float(value) if isinstance(value, int | float) else None for value in found)


def _all(metrics: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found = metrics.get("figures")
    if not isinstance(found, Mapping):
        return {}
    return {str(name): values for name, values in found.items() if isinstance(values, Mapping)}
