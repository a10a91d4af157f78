"""The ways in to the pages that a deployment opens: its sign-in, learning platforms, frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import FastAPI

from recommender.errors import SettingsRefused
from recommender.settings import Settings
from serving.auth.oidc import Provider, provider_of
from serving.auth.roster import RosterRule
from serving.lti import endpoints as lti
from serving.lti.launch import Tool
from serving.lti.platforms import read_platforms
from serving.portal import embed, sign_in


@dataclass(frozen=True)
class Doors:
    """What is open."""

    provider: Provider | None
    tool: Tool | None
    framed: bool
    rules: Sequence[RosterRule]
    """How those who come in are found in the roster."""

    def install(self, app: FastAPI) -> None:
        """Add the addresses of what is open to the app."""
        app.state.provider, app.state.tool = self.provider, self.tool
        for opened, part in (
            (self.provider, sign_in),
            (self.tool, lti),
            (self.framed, embed),
        ):
            if opened:
                app.include_router(part.router)


def find_doors(settings: Settings) -> Doors:
    """Return the ways in that the settings open.

    Raises
    ------
    SettingsRefused
        A way in lacks something that it needs.
    """
    opens = bool(settings.oidc_client_id) or settings.lti_platforms_file is not None
    if opens and not settings.public_url:
        raise SettingsRefused(
            "Sign-in and launches come back to this service by its own address: set "
            "RECOMMENDER_PUBLIC_URL."
        )
    if opens and not settings.development and not settings.public_url.startswith("https://"):
        raise SettingsRefused("RECOMMENDER_PUBLIC_URL must begin with https:// in production.")
    if settings.oidc_client_id and not settings.token_issuer.startswith("https://"):
        raise SettingsRefused(
            "RECOMMENDER_OIDC_CLIENT_ID needs RECOMMENDER_TOKEN_ISSUER to be the https:// address "
            "of the OpenID provider."
        )
    for name, origins in (
        ("FRAME_ORIGINS", settings.frame_origins),
        ("CORS_ORIGINS", settings.cors_origins),
    ):
        for origin in origins:
            if not _is_origin(origin):
                raise SettingsRefused(
                    f"RECOMMENDER_{name}: '{origin}' is no web origin such as "
                    "https://portal.district.example."
                )
    platforms = read_platforms(settings.lti_platforms_file) if settings.lti_platforms_file else ()
    return Doors(
        provider=provider_of(settings),
        tool=Tool(platforms, settings.public_url) if platforms else None,
        framed=bool(settings.frame_origins),
        rules=(RosterRule.of(settings), *(one.rule() for one in platforms)),
    )


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    plain = text == f"{parts.scheme}://{parts.netloc}" and "@" not in text
    return plain and parts.scheme in {"http", "https"} and not set(text) & set(" ;,'\"*")
