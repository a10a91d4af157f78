"""Eligibility: which micro-credentials may be suggested to a teacher at all, and why not."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.catalog import Catalog, visible_to
from recommender.policy import Policy
from recommender.teacher_state import UNDATED_MS, TeacherStates
from recommender.vocabulary import ActKind, Coded, EventKind, QualityStatus, RecordStatus
from recommender.voice import Voice

Mask = NDArray[np.bool_]
Moments = NDArray[np.int64]

DISMISSAL_LASTS_MS: Final = 180 * 86_400_000
"""A dismissed credential comes back after half a year: 'not for me' is said of a moment in a
teacher's work (a subject, a workload), and a new school year asks anew."""

_NEVER: Final = UNDATED_MS
_EARNED: Final = RecordStatus.EARNED.code
_FINAL: Final = RecordStatus.among(RecordStatus.EARNED, RecordStatus.EXPIRED, RecordStatus.REVOKED)
_UNDER_WAY: Final = RecordStatus.among(RecordStatus.ENROLLED, RecordStatus.SUBMITTED)
_STARTED: Final = EventKind.STARTED.code
_OTHER_WORDS: Final = EventKind.among(
    EventKind.SAVED, EventKind.DISMISSED, EventKind.KNOWN, EventKind.CLAIMED
)
_LOW: Final = 0.5
"""A level below this share of its scale says a need."""


class Exclusion(Coded):
    """Why a credential may not be suggested; where several rules hold, the first one counts.

    `ELIGIBLE` has the code 0: no rule excludes.
    """

    ELIGIBLE = "eligible"
    OTHER_DISTRICT = "other_district"
    EARNED = "earned"
    IN_PROGRESS = "in_progress"
    CLAIMED = "claimed"
    KNOWN = "known"
    DISMISSED = "dismissed"
    VETOED = "vetoed"
    RETIRED = "retired"
    NOT_YET_VALID = "not_yet_valid"
    STUB = "stub"
    OTHER_KIND = "other_kind"
    QUALITY_NOT_MET = "quality_not_met"
    QUALITY_UNKNOWN = "quality_unknown"
    GRADE_BAND = "grade_band"
    SUBJECT = "subject"
    NOT_FOR_RENEWAL = "not_for_renewal"
    PREREQUISITE_MISSING = "prerequisite_missing"
    """Comes last: nothing else stands in the way, so what it asks for leads there."""
    NEW_TO_MODEL = "new_to_model"
    """Not on the model's axes, so in no array: said only where one credential is asked for."""

    def text(self, voice: Voice = Voice.TO_TEACHER) -> str:
        """Return the rule in words."""
        sentence = _TEXTS[self].format(**voice.words._asdict())
        return sentence[:1].upper() + sentence[1:]


_TEXTS: Final[Mapping[Exclusion, str]] = MappingProxyType(
    {
        Exclusion.ELIGIBLE: "It may be suggested.",
        Exclusion.OTHER_DISTRICT: "It is not in {your} district's catalog.",
        Exclusion.EARNED: "{you} have already earned it.",
        Exclusion.IN_PROGRESS: "{you} have already started it.",
        Exclusion.CLAIMED: "{you} said that {you} have earned it; this has not been verified yet.",
        Exclusion.KNOWN: "{you} said that {you} already know this.",
        Exclusion.DISMISSED: "{you} said that it is not for {to_you}; it may come back after half"
        " a year, or with a new need.",
        Exclusion.VETOED: "{your} coach took it out of the list, and says why.",
        Exclusion.RETIRED: "It can no longer be started.",
        Exclusion.NOT_YET_VALID: "It cannot be started yet.",
        Exclusion.STUB: "The catalog does not describe it.",
        Exclusion.OTHER_KIND: "{your} district shows micro-credentials only, and it is none.",
        Exclusion.QUALITY_NOT_MET: "It did not meet the quality standards.",
        Exclusion.QUALITY_UNKNOWN: "Its quality has not been reviewed, and {your} district asks for"
        " a review.",
        Exclusion.GRADE_BAND: "It is for other grades than {yours}.",
        Exclusion.SUBJECT: "It is for other subjects than {yours}.",
        Exclusion.NOT_FOR_RENEWAL: "It is not known to count toward the renewal of {your} licence,"
        " and only what counts was asked for.",
        Exclusion.PREREQUISITE_MISSING: "It asks for another micro-credential first.",
        Exclusion.NEW_TO_MODEL: "It is newer than the model that serves; it can be suggested after"
        " the next training.",
    }
)


