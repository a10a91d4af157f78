"""Eligibility: which micro-credentials may be suggested to a teacher at all, and why not."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from recommender.catalog import Catalog, visible_to
from recommender.policy import Policy
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import ActKind, Coded, QualityStatus, RecordStatus
from recommender.voice import Voice
from recommender.words_said import NEVER, Mask, Moments, WordsSaid, words_said

_Rules = tuple[NDArray[np.int64], NDArray[Any], NDArray[np.int8] | int]

DISMISSAL_LASTS_MS: Final = 180 * 86_400_000
"""A dismissed credential comes back after half a year: 'not for me' is said of a moment in a
teacher's work (a subject, a workload), and a new school year asks anew."""

_EARNED: Final = RecordStatus.EARNED.code
_FINAL: Final = RecordStatus.among(RecordStatus.EARNED, RecordStatus.EXPIRED, RecordStatus.REVOKED)
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


_BY_STATUS: Final = np.zeros(len(RecordStatus), dtype=np.int8)
"""What the latest record of a credential excludes, by status; an expired one nothing."""
_BY_STATUS[[RecordStatus.ENROLLED.code, RecordStatus.SUBMITTED.code]] = Exclusion.IN_PROGRESS.code
_BY_STATUS[_EARNED] = Exclusion.EARNED.code

_OPEN: Final = Exclusion.among(Exclusion.ELIGIBLE, Exclusion.PREREQUISITE_MISSING)

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
    """Return for every credential the first rule that excludes it for one teacher, int8[m].

    Parameters are those of `exclusions_of`; `counting` is bool[m].

    Raises
    ------
    ValueError
        The state is not of exactly one teacher.
    """
    if len(state) != 1:
        raise ValueError(f"state must be of exactly one teacher, got {len(state)}")
    (codes,) = exclusions_of(state, catalog, policy, district_id, counting=(counting,))
    return np.asarray(codes)


def exclusions_of(
    states: TeacherStates,
    catalog: Catalog,
    policy: Policy,
    district_id: str,
    *,
    counting: Sequence[Mask | None] = (),
) -> NDArray[np.int8]:
    """Return for n teachers of one district the first rule that excludes each credential, or 0.

    Parameters
    ----------
    states
        Each teacher's `as_of` is the 'now' of validity and retirement.
    catalog
        The m credentials.
    policy
        Says whether a credential of unknown quality may be suggested, and whether a rating makes a
        new need.
    district_id
        District of the teachers: only shared credentials and its own may be suggested.
    counting
        Which credentials count toward the renewal of a licence, bool[m] for each teacher who asks
        for those alone, None for the others.

    Returns
    -------
    Codes of `Exclusion`, int8[n, m]; 0 where eligible.
    """
    codes = np.empty((len(states), len(catalog)), dtype=np.int8)
    for row in range(len(states)):
        codes[row] = _shared(states, row, catalog, policy, district_id)
    asking = catalog.asking
    if len(asking.columns):
        lacking = ~asking.answered(held(states, len(catalog)))
        asked = codes[:, asking.columns]
        asked[lacking & (asked == Exclusion.ELIGIBLE.code)] = Exclusion.PREREQUISITE_MISSING.code
        codes[:, asking.columns] = asked
    for own, mask in zip(codes, counting, strict=False):
        if mask is not None:
            own[_OPEN[own] & ~mask] = Exclusion.NOT_FOR_RENEWAL.code
    _exclude_own(codes, states, catalog, policy)
    return codes


def _exclude_own(
    codes: NDArray[np.int8], states: TeacherStates, catalog: Catalog, policy: Policy
) -> None:
    """Write what teachers and coaches did before what many share, but for what nobody may see."""
    hidden = codes == Exclusion.OTHER_DISTRICT.code
    for owner, column, rule in _own_rules(states, catalog, policy):
        # Of repeated places the last assignment stays: the rule that goes before the others.
        codes[owner, column] = rule
    codes[hidden] = Exclusion.OTHER_DISTRICT.code


def _own_rules(states: TeacherStates, catalog: Catalog, policy: Policy) -> Iterator[_Rules]:
    """Yield what each teacher or coach did, as owner, column and code; the last one counts.

    An enrolment that ended without a result ends as 'expired', so it is free to start again. What
    the teacher says they started is in progress as well.
    """
    if states.acts is not None and len(states.acts.rows):
        vetoes = states.acts.rows["kind"] == ActKind.VETO.code
        yield (
            states.acts.owner[vetoes],
            states.acts.rows["credential"][vetoes],
            Exclusion.VETOED.code,
        )
    said = words_said(states, len(catalog))
    if said is not None:
        for rule, where in (
            (Exclusion.DISMISSED, _dismissed(said, states, catalog, policy)),
            (Exclusion.KNOWN, said.known),
            (Exclusion.CLAIMED, said.claimed),
            (Exclusion.IN_PROGRESS, said.started),
        ):
            yield said.owner[where], said.column[where], rule.code
    latest = states.history
    excludes = _BY_STATUS[latest.rows["status"]]
    rules = np.flatnonzero(excludes)
    yield latest.owner[rules], latest.rows["credential"][rules], excludes[rules]


