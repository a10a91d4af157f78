"""The pages, put together."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from recommender.settings import Settings
from serving.portal import coach, development, home, staff, teacher
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
    for router in (home.router, teacher.router, coach.router, staff.router):
        app.include_router(router)
    if settings.development:
        app.include_router(development.router)
    app.mount("/static", OwnFiles(directory=Path(HERE) / "static"), name="static")