def exclusions(
    state: TeacherStates,
    catalog: Catalog,
    policy: Policy,
    district_id: str,
    *,
    counting: Mask | None = None,
) -> NDArray[np.int8]:
    """Return for every credential the first rule that excludes it, or 0.

    Parameters
    ----------
    state
        The state of exactly one teacher; its `as_of` is the 'now' of validity and retirement.
    catalog
        The m credentials.
    policy
        Says whether a credential of unknown quality may be suggested, and whether a rating makes a
        new need.
    district_id
        District of the teacher: only shared credentials and its own may be suggested.
    counting
        Which credentials count toward the renewal of the licence, bool[m], where the teacher asks
        for those alone.

    Returns
    -------
    Codes of `Exclusion`, int8[m]; 0 where eligible.

    Raises
    ------
    ValueError
        The state is not of exactly one teacher.
    """
    if len(state) != 1:
        raise ValueError(f"state must be of exactly one teacher, got {len(state)}")
    rules = _history_rules(state, len(catalog)) | _event_rules(state, catalog, policy)
    if state.acts is not None and len(state.acts.rows):
        vetoes = state.acts.rows["kind"] == ActKind.VETO.code
        rules[Exclusion.VETOED] = _mask(state.acts.rows["credential"][vetoes], len(catalog))
    codes = _shared(state, catalog, policy, district_id).copy()
    open_ = codes == Exclusion.ELIGIBLE.code
    codes[open_ & _lacks_prerequisite(state, catalog)] = Exclusion.PREREQUISITE_MISSING.code
    if counting is not None:
        codes[open_ & ~counting] = Exclusion.NOT_FOR_RENEWAL.code
    visible = codes != Exclusion.OTHER_DISTRICT.code
    for rule in _OF_A_TEACHER:
        if rule in rules:
            codes[rules[rule] & visible] = rule.code
    return codes


_OF_A_TEACHER: Final = (
    *(Exclusion.VETOED, Exclusion.DISMISSED, Exclusion.KNOWN, Exclusion.CLAIMED),
    *(Exclusion.IN_PROGRESS, Exclusion.EARNED),
)
"""What a teacher or coach did; the last one counts, and before each of what many share."""


def _shared(
    state: TeacherStates, catalog: Catalog, policy: Policy, district_id: str
) -> NDArray[np.int8]:
    """Return what the catalog, the district and the role say: the same for many teachers.

    It is worked out once for all that are alike, and not to be written to.
    """
    now, bands, subjects = int(state.as_of[0]), state.grade_bands[0], state.subjects[0]
    alike = ("eligibility", district_id, policy, now, bands.tobytes(), subjects.tobytes())
    return catalog.remember(alike, lambda: _of_all_alike(state, catalog, policy, district_id))


def _of_all_alike(
    state: TeacherStates, catalog: Catalog, policy: Policy, district_id: str
) -> NDArray[np.int8]:
    rules = _catalog_rules(state, catalog, policy, district_id) | _fit_rules(state, catalog)
    codes = np.zeros(len(catalog), dtype=np.int8)
    for rule in reversed(Exclusion):
        if rule in rules:
            codes[rules[rule]] = rule.code
    return codes


def excluded_counts(codes: NDArray[np.int8]) -> dict[Exclusion, int]:
    """Return how many credentials each rule excludes, for the rules that exclude any."""
    counts = np.bincount(codes, minlength=len(Exclusion))
    return {
        rule: int(counts[rule.code])
        for rule in Exclusion
        if rule is not Exclusion.ELIGIBLE and counts[rule.code]
    }


def _history_rules(state: TeacherStates, m: int) -> dict[Exclusion, Mask]:
    """Return what the latest record of each credential excludes; an expired one excludes nothing.

    An enrolment that ended without a result ends as 'expired', so it is free to start again. What
    the teacher says they started is in progress as well.
    """
    latest = state.history.rows
    under_way = _mask(latest["credential"][_UNDER_WAY[latest["status"]]], m)
    under_way[started(state, m)] = True
    return {
        Exclusion.EARNED: _mask(latest["credential"][latest["status"] == _EARNED], m),
        Exclusion.IN_PROGRESS: under_way,
    }


def started(state: TeacherStates, m: int) -> NDArray[np.intp]:
    """Return the columns of what one teacher says they started, the latest first.

    It is the teacher's latest word on each, and no record has come since: that one decides.
    """
    rows = state.events.rows
    if not (rows["kind"] == _STARTED).any():
        return np.zeros(0, dtype=np.intp)
    begun = _latest(rows[rows["kind"] == _STARTED], m)
    others = _latest(rows[_OTHER_WORDS[rows["kind"]]], m)
    columns = np.flatnonzero(begun > np.maximum(others, _latest(state.records.rows, m)))
    return columns[np.argsort(-begun[columns], kind="stable")]


def _event_rules(state: TeacherStates, catalog: Catalog, policy: Policy) -> dict[Exclusion, Mask]:
    """Return what the teacher's own words exclude.

    Saving or starting a credential takes back an earlier 'not for me' or 'already know this'. A
    claim waits for a record: whatever record is later than the claim decides in its place.
    """
    rows, m = state.events.rows, len(catalog)
    if not len(rows):
        return {}
    last = {kind: _latest(rows[rows["kind"] == kind.code], m) for kind in EventKind}
    wanted = np.maximum(last[EventKind.SAVED], last[EventKind.STARTED])
    known, dismissed = last[EventKind.KNOWN], last[EventKind.DISMISSED]
    recorded = _latest(state.records.rows, m)
    standing = _said(dismissed, unless_after=wanted)
    standing &= dismissed >= state.as_of[0] - DISMISSAL_LASTS_MS
    return {
        Exclusion.CLAIMED: _said(last[EventKind.CLAIMED], unless_after=recorded),
        Exclusion.KNOWN: _said(known, unless_after=wanted),
        Exclusion.DISMISSED: _without_new_need(standing, dismissed, state, catalog, policy),
    }


