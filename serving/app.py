"""The service: settings in, an ASGI app out."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final

from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session
from starlette.middleware.cors import CORSMiddleware

from recommender.errors import SettingsRefused
from recommender.settings import Settings
from recommender.store.engine import make_engine
from serving import metrics, problems
from serving.api.assessments import endpoints as assessments
from serving.api.coach_acts import endpoints as coach_acts
from serving.api.coaches import endpoints as coaches
from serving.api.credentials import endpoints as credentials
from serving.api.credentials import similar
from serving.api.drift import endpoints as drift
from serving.api.feedback import endpoints as feedback
from serving.api.health import endpoints as health
from serving.api.imports import endpoints as imports
from serving.api.model import endpoints as model
from serving.api.pathways import endpoints as pathways
from serving.api.plans import endpoints as plans
from serving.api.profile import endpoints as profile
from serving.api.renewal import endpoints as renewal
from serving.api.settings import endpoints as district_settings
from serving.api.standards import endpoints as standards
from serving.api.states import endpoints as states
from serving.api.suggestions import endpoints as suggestions
from serving.api.suggestions.shortcut import Shortcut
from serving.api.together import endpoints as together
from serving.auth.development import ISSUER as DEVELOPMENT_ISSUER
from serving.auth.development import DevelopmentKey, require_development
from serving.auth.remote_keys import RemoteKeys
from serving.auth.tokens import KeySource, TokenVerifier, TrustedKeys, read_jwks
from serving.deps import Service
from serving.doors import find_doors
from serving.limits import BodyLimit, RateLimit
from serving.live.catalog import LiveCatalog
from serving.live.champion import LiveChampion, Serving, in_a_thread
from serving.live.slate_log import SlateLog
from serving.live.states import LiveShelf
from serving.live.suggestions import make_one_list
from serving.metrics import Metrics
from serving.middleware import RequestFrame
from serving.openapi import describe, operation_id
from serving.portal import portal

TITLE: Final = "Micro-credential recommender"
SHELF_INTERVAL_SECONDS: Final = 1.0
BYTES_A_MB: Final = 1_000_000
DESCRIPTION: Final = """\
Suggests the next micro-credential to a K-12 teacher, with reasons that are the arithmetic.

Every address under `/v1` wants a bearer token. Whoever it stands for, and in which district, is
looked up here; ids in addresses are those of the caller's district. Errors are problems as
RFC 9457 describes them, `application/problem+json`, with a stable `type`.
"""


def create_app(
    settings: Settings,
    engine: Engine | None = None,
    *,
    settle: Callable[[], None] | None = None,
) -> FastAPI:
    """Return the app of one deployment; an engine of the caller's is left for it to dispose.

    Parameters
    ----------
    settings, engine
        Of the deployment.
    settle
        Called before and after a champion is loaded: for a process that does nothing but serve.

    Raises
    ------
    SettingsRefused
        Production has no key set, or development stands beside a database server.
    """
    store = engine or make_engine(settings.resolved_database_url)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        slates.close()
        if engine is None:
            store.dispose()

    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=version("microcredential-recommender"),
        generate_unique_id_function=operation_id,
        docs_url=None,  # the stock pages load scripts from other hosts
        redoc_url=None,
        lifespan=lifespan,
    )
    packs = LiveShelf(settings.resolved_states_dir, SHELF_INTERVAL_SECONDS)
    measured, catalog = Metrics(), LiveCatalog(packs)

    def prepare(session: Session, serving: Serving) -> None:
        make_one_list(session, serving, catalog, service.policy)

    doors = find_doors(settings)
    slates = SlateLog(store, settings.slate_log_days, measured.count_slates)
    service = Service(
        settings=settings,
        engine=store,
        verifier=TokenVerifier(_trusted(settings, store), settings.token_audience),
        champion=LiveChampion(
            store, settings.artifacts_dir, aside=in_a_thread, prepare=prepare, settle=settle
        ),
        catalog=catalog,
        states=packs,
        limit=RateLimit(settings.requests_per_minute, settings.request_burst),
        metrics=measured,
        slates=slates,
        roster={rule.issuer: rule for rule in doors.rules},
    )
    for part in (
        *(suggestions, profile, renewal, pathways, assessments, feedback),
        *(plans, coach_acts, together, coaches),
        *(similar, credentials, standards, states, model, drift),
        *(district_settings, imports, health),
    ):
        app.include_router(part.router)
    if settings.metrics:
        app.include_router(metrics.router)
    portal.install(app, settings)
    doors.install(app)
    problems.install(app)
    app.state.service = service
    app.add_middleware(Shortcut, service=service, most_bytes=settings.remembered_mb * BYTES_A_MB)
    app.add_middleware(BodyLimit, longest=settings.longest_body)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=[
                *("Authorization", "Content-Type", "Idempotency-Key"),
                *("If-None-Match", "If-Match"),
            ],
            expose_headers=["ETag", "Retry-After", "X-Request-ID"],
        )
    app.add_middleware(
        RequestFrame, count=measured.count_request, frame_origins=settings.frame_origins
    )
    app.openapi = lambda: describe(app)  # type: ignore[method-assign] # FastAPI documents this way
    return app


def _trusted(settings: Settings, store: Engine) -> Iterable[KeySource]:
    if settings.development:
        require_development(settings, store)
        yield DevelopmentKey(settings).trusted
    named = settings.jwks_file is not None or bool(settings.jwks_url)
    if named and settings.token_issuer == DEVELOPMENT_ISSUER:
        raise SettingsRefused(
            f"RECOMMENDER_TOKEN_ISSUER may not be '{DEVELOPMENT_ISSUER}': "
            "that name is kept for development tokens."
        )
    if settings.jwks_file is not None:
        yield TrustedKeys(settings.token_issuer, read_jwks(settings.jwks_file))
    if settings.jwks_url:
        yield RemoteKeys(settings.token_issuer, settings.jwks_url)
    if not named and not settings.development:
        raise SettingsRefused(
            "Production needs the public keys that sign tokens: set RECOMMENDER_JWKS_FILE or "
            "RECOMMENDER_JWKS_URL, or RECOMMENDER_ENVIRONMENT=development to try the service on "
            "this machine."
        )
