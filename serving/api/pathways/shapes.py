"""From progress along a pathway to the answer's shape."""

from typing import Any

from features.pathway_facts import PathwayStanding
from recommender.careers.progress import Progress
from recommender.states.amounts import amount_text
from recommender.store.columns import ALWAYS, FOREVER
from recommender.vocabulary import SHARED
from recommender.voice import Voice
from serving.api.renewal.shapes import told_in


def pathway_of(standing: PathwayStanding, voice: Voice = Voice.TO_TEACHER) -> dict[str, Any]:
    """Return how far a teacher is along one pathway, its sentences in a voice."""
    goal, pathway, made = standing.goal, standing.pathway, standing.progress
    head = {
        "pathway": goal.pathway,
        "title": (pathway.title if pathway else "") or goal.pathway,
        "kind": pathway.kind if pathway else "",
        "state": pathway.state if pathway else "",
        "source": pathway.source if pathway else "",
        "verified": pathway.verified if pathway else False,
        "chosen_by": goal.set_by,
        "chosen_on": None if goal.set_on == ALWAYS else goal.set_on,
        "until": None if goal.until == FOREVER else goal.until,
        "known": made is not None,
    }
    rest = _told(made, standing) if made else _unknown(standing.problem)
    return {**head, **told_in(voice, rest)}


def _unknown(problem: str) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(("share", "hours_missing", "next_step"))
    return {
        **empty,
        "words": problem,
        "met": False,
        "missing": [],
        "to_confirm": [],
        "parts": [],
    }


def _told(made: Progress, standing: PathwayStanding) -> dict[str, Any]:
    step = made.next_step
    plain = _part(made, standing)
    return {
        **plain,
        "words": _words(made, standing),
        "next_step": None if step is None else _ref(step, standing),
    }


def _part(made: Progress, standing: PathwayStanding) -> dict[str, Any]:
    return {
        "words": made.words,
        "met": made.met,
        "share": float(made.share),
        "missing": [_ref(id_, standing) for id_ in made.missing],
        "to_confirm": list(made.to_confirm),
        "hours_missing": amount_text(made.hours_missing),
        "parts": [_part(part, standing) for part in made.parts],
    }


def _words(made: Progress, standing: PathwayStanding) -> str:
    step = made.next_step
    if made.met:
        return "All that records can tell is there; confirm with your district."
    if step is not None:
        return f"Next: earn '{_ref(step, standing)['title']}'. Confirm with your district."
    if made.hours_missing:
        hours = amount_text(made.hours_missing)
        return f"Next: earn {hours} more hours. Confirm with your district."
    return "Nothing is left to earn; what remains must be confirmed with your district."


def _ref(id_: str, standing: PathwayStanding) -> dict[str, str]:
    district_id, credential_id = standing.credentials.get(id_, (SHARED, id_))
    title = standing.titles.get(id_, id_)
    return {"credential_id": credential_id, "district_id": district_id, "title": title}
