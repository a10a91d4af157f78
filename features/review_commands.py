"""`recommender reviews list`, `accept` and `refuse`."""

import getpass
from dataclasses import asdict
from typing import Annotated

import typer

from features.reviews import Review, accept, badges_to_review, refuse
from recommender.console import console, print_json, print_table
from recommender.store.engine import make_engine, reading, unit_of_work

_Number = Annotated[int, typer.Argument(help="The number in `reviews list`.", show_default=False)]
_District = Annotated[
    str | None, typer.Option(help="Only this district's.", show_default="every district's")
]
_By = Annotated[
    str | None, typer.Option(help="Who decides; it is kept.", show_default="the system's user")
]


def list_reviews(
    *,
    district: _District = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also those kept apart or revoked, and why.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """List the verified badges that are not surely one of the catalog, without names.

    `recommender reviews accept NUMBER` counts one as what it seems to be (`--as ID`: as another
    micro-credential); `recommender reviews refuse NUMBER` leaves it uncounted.
    """
    engine = make_engine()
    try:
        with reading(engine) as session:
            found = badges_to_review(session, district, every=every)
    finally:
        engine.dispose()
    if json:
        print_json([asdict(review) for review in found])
        return
    print_table(
        "Badges to review",
        ("number", "badge", "issuer", "may be", "how sure", "by", "why"),
        [_line(review) for review in found],
    )


def accept_review(
    number: _Number,
    *,
    credential: Annotated[
        str, typer.Option("--as", help="The micro-credential that it is.", show_default="proposed")
    ] = "",
    district: _District = None,
    by: _By = None,
) -> None:
    """Count a badge as earned."""
    engine = make_engine()
    try:
        with unit_of_work(engine) as session:
            accept(session, number, district, by or getpass.getuser(), credential)
    finally:
        engine.dispose()
    console.print(f"Badge {number} counts as earned.")


def refuse_review(number: _Number, *, district: _District = None, by: _By = None) -> None:
    """Leave a badge uncounted, for good."""
    engine = make_engine()
    try:
        with unit_of_work(engine) as session:
            refuse(session, number, district, by or getpass.getuser())
    finally:
        engine.dispose()
    console.print(f"Badge {number} is not counted.")


def _line(review: Review) -> tuple[object, ...]:
    return (
        *(review.id, review.title, review.issuer_name or review.issuer),
        *(review.proposed or "nothing", f"{review.confidence:.2f}", review.matched_by),
        review.decision.value if review.decision else review.why,
    )
