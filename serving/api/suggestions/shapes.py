"""From what `suggest` and the rules say to the answers' shapes."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from recommender.catalog import Catalog
from recommender.clock import ms_to_date
from recommender.eligibility import Exclusion, excluded_counts, started
from recommender.errors import RecommenderError
from recommender.prerequisites import missing_prerequisites
from recommender.sentences import credential_title
from recommender.store.tables import Credential
from recommender.teacher_state import UNDATED_MS, TeacherStates
from recommender.vocabulary import EventKind, RecordStatus
from recommender.voice import Voice
from serving.api.credentials.queries import rule_of_new
from serving.api.paging import cursor_of
from serving.live.suggestions import Ruled, Suggested, rule_of
from serving.problems import TYPE_PREFIX

_UNDER_WAY: Final = {one.code: one for one in (RecordStatus.ENROLLED, RecordStatus.SUBMITTED)}
_STARTED: Final = EventKind.STARTED.code


STARTED: Final = "started"
"""Status of what the teacher says they started, where no record tells of it yet."""


def page_of(suggested: Suggested) -> dict[str, Any]:
    """Return a page of a teacher's list as the route answers it."""
    last = suggested.suggestions.last
    return {
        **suggested.as_dict(),
        "next": cursor_of(*last) if last else None,
        "in_progress": under_way_of(suggested.state, suggested.catalog),
    }


def under_way_of(state: TeacherStates, catalog: Catalog) -> list[dict[str, Any]]:
    """Return what is in progress, by records and then by the teacher's own word."""
    recorded = in_progress_of(state, catalog)
    events = state.events.rows
    events = events[events["kind"] == _STARTED]
    if not len(events):
        return recorded
    told = {(line["district_id"], line["credential_id"]) for line in recorded}
    begun = [
        {
            **reference(column, catalog),
            "status": STARTED,
            "on": ms_to_date(int(events["on"][events["credential"] == column].max())),
        }
        for column in started(state, len(catalog)).tolist()
        if catalog.axes.credentials[column] not in told
    ]
    return [*recorded, *begun]


def in_progress_of(state: TeacherStates, catalog: Catalog) -> list[dict[str, Any]]:
    """Return what records say the teacher has begun and not finished, the latest first."""
    rows: list[tuple[int, int, int]] = state.history.rows.tolist()
    return [
        {
            **reference(column, catalog),
            "status": _UNDER_WAY[status],
            "on": None if on == UNDATED_MS else ms_to_date(on),
        }
        for column, status, on in reversed(rows)
        if status in _UNDER_WAY
    ]


def reference(column: int, catalog: Catalog) -> dict[str, str]:
    """Return the credential of a column, by its district, id and title."""
    district_id, credential_id = catalog.axes.credentials[column]
    title = credential_title(column, catalog)
    return {"credential_id": credential_id, "district_id": district_id, "title": title}


def counts_of(ruled: Ruled, voice: Voice, new: Mapping[Exclusion, int]) -> list[dict[str, Any]]:
    """Return how many each rule keeps out, of what the district may see.

    `new` counts those that the model does not know yet.
    """
    counts = Counter(excluded_counts(ruled.codes)) + Counter(new)
    return [
        {"code": rule, "text": rule.text(voice), "count": count}
        for rule, count in counts.items()
        if rule is not Exclusion.OTHER_DISTRICT
    ]


def excluded_of(ruled: Ruled, credential: Credential, voice: Voice) -> dict[str, Any]:
    """Return what keeps one credential out, if anything does."""
    key = (credential.district_id, credential.source_id)
    rule = rule_of(ruled, key)
    if rule is Exclusion.NEW_TO_MODEL:
        rule = rule_of_new(credential, ms_to_date(int(ruled.state.as_of[0])))
    missing: list[int] = []
    if rule is Exclusion.PREREQUISITE_MISSING:
        column = ruled.catalog.axes.credential_columns[key]
        missing = missing_prerequisites(ruled.state, ruled.catalog, column)
    return {
        "credential_id": credential.source_id,
        "district_id": credential.district_id,
        "title": credential.title or credential.source_id,
        "code": rule,
        "text": rule.text(voice),
        "missing": [reference(column, ruled.catalog) for column in missing],
    }


def refused(teacher_id: str, error: RecommenderError) -> dict[str, str]:
    """Return why a teacher of a batch was left out."""
    return {"teacher_id": teacher_id, "type": TYPE_PREFIX + error.type, "detail": error.detail}
