"""`GET` and `PUT /v1/settings`, for admins."""

from typing import Final

from fastapi import APIRouter, Depends
from sqlmodel import Session

from recommender.clock import today
from recommender.district_settings import MEANINGS, set_setting, settings_in_force
from recommender.errors import (
    InvalidInput,
    NotAllowed,
    NotFound,
    NotJson,
    NotSignedIn,
    StoreUnavailable,
    TooLarge,
    TooManyRequests,
)
from recommender.settings import Settings
from recommender.vocabulary import Role
from serving.api.settings.schemas import SettingIn, SettingOut, SettingsOut
from serving.auth.caller import Caller
from serving.deps import (
    CallerDep,
    ServiceDep,
    SessionDep,
    WriterDep,
    WritingSessionDep,
    require_json,
)
from serving.problems import documented

PROBLEMS: Final = (NotSignedIn, NotAllowed, TooManyRequests, StoreUnavailable)

router = APIRouter(prefix="/v1", tags=["settings"])


@router.get(
    "/settings",
    summary="What the district asks of suggestions",
    responses=documented(*PROBLEMS),
)
def list_settings(caller: CallerDep, session: SessionDep, service: ServiceDep) -> SettingsOut:
    """List the settings of the admin's district as they are today."""
    _require_admin(caller)
    return _shown(session, caller.district_id, service.settings)


@router.put(
    "/settings",
    summary="Set one of the district's settings",
    dependencies=[Depends(require_json)],
    responses=documented(NotFound, TooLarge, NotJson, InvalidInput, *PROBLEMS),
)
def put_setting(
    asked: SettingIn, writer: WriterDep, session: WritingSessionDep, service: ServiceDep
) -> SettingsOut:
    """Set a value from a day on, and return all settings; the next suggestion obeys.

    Who set it is kept, and so is every earlier value.
    """
    _require_admin(writer)
    set_setting(
        session,
        writer.district_id,
        asked.name,
        asked.value,
        valid_from=asked.valid_from or today(),
        set_by=writer.subject,
    )
    return _shown(session, writer.district_id, service.settings)


def _require_admin(caller: Caller) -> None:
    if caller.role is not Role.ADMIN:
        raise NotAllowed("Settings are for admins of the district.")


def _shown(session: Session, district_id: str, chosen: Settings) -> SettingsOut:
    found = settings_in_force(session, district_id, today(), chosen)
    return SettingsOut(
        settings=[
            SettingOut(
                name=name,
                value=setting.value,
                default=setting.default,
                valid_from=setting.valid_from,
                set_by=setting.set_by,
                meaning=MEANINGS[name],
            )
            for name, setting in found.items()
        ]
    )
