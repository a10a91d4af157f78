"""The one JSON form of a growth plan: what the command prints and the endpoint answers."""

from collections.abc import Mapping
from typing import Any

from models.plans.making import Made
from recommender.axes import StandardKey
from recommender.planning.plan import Covered, GrowthPlan, PlannedItem

JsonObject = dict[str, Any]


def plan_to_dict(made: Made) -> JsonObject:
    """Return a plan with what it was sought with, as JSON values."""
    return {
        "asked": made.asked.to_dict(),
        "items": [item_to_dict(item) for item in made.plan.items],
        "outcome": outcome_to_dict(made.plan, made.unit),
    }


def item_to_dict(item: PlannedItem) -> JsonObject:
    """Return one item; a cost that is not known is null."""
    return {
        "credential_id": item.key[1],
        "district_id": item.key[0],
        "title": item.title,
        "starts_on": item.starts_on.isoformat(),
        "ends_on": item.ends_on.isoformat(),
        "hours": item.hours,
        "hours_known": item.hours_known,
        "cost_usd": item.cost_usd,
        "stack": item.stack,
        "locked": item.locked,
        "under_way": item.under_way,
        "develops": [_standard(standard) for standard in item.develops],
        "units": item.units,
    }


def outcome_to_dict(plan: GrowthPlan, unit: str) -> JsonObject:
    """Return what the plan covers and costs, and how good it is known to be."""
    return {
        "covered": plan.covered,
        "growth": [_covered(covered) for covered in plan.growth],
        "hours": plan.hours,
        "hours_limit": plan.hours_limit,
        "cost_usd": plan.cost_usd,
        "units": plan.units,
        "unit": unit,
        "proven": plan.proven,
        "gap": plan.gap,
        "notes": list(plan.notes),
    }


def quality_in_words(outcome: Mapping[str, Any]) -> str:
    """Return whether another plan may be better."""
    if outcome["proven"]:
        return "No other plan within these limits covers more."
    gap = outcome["gap"]
    told = f"{gap:.1%}" if gap < 1 else "an unknown amount"
    return f"The time for the search was up: another plan may be better by at most {told}."


def _covered(covered: Covered) -> JsonObject:
    return {
        **_standard(covered.standard),
        "title": covered.title,
        "need": covered.need,
        "cover": covered.cover,
    }


def _standard(key: StandardKey) -> JsonObject:
    return {"framework": key[0], "code": key[1]}
