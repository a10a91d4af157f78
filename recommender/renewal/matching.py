"""Does a rule of a pack fit a credential, a teacher: yes, no, or not known."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from recommender.renewal.facts import CredentialFacts, TeacherFacts
from recommender.states.schema import Applies, Condition, Match, Pack, Plan

TEACHER: Final = "teacher"
"""Role of a classroom teacher, as packs write it."""

Parents = Mapping[str, str]
"""Parent of each standard of the pack's evaluation framework."""


class Fits(StrEnum):
    """Whether a rule fits; `unknown` where the fact that decides is missing."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def fits(match: Match, credential: CredentialFacts, framework: str, parents: Parents) -> Fits:
    """Return whether a credential is among those that a rule is about.

    Names are compared without regard to case. A list of the rule whose fact the catalog does not
    tell makes the answer unknown, unless another list says no.
    """
    if match.any:
        return Fits.YES
    told = {code for name, code in credential.standards if name == framework}
    above = {ancestor for code in told for ancestor in _ancestry(code, parents)}
    answers = [
        _among(match.kinds, {credential.kind}),
        _among(match.standards, above),
        _among(match.subjects, credential.subjects),
        _among(match.issuers, {credential.issuer}),
        _among(match.serves, credential.serves),
        _among(match.stacks, {credential.stack}),
    ]
    return _all(answers)


def meets(condition: Condition, teacher: TeacherFacts, pack: Pack) -> Fits:
    """Return whether a teacher meets a condition.

    The employer that a roster does not tell is what the district's own file says it is, if any.
    """
    value = getattr(teacher, condition.fact)
    if condition.fact == "employer" and not value and pack.employer:
        value = pack.employer.value
    return _among(condition.one_of, {value} if isinstance(value, str) else value)


def applies(rule: Applies, teacher: TeacherFacts) -> Fits:
    """Return whether a plan is for a teacher.

    A role that the roster does not tell is taken for a teacher's, since the roster is of teachers;
    the account says so.
    """
    return _all(
        [
            _among(rule.roles, {teacher.role or TEACHER}),
            _among(rule.grade_bands, teacher.grade_bands),
            _among(rule.licences, {teacher.license_type}),
        ]
    )


def plan_of(plans: Mapping[str, Plan], teacher: TeacherFacts) -> tuple[str | None, tuple[str, ...]]:
    """Return the one plan that is for a teacher, and those that could be if none is certain."""
    answers = {key: applies(plan.applies, teacher) for key, plan in plans.items()}
    certain = tuple(key for key, answer in answers.items() if answer is Fits.YES)
    if len(certain) == 1:
        return certain[0], ()
    could = tuple(key for key, answer in answers.items() if answer is not Fits.NO)
    return None, certain or could


def _among(allowed: Collection[str], told: Collection[str]) -> Fits:
    values = {value.casefold() for value in told if value}
    if not allowed:
        return Fits.YES
    if not values:
        return Fits.UNKNOWN
    return Fits.YES if values & {value.casefold() for value in allowed} else Fits.NO


def _all(answers: Collection[Fits]) -> Fits:
    for answer in (Fits.NO, Fits.UNKNOWN):
        if answer in answers:
            return answer
    return Fits.YES


def _ancestry(code: str, parents: Parents) -> set[str]:
    """Return a standard and those above it."""
    found: set[str] = set()
    while code and code not in found:
        found.add(code)
        code = parents.get(code, "")
    return found
