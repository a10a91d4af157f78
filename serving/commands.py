"""`recommender serve` and `recommender token`."""

import logging
import socket
from contextlib import ExitStack
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Annotated, Final

import typer
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine
from uvicorn.supervisors import Multiprocess

from models.champion import read_champion
from recommender.console import console
from recommender.errors import InvalidInput, NoChampion
from recommender.logs import configure_logs
from recommender.settings import Settings, settings
from recommender.store.engine import make_engine, reading, unit_of_work
from recommender.store.migrations import check_schema
from recommender.vocabulary import DEFAULT_DISTRICT
from serving.app import create_app
from serving.auth.development import DEFAULT_LIFETIME_SECONDS, DevelopmentKey, require_development
from serving.introduction import Guest, find_person, guests, introduce, subject_of
from serving.live.process import settle, take_turns_quickly

MOST_PORT: Final = 65_535
MOST_WORKERS: Final = 64
LONGEST_LIFETIME_SECONDS: Final = 30 * 24 * 3600


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=MOST_PORT, help="Port to listen on.")] = 8000,
    workers: Annotated[
        int,
        typer.Option(
            min=1, max=MOST_WORKERS, help="Processes that serve; they share the model's arrays."
        ),
    ] = 1,
) -> None:
    """Run the web service: the API under `/v1`, and pages for teachers, coaches and data staff.

    In development (`RECOMMENDER_ENVIRONMENT=development`) it prints links that sign you in by one
    click. In production it needs the public keys that sign tokens, `RECOMMENDER_JWKS_FILE` or
    `RECOMMENDER_JWKS_URL`.
    """
    chosen = settings()
    engine = make_engine(chosen.resolved_database_url)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        take_turns_quickly()
        app = create_app(chosen, engine, settle=settle)
        check_schema(engine)
        listener = stack.enter_context(listen(host, port))
        address = base_url(host, port)
        console.print(f"Serving on {address} (stop with Ctrl+C).")
        _say_champion(engine)
        if chosen.development:
            _welcome(chosen, engine, host, address)
        configure_serving_logs()
        if workers == 1:
            uvicorn.Server(_config(app)).run(sockets=[listener])
            return
        engine.dispose()  # no connection may be shared with a worker
        config = _config(f"{worker_app.__module__}:{worker_app.__name__}", workers)
        Multiprocess(config, sockets=[listener]).run()


def worker_app() -> FastAPI:
    """Return the app of one of several workers, each a process of its own."""
    configure_serving_logs()
    take_turns_quickly()
    return create_app(settings(), settle=settle)


def configure_serving_logs() -> None:
    """Log what a service logs."""
    configure_logs()
    # Each look at /readyz asks Alembic for the schema's version, of which it tells at length.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _config(app: FastAPI | str, workers: int = 1) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=workers,
        access_log=False,
        server_header=False,
        log_config=None,
        lifespan="on",
    )


def token(
    *,
    teacher: Annotated[str | None, typer.Option(help="Id of a teacher.")] = None,
    coach: Annotated[str | None, typer.Option(help="Id of a coach.")] = None,
    data_staff: Annotated[
        bool, typer.Option("--data-staff", help="A member of the data staff.")
    ] = False,
    district: Annotated[str, typer.Option(help="District of the person.")] = DEFAULT_DISTRICT,
    expires_in: Annotated[
        int,
        typer.Option(min=1, max=LONGEST_LIFETIME_SECONDS, help="Seconds for which it holds."),
    ] = DEFAULT_LIFETIME_SECONDS,
) -> None:
    """Print a development token for one person, to send as a bearer token.

    It is signed by the key of this development service and is refused everywhere else; outside
    development mode none is made.
    """
    chosen = settings()
    require_development(chosen)
    if (teacher is not None) + (coach is not None) + data_staff != 1:
        raise InvalidInput("Name one person: --teacher ID, --coach ID, or --data-staff.")
    engine = make_engine(chosen.resolved_database_url)
    try:
        check_schema(engine)
        with unit_of_work(engine) as session:
            person = find_person(session, district, teacher=teacher, coach=coach)
            subject = subject_of(session, person)
    finally:
        engine.dispose()
    typer.echo(DevelopmentKey(chosen).mint(subject, expires_in))


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises
    ------
    InvalidInput
        The port is taken, or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except OSError as error:
        opened.close()
        raise InvalidInput(
            f"Cannot listen on {host}:{port} ({error.strerror}); is another service running there? "
            "Choose another port by --port."
        ) from None
    return opened


def base_url(host: str, port: int) -> str:
    """Return the address to open in a browser on this machine."""
    address = _parsed(host)
    if address is not None and address.is_unspecified:
        host = "127.0.0.1" if isinstance(address, IPv4Address) else "::1"
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def _say_champion(engine: Engine) -> None:
    try:
        with reading(engine) as session:
            read_champion(session)
    except NoChampion as error:
        console.print(f"No suggestions yet. {error.detail}")


def _welcome(chosen: Settings, engine: Engine, host: str, address: str) -> None:
    console.print(
        "DEVELOPMENT MODE: tokens are signed by a key made here, and the links below sign anybody "
        "in. Never use it with real people's data."
    )
    if not _is_loopback(host):
        console.print(f"It listens on {host}: others on this network can reach it.")
    key = DevelopmentKey(chosen)
    with unit_of_work(engine) as session:
        invited: list[Guest] = guests(session)
        for line in introduce(session, key, invited, address):
            console.print(line)


def _is_loopback(host: str) -> bool:
    address = _parsed(host)
    return host == "localhost" if address is None else address.is_loopback


def _parsed(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
