"""The form of a growth plan: what it shows, and what a coach asks with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from pydantic import ValidationError

from models.plans.asking import Asked
from models.plans.making import Ground, likeliest_columns, need_of
from models.plans.renewal import read_renewal
from recommender.axes import CredentialKey, StandardKey
from recommender.errors import InvalidInput
from recommender.sentences import credential_title, standard_title
from serving.api.paging import cursor_of, read_cursor
from serving.api.plans.schemas import PlanAsked
from serving.live.filters import standard_key
from serving.portal.areas import growth_areas
from serving.portal.forms import Form

MOST_AREAS: Final = 40
MOST_CHOICES: Final = 60
USUAL_DAYS: Final = 270
USUAL_HOURS_A_MONTH: Final = 8.0
CHOSEN_AT_FIRST: Final = 4

_LABELS: Final = {
    "hours_a_month": "Hours a month must be a number above 0 and at most 200.",
    "until": "'Until' must be a day, as 2027-05-31.",
    "starts_on": "'From' must be a day, as 2026-09-01.",
    "budget_usd": "The budget must be an amount in dollars, or be left empty.",
    "most_items": "The number of micro-credentials must be from 1 to 40.",
    "credits": "Renewal credit must be a number above 0, or be left empty.",
}


@dataclass(frozen=True)
class AreaChoice:
    """A standard that may be grown on."""

    value: str
    title: str
    need: float
    chosen: bool


@dataclass(frozen=True)
class CreditChoice:
    """Renewal credit that may be asked for."""

    key: str
    title: str
    missing: str
    asked: str


def cursor(key: CredentialKey) -> str:
    """Return a micro-credential's key as a form's value."""
    return cursor_of(*key)


def form_values(ground: Ground, asked: Asked | None) -> dict[str, Any]:
    """Return what the form shows: the wishes of a plan, or usual ones for a new plan."""
    renewal = read_renewal(ground.session, ground.shelf, ground.teacher, ground.on)
    wanted = dict(asked.credits) if asked else {}
    return {
        "areas": _areas(ground, asked),
        "credits": [
            CreditChoice(
                item.key,
                item.title,
                f"{float(item.units):g}",
                f"{wanted[item.key]:g}" if item.key in wanted else "",
            )
            for item in renewal.missing()
        ],
        "unit": renewal.unit,
        "starts_on": (asked.starts_on if asked else ground.on).isoformat(),
        "until": (asked.until if asked else ground.on + timedelta(days=USUAL_DAYS)).isoformat(),
        "hours_a_month": f"{asked.hours_a_month if asked else USUAL_HOURS_A_MONTH:g}",
        "budget": "" if asked is None or asked.budget_usd is None else f"{asked.budget_usd:g}",
        "most_items": asked.most_items if asked else 8,
    }


def choices(ground: Ground, taken: Iterable[CredentialKey]) -> list[tuple[str, str]]:
    """Return what may be added to a plan, as values and titles, likelier ones first."""
    keys, out = ground.catalog.axes.credentials, set(taken)
    best = likeliest_columns(ground)
    found = [column for column in best if keys[column] not in out][:MOST_CHOICES]
    return [(cursor(keys[column]), credential_title(column, ground.catalog)) for column in found]


def titles_of(ground: Ground, keys: Iterable[CredentialKey]) -> list[tuple[str, str]]:
    """Return some micro-credentials as values and titles."""
    places = ground.catalog.axes.credential_columns
    return [
        (cursor(key), credential_title(places[key], ground.catalog) if key in places else key[1])
        for key in keys
    ]


def asked_by(form: Form, present: Iterable[CredentialKey] = ()) -> Asked:
    """Return what a form asks for.

    Parameters
    ----------
    form
        The fields.
    present
        What is in the plan that the form was sent from, in order.

    Raises
    ------
    InvalidInput
        A field does not hold what it should; the words say which.
    """
    locked, left_out = _locks(form, list(present))
    values = {
        "standards": [
            dict(zip(("framework", "code"), standard_key(name.removeprefix("area:")), strict=True))
            for name in form
            if name.startswith("area:")
        ],
        "credits": {
            name.removeprefix("credit:"): value
            for name, value in form.items()
            if name.startswith("credit:") and value.strip()
        },
        "budget_usd": form.get("budget", "").strip() or None,
        "locked": [_plain(key) for key in locked],
        "left_out": [_plain(key) for key in left_out],
        **{
            name: form.get(name, "").strip()
            for name in ("hours_a_month", "starts_on", "until", "most_items")
        },
    }
    try:
        return PlanAsked.model_validate(values).asked()
    except ValidationError as error:
        fields = [str(part["loc"][0]) for part in error.errors() if part["loc"]]
        told = [_LABELS[name] for name in dict.fromkeys(fields) if name in _LABELS]
        raise InvalidInput(
            " ".join(told) or "The form holds something that this page does not offer."
        ) from None


def _locks(
    form: Form, present: list[CredentialKey]
) -> tuple[list[CredentialKey], list[CredentialKey]]:
    """Return what is locked and left out; a swap locks all others and leaves one out."""
    locked = [key for key in present if f"lock:{cursor(key)}" in form]
    left_out = [_key(name.removeprefix("out:")) for name in form if name.startswith("out:")]
    if form.get("add"):
        locked.append(_key(form["add"]))
    if form.get("swap"):
        gone = _key(form["swap"])
        locked = [key for key in {*present, *locked} if key != gone]
        left_out.append(gone)
    if form.get("drop"):
        gone = _key(form["drop"])
        locked = [key for key in locked if key != gone]
        left_out.append(gone)
    return sorted(set(locked) - set(left_out)), sorted(set(left_out))


def _key(text: str) -> CredentialKey:
    district_id, credential_id = read_cursor(text, 2)
    return district_id, credential_id


def _plain(key: CredentialKey) -> dict[str, str]:
    return {"district_id": key[0], "credential_id": key[1]}


def _areas(ground: Ground, asked: Asked | None) -> list[AreaChoice]:
    """Return the standards to choose among, the greatest need first."""
    chosen = {key for key, _ in asked.standards} if asked else set()
    places = ground.catalog.axes.standard_columns
    found: dict[StandardKey, float] = {}
    for area in growth_areas(ground.state, ground.catalog):
        key = standard_key(area.value)
        found[key] = need_of(ground, places[key])
    for key in chosen:
        found.setdefault(key, need_of(ground, places[key]) if key in places else 0.0)
    ordered = sorted(found, key=lambda key: (key not in chosen, -found[key], key))[:MOST_AREAS]
    first = set(ordered[:CHOSEN_AT_FIRST]) if asked is None else chosen
    return [
        AreaChoice(
            f"{key[0]}:{key[1]}",
            _title(ground, key),
            found[key],
            chosen=key in first,
        )
        for key in ordered
    ]


def _title(ground: Ground, key: StandardKey) -> str:
    column = ground.catalog.axes.standard_columns.get(key)
    told = "" if column is None else standard_title(column, ground.catalog)
    return f"{key[0]} {key[1]}: {told}" if told else f"{key[0]} {key[1]}"
