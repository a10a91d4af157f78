"""`recommender settings ...`: a district's settings on the command line."""

import getpass
import json
from datetime import datetime
from typing import Annotated

import typer

from recommender.clock import today
from recommender.console import console, print_json, print_table
from recommender.district_settings import (
    MEANINGS,
    SettingName,
    set_setting,
    settings_in_force,
)
from recommender.errors import InvalidInput, NotFound
from recommender.settings import settings
from recommender.store.engine import make_engine, reading, unit_of_work
from recommender.store.migrations import check_schema
from recommender.store.tables import District
from recommender.vocabulary import DEFAULT_DISTRICT


def list_settings(
    *,
    district: Annotated[str, typer.Option(help="The district.")] = DEFAULT_DISTRICT,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List a district's settings as they are today, with who set them and since when.

    A setting that the district never set has the deployment's value, from the environment.
    """
    engine = make_engine()
    try:
        check_schema(engine)
        with reading(engine) as session:
            if session.get(District, district) is None:
                raise NotFound(f"There is no district '{district}'.")
            found = settings_in_force(session, district, today(), settings()).values()
    finally:
        engine.dispose()
    rows = [
        {
            "name": setting.name,
            "value": setting.value,
            "default": setting.default,
            "from": setting.valid_from,
            "set_by": setting.set_by,
            "meaning": MEANINGS[setting.name],
        }
        for setting in found
    ]
    if as_json:
        print_json(rows)
        return
    print_table(
        f"Settings of the district '{district}'",
        ("Setting", "Value", "From", "Set by", "Meaning"),
        [
            (row["name"], json.dumps(row["value"]), row["from"], row["set_by"], row["meaning"])
            for row in rows
        ],
    )


def set_value(
    name: Annotated[SettingName, typer.Argument(help="The setting.")],
    value: Annotated[
        str, typer.Argument(help="Its value as JSON; null goes back to the deployment's value.")
    ],
    *,
    district: Annotated[str, typer.Option(help="The district.")] = DEFAULT_DISTRICT,
    valid_from: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day. (default: today)"),
    ] = None,
    set_by: Annotated[
        str | None, typer.Option(help="Who sets it. (default: the user of this machine)")
    ] = None,
) -> None:
    """Set one of a district's settings; the next suggestion obeys it.

    Earlier values are kept, with who set them and from when.
    """
    try:
        parsed = json.loads(value)
    except ValueError:
        raise InvalidInput("The value must be JSON: a number, true, false or null.") from None
    first_day = valid_from.date() if valid_from else today()
    engine = make_engine()
    try:
        check_schema(engine)
        with unit_of_work(engine) as session:
            row = set_setting(
                session,
                district,
                name,
                parsed,
                valid_from=first_day,
                set_by=set_by or f"{getpass.getuser()} (command line)",
            )
    finally:
        engine.dispose()
    console.print(
        f"{name} of the district '{district}' is {json.dumps(row.value)} from {first_day} on."
    )