def _shared(
    states: TeacherStates, row: int, catalog: Catalog, policy: Policy, district_id: str
) -> NDArray[np.int8]:
    """Return what the catalog, the district and the role say: the same for many teachers.

    It is worked out once for all that are alike, and not to be written to.
    """
    now, bands, subjects = int(states.as_of[row]), states.grade_bands[row], states.subjects[row]
    alike = ("eligibility", district_id, policy, now, bands.tobytes(), subjects.tobytes())
    return catalog.remember(
        alike, lambda: _of_all_alike(now, bands, subjects, catalog, policy, district_id)
    )


def _of_all_alike(
    now: int, bands: Mask, subjects: Mask, catalog: Catalog, policy: Policy, district_id: str
) -> NDArray[np.int8]:
    rules = _catalog_rules(now, catalog, policy, district_id) | {
        Exclusion.GRADE_BAND: _elsewhere(bands, catalog.grade_bands),
        Exclusion.SUBJECT: _elsewhere(subjects, catalog.subjects),
    }
    codes = np.zeros(len(catalog), dtype=np.int8)
    for rule in reversed(Exclusion):
        if rule in rules:
            codes[rules[rule]] = rule.code
    return codes


def excluded_counts(codes: NDArray[np.int8]) -> dict[Exclusion, int]:
    """Return how many credentials each rule excludes, for the rules that exclude any."""
    counts = np.bincount(codes).tolist()
    return {Exclusion.from_code(code): n for code, n in enumerate(counts) if n and code}


def started(state: TeacherStates, m: int) -> NDArray[np.int64]:
    """Return the columns of what one teacher says they started, the latest first."""
    said = words_said(state, m)
    if said is None:
        return np.zeros(0, dtype=np.int64)
    begun = np.flatnonzero(said.started)
    return said.column[begun[np.argsort(-said.started_on[begun], kind="stable")]]


def _dismissed(said: WordsSaid, states: TeacherStates, catalog: Catalog, policy: Policy) -> Mask:
    """Return where 'not for me' stands: said of late, and no need arose since that it serves."""
    since = said.dismissed_on
    standing = said.dismissed & (since >= states.as_of[said.owner] - DISMISSAL_LASTS_MS)
    for place in np.flatnonzero(standing).tolist():
        needed = _latest_need(states, int(said.owner[place]), catalog, policy) > since[place]
        standing[place] = not (needed & (catalog.reach[said.column[place]] > 0)).any()
    return standing


def _latest_need(states: TeacherStates, row: int, catalog: Catalog, policy: Policy) -> Moments:
    """Return when one teacher's need on each standard was last said, int64[s]; else `NEVER`.

    A goal says one, and so do a wish to grow and a level in the lower half of its scale.
    """
    said, ratings = states.assessments.of(row), states.ratings.of(row)
    told = [states.goals.of(row), said[said["wants"] | (said["level"] < _LOW)]]
    if policy.use_evaluations:
        told.append(ratings[ratings["level"] < _LOW])
    latest = np.full(len(catalog.axes.standards), NEVER, dtype=np.int64)
    for rows in told:
        np.maximum.at(latest, rows["standard"], rows["on"])
    return latest


def _catalog_rules(
    now: int, catalog: Catalog, policy: Policy, district_id: str
) -> dict[Exclusion, Mask]:
    """Return what the catalog itself excludes, whoever asks.

    A stub may be suggested only where nothing better is known: a district that gave records alone
    still gets suggestions.
    """
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


def held(states: TeacherStates, m: int) -> Mask:
    """Return what is earned and neither expired nor revoked since, even if begun once more.

    Of n teachers; bool[n, m].
    """
    return states.once_by_teacher(("held", m), lambda: _held(states, m))


def _held(states: TeacherStates, m: int) -> Mask:
    records, rows = states.records, states.records.rows
    final = np.flatnonzero(_FINAL[rows["status"]])
    status = np.zeros((len(states), m), dtype=np.int8)
    # In order of moment; of repeated places the last assignment stays: the latest record.
    status[records.owner[final], rows["credential"][final]] = rows["status"][final]
    return np.equal(status, _EARNED)


def _elsewhere(own: Mask, asked: Mask) -> Mask:
    """Return where both sides are known and have nothing in common."""
    in_common = (asked & own).any(axis=1)
    return np.asarray(asked.any(axis=1) & own.any() & ~in_common, dtype=bool)
