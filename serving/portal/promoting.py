"""For data staff: one model beside the champion, letting it serve, and going back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from sqlmodel import Session
from starlette.responses import Response

from models.promotion import find_version, promote, rollback
from recommender.errors import InvalidInput, NotAllowed
from recommender.store.tables import Champion, ModelVersion
from recommender.vocabulary import Role
from serving.auth.caller import Caller
from serving.deps import ServiceDep, SessionDep, VisitorDep
from serving.portal.forms import Form, FormDep, SenderDep, csrf_token, see
from serving.portal.rendering import render
from serving.portal.staff import METRICS, Figures, figures, figures_by_segment, for_staff

EVERYBODY = "All"

router = APIRouter(include_in_schema=False)

VersionPath = Annotated[int, Path(ge=1, le=2**31 - 1)]


@dataclass(frozen=True)
class Beside:
    """NDCG@10 of two models for the teachers of one length of history."""

    name: str
    learners: int | None
    bars: Sequence[tuple[float | None, float]]
    """Of the model, then of the champion where that is another: figure, length of its bar."""
    difference: float | None


@router.get("/models/{version}")
def open_model(
    request: Request,
    visitor: VisitorDep,
    session: SessionDep,
    service: ServiceDep,
    version: VersionPath,
) -> Response:
    """Show how a model was judged, beside the champion."""
    for_staff(visitor)
    found = find_version(session, version)
    champion = session.get(Champion, 1)
    serves = champion is not None and champion.version == version
    rival = session.get(ModelVersion, champion.version) if champion and not serves else None
    return render(
        "model.html",
        role=visitor.role,
        version=found,
        champion=champion,
        serves=serves,
        rival=rival,
        notes=found.metrics.get("notes", []),
        lines=beside(found.metrics, rival.metrics if rival else None),
        figures=figures(found.metrics),
        metric_names=list(METRICS.values()),
        csrf=csrf_token(request, service.settings, visitor),
    )


@router.post("/models/{version}/promote")
def promote_model(
    sender: SenderDep, form: FormDep, service: ServiceDep, version: VersionPath
) -> Response:
    """Let a model serve, as `recommender models promote` does."""
    _confirmed(sender, form)
    promote(service.engine, service.settings.artifacts_dir, version, _by(sender))
    return see("/models")


@router.post("/models/rollback")
def roll_back(
    sender: SenderDep, form: FormDep, service: ServiceDep, session: SessionDep
) -> Response:
    """Go back to the model that served before, if the one that was seen serves still."""
    _confirmed(sender, form)
    if form.get("serving") != str(_serving(session)):
        raise InvalidInput("Another model serves by now; look at the page again first.")
    rollback(service.engine, service.settings.artifacts_dir, _by(sender))
    return see("/models")


def _confirmed(sender: Caller, form: Form) -> None:
    for_staff(sender)
    if sender.acting:
        raise NotAllowed("A service account does not choose models.")
    if form.get("sure") != "1":
        raise InvalidInput("Tick the box first: it says that you mean it.")


def _serving(session: Session) -> int | None:
    champion = session.get(Champion, 1)
    return champion.version if champion else None


def _by(sender: Caller) -> str:
    return f"{sender.subject} ({'data staff' if sender.role is Role.DATA_STAFF else sender.role})"


def beside(ours: Mapping[str, Any], theirs: Mapping[str, Any] | None) -> list[Beside]:
    """Return a line for everybody and one for each length of history."""
    lines = _first(ours)
    rivals = {line.name: line for line in _first(theirs)} if theirs is not None else None
    values = [line.values[0] or 0.0 for line in (*lines, *(rivals or {}).values())]
    longest = max(values, default=0.0) or 1.0
    made = []
    for line in lines:
        shown = [line.values[0]]
        if rivals is not None:
            shown.append(rivals[line.name].values[0] if line.name in rivals else None)
        known = [value for value in shown if value is not None]
        made.append(
            Beside(
                line.name,
                line.learners,
                [(value, 100 * (value or 0.0) / longest) for value in shown],
                known[0] - known[1] if len(known) > 1 else None,
            )
        )
    return made


def _first(metrics: Mapping[str, Any]) -> list[Figures]:
    everybody = [
        Figures(EVERYBODY, line.values, line.learners, line.bar)
        for line in figures(metrics)
        if line.name == "Blend"
    ]
    return everybody + figures_by_segment(metrics)
