"""`recommender suggest`: the champion's list for one teacher, on the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

import typer
from sqlmodel import Session

from features.coach_acts import ToldAct, read_acts
from features.live import find_teacher, read_catalog, read_states
from features.renewal_facts import read_offers
from models.champion import load_champion
from models.suggest import check_k
from models.suggest import suggest as suggest_list
from models.suggestion_json import suggestion_list_to_dict
from models.suggestions import Suggestion, SuggestionList, Wanted, seed_of
from recommender.axes import CredentialKey
from recommender.catalog import Catalog
from recommender.clock import day_end_ms, ms_to_date, to_ms, today
from recommender.console import console, print_json, print_table
from recommender.district_settings import policy_in_force
from recommender.renewal.credit import CreditStatus
from recommender.renewal.offered import Offer
from recommender.sentences import credential_title
from recommender.settings import settings
from recommender.states.shelf import shelf_in_force
from recommender.store.engine import make_engine, reading
from recommender.store.people import Teacher


def suggest(
    teacher: Annotated[str, typer.Argument(help="Id of the teacher, as in the district's files.")],
    *,
    k: Annotated[int, typer.Option("-k", help="Length of the list, 1 to 100.")] = 10,
    district: Annotated[
        str | None, typer.Option(help="District of the teacher; needed where several have the id.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Suggest as on this date. (default: today)"),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Also show the part of every evidence, and possible credit."
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, as the web API gives.")] = False,
) -> None:
    """Suggest the next micro-credentials to one teacher, each with its reasons.

    The list comes from the model that serves now and from everything the store knows of the
    teacher at this moment. The reasons are the arithmetic of the score, not a story told
    afterwards: `--explain` shows it.
    """
    check_k(k)
    engine = make_engine()
    try:
        with reading(engine) as session:
            answer = _answer(session, teacher, district, as_of.date() if as_of else today(), k)
    finally:
        engine.dispose()
    if json:
        print_json(answer.to_dict(explain=explain))
    else:
        _print_list(answer)
        if explain:
            _print_parts(answer.suggestions.items, answer.catalog)
            _print_credits(answer)


@dataclass(frozen=True)
class _Answer:
    teacher: Teacher
    model_version: int
    catalog: Catalog
    suggestions: SuggestionList
    credits: Mapping[CredentialKey, Offer]
    acts: Sequence[ToldAct]

    def to_dict(self, *, explain: bool) -> dict[str, object]:
        return suggestion_list_to_dict(
            self.suggestions,
            self.catalog,
            teacher_id=self.teacher.source_id,
            district_id=self.teacher.district_id,
            model_version=self.model_version,
            explain=explain,
            credits_=self.credits,
            acts=self.acts,
        )


def _answer(
    session: Session, teacher_id: str, district_id: str | None, as_of: date, k: int
) -> _Answer:
    version, bundle = load_champion(session, settings().artifacts_dir)
    teacher = find_teacher(session, teacher_id, district_id)
    catalog = read_catalog(session, as_of, bundle.axes)
    state = read_states(session, [teacher.id or 0], bundle.axes, day_end_ms(as_of))
    policy = policy_in_force(session, teacher.district_id, as_of, settings())
    wanted = Wanted(seed=seed_of(teacher.district_id, teacher.source_id))
    suggestions = suggest_list(
        bundle, state, catalog, policy, k, district_id=teacher.district_id, wanted=wanted
    )
    keys = [item.key for item in suggestions.items]
    (credits_,) = read_offers(session, shelf_in_force(), [(teacher, keys)], as_of)
    told = read_acts(session, [teacher]).get(teacher.id or 0, [])
    acts = [act for act in told if to_ms(act.at) <= day_end_ms(as_of)]
    return _Answer(teacher, version.version or 0, catalog, suggestions, credits_, acts)


def _print_list(answer: _Answer) -> None:
    items, teacher = answer.suggestions.items, answer.teacher
    day = ms_to_date(answer.suggestions.as_of)
    if not items:
        console.print(f"Nothing can be suggested to {teacher.source_id} as of {day}:")
        for rule, count in answer.suggestions.excluded.items():
            console.print(f"  {count} x {rule.text()}")
        return
    print_table(
        f"Suggestions for {teacher.source_id} ({teacher.district_id}) as of {day}, model version"
        f" {answer.model_version}, need share at least {answer.suggestions.policy.need_share:.0%}",
        ("", "Micro-credential", "Issuer", "Hours", "Cost", "Why"),
        [_row(item, answer.catalog) for item in items],
    )


def _row(item: Suggestion, catalog: Catalog) -> tuple[object, ...]:
    card = catalog.cards[item.column]
    return (
        item.rank,
        f"{credential_title(item.column, catalog)} ({item.key[1]})",
        card.issuer,
        None if card.hours is None else f"{card.hours:g}",
        _cost(card.cost_usd),
        "\n".join([*_notes(item, catalog), *(reason.text for reason in item.reasons)]),
    )


def _notes(item: Suggestion, catalog: Catalog) -> Sequence[str]:
    """Return what is to be said of an item's place before its reasons."""
    notes = []
    if item.leads_to is not None:
        aim = catalog.axes.credential_columns[item.leads_to]
        notes.append(f"First step to '{credential_title(aim, catalog)}', which asks for it.")
    if item.explores:
        notes.append("Here to be tried: chosen by chance among your next best.")
    return notes


def _cost(cost_usd: float | None) -> str:
    if cost_usd is None:
        return "unknown"
    return f"${cost_usd:,.2f}".removesuffix(".00") if cost_usd > 0 else "free"


def _print_parts(items: Sequence[Suggestion], catalog: Catalog) -> None:
    """Print weight, value and contribution of every evidence, a table for each suggestion."""
    for item in items:
        print_table(
            f"{item.rank}. {credential_title(item.column, catalog)}: score {item.score:.4f},"
            f" basis {item.basis}",
            ("Evidence", "Weight", "Value", "Contribution"),
            [
                (
                    part.evidence,
                    f"{part.weight:.4f}",
                    f"{part.value:.4f}",
                    f"{part.contribution:+.4f}",
                )
                for part in item.contributions
            ],
        )


def _print_credits(answer: _Answer) -> None:
    """Print what each suggestion might give towards the renewal of the licence."""
    items = [item for item in answer.suggestions.items if item.key in answer.credits]
    if not items:
        return
    print_table(
        "Possible credit towards renewal: confirm with your district",
        ("", "Micro-credential", "Credit", "Rule", "Verified", "Words"),
        [
            (item.rank, credential_title(item.column, answer.catalog), *_credit(made))
            for item in items
            for made in (answer.credits[item.key],)
        ],
    )


def _credit(made: Offer) -> tuple[str, ...]:
    known = made.status is CreditStatus.POSSIBLE
    amount = f"{made.amount} {made.unit}" if known else made.status.value
    return amount, made.rule, "yes" if made.verified else "no", made.words
