"""The pages, put together."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from recommender.settings import Settings
from serving.portal import (
    acting,
    coach,
    development,
    home,
    known,
    self_assessment,
    staff,
    teacher,
)
from serving.portal.rendering import HERE


class OwnFiles(StaticFiles):
    """Our stylesheet and marks, which browsers may keep for a while."""

    def file_response(self, *args: Any, **named: Any) -> Response:  # noqa: ANN401 - passed on
        """Return a file that anybody may keep for an hour."""
        response = super().file_response(*args, **named)
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response


def install(app: FastAPI, settings: Settings) -> None:
    """Add the pages to the app; one-click sign-in only in development."""
    # A teacher's own page comes last of those below it: its address takes any id, slashes too.
    for part in (home, acting, known, self_assessment, teacher, coach, staff):
        app.include_router(part.router)
    if settings.development:
        app.include_router(development.router)
    app.mount("/static", OwnFiles(directory=Path(HERE) / "static"), name="static")
