"""From the renewal account to the answer's shape."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from recommender.renewal.account import account
from recommender.renewal.credit import LicenceStatus, credit
from recommender.renewal.facts import CredentialFacts, Record, TeacherFacts
from recommender.renewal.offered import no_rules
from recommender.renewal.periods import day_words
from recommender.renewal.standing import Account, Share, Standing
from recommender.states.amounts import amount_text
from recommender.states.schema import Pack, Unit
from recommender.states.told import basis
from recommender.store.tables import Teacher
from recommender.voice import Voice, in_voice
from serving.api.states.shapes import basis_of

_CONFIRM = "confirm with your district or state"


def renewal_of(
    teacher: Teacher,
    facts: TeacherFacts,
    records: Sequence[Record],
    pack: Pack | None,
    on: date,
    voice: Voice = Voice.TO_TEACHER,
) -> dict[str, Any]:
    """Return a teacher's account on a day; without rules it says that nothing is known.

    Its sentences speak to the teacher, or about the teacher to somebody else.
    """
    head = {
        "teacher_id": teacher.source_id,
        "district_id": teacher.district_id,
        "as_of": on,
        "state": facts.state,
        "license_type": facts.license_type,
    }
    if pack is None:
        return {**head, **told_in(voice, _nothing_known(facts))}
    made = account(records, facts, pack, on)
    return {**head, **told_in(voice, _told(made, facts, pack))}


def told_in(voice: Voice, plain: dict[str, Any]) -> dict[str, Any]:
    """Return an answer's shape with its sentences in a voice."""
    if voice is Voice.TO_TEACHER:
        return plain
    return {name: _told_in(voice, name, value) for name, value in plain.items()}


_SENTENCES: Final = frozenset({"words", "notes", "to_confirm"})


def _told_in(voice: Voice, name: str, value: object) -> object:
    if isinstance(value, dict):
        return told_in(voice, value)
    if isinstance(value, list):
        return [_told_in(voice, name, one) for one in value]
    return in_voice(value, voice) if isinstance(value, str) and name in _SENTENCES else value


def _nothing_known(facts: TeacherFacts) -> dict[str, Any]:
    words = no_rules(facts.state)
    empty: dict[str, Any] = dict.fromkeys(("unit", "cycle", "by_when", "remaining", "total"))
    lists: dict[str, Any] = {
        name: [] for name in ("categories", "years", "topics", "counted", "left_out")
    }
    told = {"status": LicenceStatus.UNKNOWN, "words": words, "notes": [words]}
    return {**empty, **lists, **told, "rules_of_district": "", "plan": ""}


def _told(made: Account, facts: TeacherFacts, pack: Pack) -> dict[str, Any]:
    return {
        "rules_of_district": made.district,
        "status": made.status,
        "words": _headline(made),
        "unit": made.unit.model_dump(),
        "cycle": _cycle(made, pack),
        "by_when": made.by_when,
        "plan": made.plan,
        "remaining": None if made.remaining is None else amount_text(made.remaining),
        "total": None if made.total is None else _standing(made.total, made.unit),
        "categories": [_standing(item, made.unit) for item in made.categories],
        "years": [
            {
                **_standing(item.standing, made.unit),
                "period": {"first": item.year.first, "last": item.year.last},
            }
            for item in made.years
        ],
        "topics": [
            {
                "key": topic.key,
                "title": topic.title,
                "hours": amount_text(topic.hours),
                "needed": None if topic.needed is None else amount_text(topic.needed),
                "words": topic.words,
                "basis": basis_of(topic.basis),
            }
            for topic in made.topics
        ],
        "counted": [_counted(share, facts, pack) for share in made.shares],
        "left_out": [
            {"credential": _ref(item.record.credential), "on": item.record.on, "words": item.words}
            for item in made.left_out
        ],
        "notes": list(made.notes),
    }


def _headline(made: Account) -> str:
    if made.status is LicenceStatus.EXEMPT:
        return f"This licence needs no renewal: {_CONFIRM}."
    current = next((item for item in made.years if made.on in item.year), None)
    standing = made.total or (current.standing if current else None)
    if made.status is LicenceStatus.UNKNOWN or standing is None:
        return f"What is needed is not known: {_CONFIRM}."
    by_when = made.by_when if made.total or current is None else current.year.last
    until = f" by {day_words(by_when)}" if by_when else ""
    amount = f"{amount_text(standing.earned)} of {amount_text(standing.needed)} {made.unit.many}"
    return f"Possible credit of {amount}{until}: {_CONFIRM}."


def _cycle(made: Account, pack: Pack) -> dict[str, Any] | None:
    if made.cycle is None:
        return None
    grounds = basis_of(basis(pack, "renewal.cycle_years"))
    return {"first": made.cycle.first, "last": made.cycle.last, "basis": grounds}


def _standing(standing: Standing, unit: Unit) -> dict[str, Any]:
    earned, needed = amount_text(standing.earned), amount_text(standing.needed)
    return {
        "key": standing.key,
        "title": standing.title,
        "earned": earned,
        "needed": needed,
        "remaining": amount_text(standing.remaining),
        "words": f"Possible credit: {earned} of {needed} {unit.many}; {_CONFIRM}.",
        "basis": basis_of(standing.basis),
    }


def _counted(share: Share, facts: TeacherFacts, pack: Pack) -> dict[str, Any]:
    credits_ = credit(share.record, facts, pack)
    here = next((item for item in credits_ if (item.category or "") == share.category), credits_[0])
    return {
        "credential": _ref(share.record.credential),
        "on": share.record.on,
        "amount": amount_text(share.units),
        "category": share.title,
        "words": here.words,
        "verified": here.verified,
        "basis": [basis_of(ground) for ground in here.basis],
    }


def _ref(credential: CredentialFacts) -> dict[str, str]:
    district_id, credential_id = credential.key
    title = credential.title or credential_id
    return {"credential_id": credential_id, "district_id": district_id, "title": title}
