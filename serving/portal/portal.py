"""The pages, put together."""

from os import PathLike, stat_result
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from recommender.settings import Settings
from serving.portal import (
    acting,
    coach,
    coaching,
    corrections,
    development,
    download,
    exposure,
    home,
    imports,
    known,
    plans,
    progress,
    promoting,
    self_assessment,
    staff,
    teacher,
    together,
)
from serving.portal import settings as settings_page
from serving.portal.rendering import HERE

FOR_OTHER_SITES: Final = "next-credentials.js"
"""The custom element, which a portal's pages load from here."""


class OwnFiles(StaticFiles):
    """Our stylesheet and marks, which browsers may keep for a while."""

    def file_response(
        self,
        full_path: PathLike[str] | str,
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return a file that anybody may keep for an hour; the element's script, any site."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "public, max-age=3600"
        if Path(full_path).name == FOR_OTHER_SITES:
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            response.headers["Access-Control-Allow-Origin"] = "*"
        return response


def install(app: FastAPI, settings: Settings) -> None:
    """Add the pages to the app; one-click sign-in only in development."""
    # A teacher's own page comes last of those below it: its address takes any id, slashes too.
    for part in (
        *(home, acting, known, corrections, download, self_assessment, coaching, plans, together),
        *(progress, teacher, coach, staff, promoting, settings_page, exposure, imports),
    ):
        app.include_router(part.router)
    if settings.development:
        app.include_router(development.router)
    app.mount("/static", OwnFiles(directory=Path(HERE) / "static"), name="static")