def _without_new_need(
    standing: Mask, dismissed: Moments, state: TeacherStates, catalog: Catalog, policy: Policy
) -> Mask:
    """Return the dismissals after which no need arose that the credential would serve."""
    columns = np.flatnonzero(standing)
    if len(columns):
        needed = _latest_need(state, catalog, policy)[None, :] > dismissed[columns, None]
        standing[columns[((catalog.reach[columns] > 0) & needed).any(axis=1)]] = False
    return standing


def _latest_need(state: TeacherStates, catalog: Catalog, policy: Policy) -> Moments:
    """Return when a need on each standard was last said, int64[s]; `_NEVER` where never.

    A goal says one, and so do a wish to grow and a level in the lower half of its scale.
    """
    said, ratings = state.assessments.rows, state.ratings.rows
    told = [state.goals.rows, said[said["wants"] | (said["level"] < _LOW)]]
    if policy.use_evaluations:
        told.append(ratings[ratings["level"] < _LOW])
    latest = np.full(len(catalog.axes.standards), _NEVER, dtype=np.int64)
    for rows in told:
        np.maximum.at(latest, rows["standard"], rows["on"])
    return latest


def _catalog_rules(
    state: TeacherStates, catalog: Catalog, policy: Policy, district_id: str
) -> dict[Exclusion, Mask]:
    """Return what the catalog itself excludes, whoever asks.

    A stub may be suggested only where nothing better is known: a district that gave records alone
    still gets suggestions.
    """
    now = state.as_of[0]
    visible = visible_to(catalog.axes, district_id)
    quality = catalog.quality_for(district_id)
    described = bool((catalog.known & visible).any())
    unknown = quality == QualityStatus.UNKNOWN.code
    return {
        Exclusion.OTHER_DISTRICT: ~visible,
        Exclusion.RETIRED: catalog.retired_on <= now,
        Exclusion.NOT_YET_VALID: catalog.valid_from > now,
        Exclusion.STUB: ~catalog.known & described,
        Exclusion.OTHER_KIND: ~catalog.micro & policy.micro_credentials_only,
        Exclusion.QUALITY_NOT_MET: quality == QualityStatus.NOT_MET.code,
        Exclusion.QUALITY_UNKNOWN: unknown & (not policy.allow_unknown_quality),
    }


def _fit_rules(state: TeacherStates, catalog: Catalog) -> dict[Exclusion, Mask]:
    """Return what does not fit this teacher's grades and subjects."""
    return {
        Exclusion.GRADE_BAND: _elsewhere(state.grade_bands[0], catalog.grade_bands),
        Exclusion.SUBJECT: _elsewhere(state.subjects[0], catalog.subjects),
    }


def _lacks_prerequisite(state: TeacherStates, catalog: Catalog) -> Mask:
    """Return what asks for something first that this teacher does not hold."""
    missing = ~held(state, len(catalog))[catalog.prerequisites.rows]
    return _mask(catalog.prerequisites.owner[missing], len(catalog))


def held(state: TeacherStates, m: int) -> Mask:
    """Return what is earned and neither expired nor revoked since, even if begun once more."""
    return state.once(("held", m), lambda: _held(state, m))


def _held(state: TeacherStates, m: int) -> Mask:
    rows = state.records.rows
    final = rows[_FINAL[rows["status"]]]
    order = np.lexsort((final["status"], final["on"]))
    status = np.zeros(m, dtype=np.int8)
    # Of repeated columns the last assignment stays: the latest record.
    status[final["credential"][order]] = final["status"][order]
    return np.equal(status, _EARNED)


def _mask(columns: NDArray[np.int_], m: int) -> Mask:
    mask = np.zeros(m, dtype=bool)
    mask[columns] = True
    return mask


def _latest(rows: NDArray[np.void], m: int) -> Moments:
    """Return the latest moment among some rows of each credential, `_NEVER` without any."""
    latest = np.full(m, _NEVER, dtype=np.int64)
    np.maximum.at(latest, rows["credential"], rows["on"])
    return latest


def _said(moment: Moments, *, unless_after: Moments) -> Mask:
    return (moment > _NEVER) & (unless_after <= moment)


def _elsewhere(own: Mask, asked: Mask) -> Mask:
    """Return where both sides are known and have nothing in common."""
    in_common = (asked & own).any(axis=1)
    return np.asarray(asked.any(axis=1) & own.any() & ~in_common, dtype=bool)
