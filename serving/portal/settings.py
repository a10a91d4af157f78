"""For data staff: what the district asks of suggestions, what that costs, who set it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from recommender.clock import today
from recommender.district_settings import (
    MEANINGS,
    SettingInForce,
    SettingName,
    set_setting,
    settings_in_force,
)
from recommender.errors import InvalidInput, NotAllowed
from recommender.store.tables import Champion, ModelVersion
from recommender.vocabulary import Role
from serving.deps import ServiceDep, SessionDep, VisitorDep, WritingSessionDep
from serving.portal.forms import FormDep, SenderDep, csrf_token, see
from serving.portal.rendering import render
from serving.portal.staff import BLEND, for_staff

TITLES: Final = {
    SettingName.NEED_SHARE: "Least share of need",
    SettingName.DIVERSITY: "Spread over growth areas and issuers",
    SettingName.EXPLORATION: "Exploration",
    SettingName.ALLOW_UNKNOWN_QUALITY: "Unknown quality",
    SettingName.USE_EVALUATIONS: "Use of evaluations",
    SettingName.MICRO_CREDENTIALS_ONLY: "Micro-credentials only",
    SettingName.CONTRIBUTE_TO_TRAINING: "Contribution to training",
}
_SHARE_PREFIX: Final = f"{BLEND}, need share "

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Shown:
    """A setting as the page shows it."""

    setting: SettingInForce
    title: str
    meaning: str

    @property
    def name(self) -> str:
        """Its name in the API."""
        return self.setting.name.value

    @property
    def is_switch(self) -> bool:
        """Whether it is yes or no; a share of one otherwise."""
        return isinstance(self.setting.value, bool)


@router.get("/settings")
def open_settings(
    request: Request,
    visitor: VisitorDep,
    session: SessionDep,
    service: ServiceDep,
    kept: SettingName | None = None,
) -> Response:
    """Show the settings in force; admins may change them."""
    for_staff(visitor)
    found = settings_in_force(session, visitor.district_id, today(), service.settings)
    champion = session.get(Champion, 1)
    model = session.get(ModelVersion, champion.version) if champion else None
    return render(
        "settings.html",
        role=visitor.role,
        admin=visitor.role is Role.ADMIN,
        district=visitor.district_id,
        settings=[Shown(one, TITLES[name], MEANINGS[name]) for name, one in found.items()],
        prices=prices(model.metrics) if model else [],
        kept=TITLES[kept] if kept else "",
        csrf=csrf_token(request, service.settings, visitor),
    )


@router.post("/settings")
def keep_setting(sender: SenderDep, form: FormDep, session: WritingSessionDep) -> Response:
    """Set one value from today on; an empty one goes back to the deployment's."""
    if sender.role is not Role.ADMIN:
        raise NotAllowed("Settings are changed by admins of the district.")
    try:
        name = SettingName(form.get("name", ""))
    except ValueError:
        raise InvalidInput("There is no such setting.") from None
    set_setting(
        session,
        sender.district_id,
        name,
        _value(form.get("value", "")),
        valid_from=today(),
        set_by=sender.subject,
    )
    return see(f"/settings?kept={name.value}#done")


def _value(text: str) -> Any:  # noqa: ANN401 - a share, a yes or no, or nothing
    words = {"": None, "yes": True, "no": False}
    if text in words:
        return words[text]
    try:
        return float(text) / 100
    except ValueError:
        raise InvalidInput("Give a percentage from 0 to 100, or leave it empty.") from None


def prices(metrics: Mapping[str, Any]) -> Sequence[tuple[float, float]]:
    """Return what NDCG@10 is at each share of need that training tried, 0 first."""
    found = metrics.get("figures")
    if not isinstance(found, Mapping) or BLEND not in found:
        return []
    tried = [(0.0, float(found[BLEND]["ndcg_at_10"]))]
    for name, values in found.items():
        if name.startswith(_SHARE_PREFIX):
            share = float(name.removeprefix(_SHARE_PREFIX).rstrip("%")) / 100
            tried.append((share, float(values["ndcg_at_10"])))
    return sorted(tried)
