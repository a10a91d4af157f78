"""`recommender plan`: a teacher's growth plan, on the command line."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Annotated, Any

import typer
from sqlmodel import Session, col, select

from features.live import find_teacher, read_catalog, read_states
from models.champion import load_champion
from models.plans.asking import Asked
from models.plans.keeping import read_plan, save_plan
from models.plans.making import Ground, Made, plan_for
from models.plans.renewal import read_renewal
from models.plans.telling import plan_to_dict, quality_in_words
from recommender.axes import CredentialKey, StandardKey
from recommender.clock import day_end_ms, today
from recommender.console import console, print_json, print_table
from recommender.district_settings import policy_in_force
from recommender.errors import InvalidInput, NotFound
from recommender.settings import settings
from recommender.states.shelf import shelf_in_force
from recommender.store.engine import make_engine, reading, unit_of_work
from recommender.store.tables import Credential, Teacher
from recommender.vocabulary import SHARED


def plan(
    teacher: Annotated[str, typer.Argument(help="Id of the teacher, as in the district's files.")],
    *,
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Last day of the plan.")],
    standard: Annotated[
        list[str] | None,
        typer.Option(help="Standard to grow on, FRAMEWORK:CODE; may be given several times."),
    ] = None,
    hours_a_month: Annotated[float, typer.Option(help="Hours a month that there are.")] = 10.0,
    starts_on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day of the plan. (default: today)"),
    ] = None,
    budget: Annotated[
        float | None, typer.Option(help="Most that it may cost, in US dollars.", min=0)
    ] = None,
    credit: Annotated[
        list[str] | None,
        typer.Option(
            help="Renewal credit to reach, CATEGORY=UNITS, as the state pack names its categories;"
            " 'total' stands for all of them."
        ),
    ] = None,
    renewal: Annotated[
        bool, typer.Option("--renewal", help="Ask for all renewal credit that is still missing.")
    ] = False,
    most: Annotated[int, typer.Option(help="Most micro-credentials.", min=1, max=40)] = 12,
    lock: Annotated[
        list[str] | None, typer.Option(help="Id of a micro-credential that must be in the plan.")
    ] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option(help="Id of one that must not be in it.")
    ] = None,
    district: Annotated[
        str | None, typer.Option(help="District of the teacher; needed where several have the id.")
    ] = None,
    save: Annotated[bool, typer.Option("--save", help="Keep the plan: both see it.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, as the web API gives.")] = False,
) -> None:
    """Propose a growth plan: which micro-credentials to earn, in which order and when.

    It covers most of what the teacher needs on the chosen standards within the hours, the budget
    and the day; prerequisites come first and stacks are preferred. Renewal credit is a limit like
    any other. The answer says whether any other plan could be better, and by how much at most.
    Where the limits cannot all be met it says which, and what would do.
    """
    engine = make_engine()
    try:
        opened: AbstractContextManager[Session] = unit_of_work(engine) if save else reading(engine)
        with opened as session:
            person = find_teacher(session, teacher, district)
            asked = Asked(
                standards=tuple((_standard(text), None) for text in standard or ()),
                hours_a_month=hours_a_month,
                starts_on=starts_on.date() if starts_on else today(),
                until=until.date(),
                budget_usd=budget,
                credits=_credits(session, person, credit or (), all_missing=renewal),
                most_items=most,
                locked=_keys(session, person, lock or ()),
                left_out=_keys(session, person, leave_out or ()),
            )
            made = plan_for(_ground(session, person, today()), asked)
            told = _kept(session, person, made) if save else plan_to_dict(made)
    finally:
        engine.dispose()
    if json:
        print_json(told)
    else:
        _print_plan(person, told)


def _ground(session: Session, teacher: Teacher, on: date) -> Ground:
    _, bundle = load_champion(session, settings().artifacts_dir)
    return Ground(
        session,
        bundle,
        teacher,
        read_states(session, [teacher.id or 0], bundle.axes, day_end_ms(on)),
        read_catalog(session, on, bundle.axes),
        policy_in_force(session, teacher.district_id, on, settings()),
        shelf_in_force(),
        on,
    )


def _kept(session: Session, teacher: Teacher, made: Made) -> dict[str, Any]:
    row = save_plan(session, teacher, None, made)
    return read_plan(session, row.id or 0).to_dict()


def _standard(text: str) -> StandardKey:
    framework, colon, code = text.partition(":")
    if not (framework and colon and code):
        raise InvalidInput(f"--standard must be FRAMEWORK:CODE, got '{text}'.")
    return framework, code


def _credits(
    session: Session, teacher: Teacher, asked: Sequence[str], *, all_missing: bool
) -> tuple[tuple[str, float], ...]:
    wanted: dict[str, float] = {}
    if all_missing:
        told = read_renewal(session, shelf_in_force(), teacher, today()).missing()
        wanted = {item.key: float(item.units) for item in told}
    for text in asked:
        key, _, units = text.partition("=")
        try:
            wanted[key] = float(units)
        except ValueError:
            raise InvalidInput(f"--credit must be CATEGORY=UNITS, got '{text}'.") from None
    return tuple(wanted.items())


def _keys(session: Session, teacher: Teacher, ids: Sequence[str]) -> tuple[CredentialKey, ...]:
    """Return the keys of some micro-credentials; the district's own goes before a shared one."""
    rows = session.exec(
        select(Credential)
        .where(
            col(Credential.source_id).in_(ids),
            col(Credential.district_id).in_([SHARED, teacher.district_id]),
        )
        .order_by(col(Credential.district_id))
    )
    found = {row.source_id: (row.district_id, row.source_id) for row in rows}
    for id_ in ids:
        if id_ not in found:
            raise NotFound(f"There is no micro-credential '{id_}' in the teacher's catalog.")
    return tuple(found[id_] for id_ in ids)


def _print_plan(teacher: Teacher, told: dict[str, Any]) -> None:
    outcome = told["outcome"]
    print_table(
        f"Growth plan of {teacher.source_id} ({teacher.district_id}),"
        f" {told['asked']['starts_on']} to {told['asked']['until']}: {outcome['covered']:.0%} of"
        f" the need, {outcome['hours']:g} of {outcome['hours_limit']:.0f} hours,"
        f" ${outcome['cost_usd']:,.2f}",
        ("", "Micro-credential", "From", "To", "Hours", "Cost", outcome["unit"].capitalize(), ""),
        [_row(place, item) for place, item in enumerate(told["items"], start=1)],
    )
    print_table(
        "What it covers",
        ("Standard", "Need", "Covered"),
        [
            (growth["title"], f"{growth['need']:.2f}", f"{growth['cover']:.0%}")
            for growth in outcome["growth"]
        ],
    )
    for sentence in (quality_in_words(outcome), *outcome["notes"]):
        console.print(sentence)
    if "plan_id" in told:
        console.print(f"Kept as plan {told['plan_id']}.")


def _row(place: int, item: dict[str, Any]) -> tuple[object, ...]:
    cost = item["cost_usd"]
    return (
        place,
        f"{item['title']} ({item['credential_id']})",
        item["starts_on"],
        item["ends_on"],
        f"{item['hours']:g}" if item["hours_known"] else f"about {item['hours']:g}",
        "unknown" if cost is None else f"${cost:,.2f}" if cost else "free",
        f"{item['units']:g}" if item["units"] else "",
        "locked" if item["locked"] else "under way" if item["under_way"] else "",
    )
