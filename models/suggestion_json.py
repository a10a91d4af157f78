"""The one JSON form of a list of suggestions: what the command prints and the endpoint answers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from features.coach_acts import ToldAct
from models.suggestions import Suggestion, SuggestionList
from recommender.axes import CredentialKey
from recommender.catalog import Catalog
from recommender.clock import ms_to_date
from recommender.facts import Fact
from recommender.policy import Policy
from recommender.reasons import Contribution, Reason
from recommender.renewal.offered import Offer
from recommender.sentences import credential_title, standard_title
from recommender.vocabulary import ActKind

JsonObject = dict[str, Any]


def suggestion_list_to_dict(
    suggestions: SuggestionList,
    catalog: Catalog,
    *,
    teacher_id: str,
    district_id: str,
    model_version: int,
    explain: bool = False,
    credits_: Mapping[CredentialKey, Offer] | None = None,
    acts: Sequence[ToldAct] = (),
) -> JsonObject:
    """Return a list as JSON values; unknown values are null, unknown texts empty.

    Parameters
    ----------
    suggestions, catalog
        The list and the catalog it was made with.
    teacher_id, district_id
        The teacher's outside id and district.
    model_version
        Version of the champion that made it.
    explain
        Whether each item also tells the part of every evidence (`contributions`).
    credits_
        Possible renewal credit of the items (`credit`); without it nothing is said of credit.
    acts
        What coaches did with the list (`coach` of an item, and `vetoed`).
    """
    by_key = {act.key: act for act in acts}
    return {
        "teacher_id": teacher_id,
        "district_id": district_id,
        "model_version": model_version,
        "as_of": ms_to_date(suggestions.as_of).isoformat(),
        "policy": _policy(suggestions.policy),
        "segment": suggestions.segment,
        "items": [
            _item(item, catalog, by_key, credits_, explain=explain) for item in suggestions.items
        ],
        "vetoed": [_vetoed(act) for act in acts if act.kind is ActKind.VETO],
    }


@lru_cache
def _policy(policy: Policy) -> Mapping[str, Any]:
    """Return a policy as JSON values, made once: nothing is to be written to it."""
    return asdict(policy)


def _item(
    item: Suggestion,
    catalog: Catalog,
    acts: Mapping[CredentialKey, ToldAct],
    credits_: Mapping[CredentialKey, Offer] | None,
    *,
    explain: bool,
) -> JsonObject:
    column = item.column
    plain: JsonObject = {
        "rank": item.rank,
        **catalog.remember(("card", column), lambda: _card(column, catalog)),
        "score": item.score,
        "basis": item.basis,
        "leads_to": _leads_to(item, catalog),
        "explores": item.explores,
        "reasons": [_reason(reason, catalog) for reason in item.reasons],
    }
    if explain:
        plain["contributions"] = [_contribution(part) for part in item.contributions]
    plain["coach"] = _act(acts[item.key]) if item.act and item.key in acts else None
    if credits_ is not None:
        made = credits_.get(item.key)
        plain["credit"] = None if made is None else made.as_json
    return plain


def _card(column: int, catalog: Catalog) -> JsonObject:
    """Return what every list says of a credential."""
    card = catalog.cards[column]
    district_id, credential_id = catalog.axes.credentials[column]
    return {
        "credential_id": credential_id,
        "district_id": district_id,
        "title": credential_title(column, catalog),
        "issuer": card.issuer,
        "competency": card.competency,
        "hours": card.hours,
        "cost_usd": card.cost_usd,
        "format": card.format,
        "needs_students": card.needs_students,
        "serves": list(card.serves),
        "url": card.url,
    }


def _act(act: ToldAct) -> JsonObject:
    return {
        "kind": act.kind.value,
        "by": act.by,
        "note": act.note,
        "on": act.at.date().isoformat(),
        "until": None if act.until is None else act.until.isoformat(),
    }


def _vetoed(act: ToldAct) -> JsonObject:
    district_id, credential_id = act.key
    return {
        "credential_id": credential_id,
        "district_id": district_id,
        "title": act.title,
        "by": act.by,
        "note": act.note,
        "on": act.at.date().isoformat(),
    }


def _leads_to(item: Suggestion, catalog: Catalog) -> JsonObject | None:
    if item.leads_to is None:
        return None
    return _credential(catalog.axes.credential_columns[item.leads_to], catalog)


def _reason(reason: Reason, catalog: Catalog) -> JsonObject:
    return {
        "evidence": reason.evidence,
        "share": reason.share,
        "contribution": reason.contribution,
        "text": reason.text,
        "facts": [_fact(fact, catalog) for fact in reason.facts],
    }


def _fact(fact: Fact, catalog: Catalog) -> JsonObject:
    """Return a fact; a level stands on its own scale, as in the plain CSV."""
    day = fact.day
    return {
        "kind": fact.kind,
        "standard": None if fact.standard is None else _standard(fact.standard, catalog),
        "credential": None if fact.credential is None else _credential(fact.credential, catalog),
        "level": fact.level_on_scale,
        "scale_min": fact.low,
        "scale_max": fact.high,
        "on": None if day is None else day.isoformat(),
        "set_by": fact.set_by,
        "count": fact.count,
        "amount": fact.amount,
        "remaining": fact.remaining,
        "until": None if fact.until is None else ms_to_date(fact.until).isoformat(),
        "confirm_with": fact.confirm_with,
        "pathway": fact.pathway,
        "step": fact.step,
    }


def _standard(column: int, catalog: Catalog) -> JsonObject:
    framework, code = catalog.axes.standards[column]
    return {"framework": framework, "code": code, "title": standard_title(column, catalog)}


def _credential(column: int, catalog: Catalog) -> JsonObject:
    district_id, credential_id = catalog.axes.credentials[column]
    return {
        "credential_id": credential_id,
        "district_id": district_id,
        "title": credential_title(column, catalog),
    }


def _contribution(part: Contribution) -> JsonObject:
    return {
        "evidence": part.evidence,
        "weight": part.weight,
        "value": part.value,
        "contribution": part.contribution,
    }
