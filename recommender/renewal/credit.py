"""What one record may give one teacher towards renewal, by which rule of the pack.

Never more than a *possible* credit: the words always say with whom to confirm it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final

from recommender.renewal.facts import CredentialFacts, Record, TeacherFacts
from recommender.renewal.matching import Fits, fits, meets, plan_of
from recommender.renewal.periods import window_of
from recommender.states.amounts import with_unit
from recommender.states.schema import Pack, Route, Unit
from recommender.states.told import Basis, basis
from recommender.vocabulary import RecordStatus


class CreditStatus(StrEnum):
    """What can be said of a credit; nothing is ever certain before the state or district say so."""

    POSSIBLE = "possible"
    UNKNOWN = "unknown"
    NONE = "none"


class LicenceStatus(StrEnum):
    """Whether the rules that are known are about a teacher's licence."""

    KNOWN = "known"
    EXEMPT = "exempt"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Credit:
    """What a record may give in one category.

    The credits of one record are alternatives for the same `units`: they may be split between the
    categories, never counted in each.
    """

    status: CreditStatus
    units: Fraction
    """Exact amount in the state's unit; zero unless possible."""
    unit: Unit
    category: str | None
    """Key of the pack's category; None where the pack has none for this teacher, or none fits."""
    category_title: str
    rule: str
    """Dotted place of the rule in the pack."""
    words: str
    asks: tuple[str, ...]
    """What must hold beside, as far as it is not known to."""
    basis: tuple[Basis, ...]

    @property
    def verified(self) -> bool:
        """Whether the state's own staff have confirmed everything that it rests on."""
        return bool(self.basis) and all(item.verified for item in self.basis)


@dataclass(frozen=True)
class _Stop:
    """A rule that ends the question."""

    status: CreditStatus
    rule: str
    words: str


_APPROVAL: Final = {
    "before": "it needs approval before you start",
    "after": "it needs approval afterwards",
    "unknown": "",
}


def credit(record: Record, teacher: TeacherFacts, pack: Pack) -> tuple[Credit, ...]:
    """Return what a record may give a teacher: one credit for each category that it could go to.

    Parameters
    ----------
    record
        A record in force or superseded; `Record.if_earned` for one that is only thought of.
    teacher
        The teacher's roster entry.
    pack
        The rules that hold: `Shelf.find`.

    Returns
    -------
    At least one credit. `possible` has units; `unknown` says what is missing; `none` says why.
    """
    stop = _stopped(record, teacher, pack)
    if stop is not None:
        return (_nothing(pack, stop),)
    key, route = _route(record.credential, pack)
    place = f"renewal.routes.{key}"
    units = units_of(record.credential, route)
    if units is None:
        words = f"Its hours are not stated, so no amount can be told; ask {_who(route)}."
        return (_nothing(pack, _Stop(CreditStatus.UNKNOWN, place, words)),)
    given = Credit(
        CreditStatus.POSSIBLE,
        units,
        pack.renewal.unit,
        None,
        "",
        place,
        "",
        tuple(_asks(teacher, pack, route)),
        tuple(_rests_on(pack, place, route)),
    )
    return tuple(_in_categories(given, record.credential, teacher, pack, route))


def units_of(credential: CredentialFacts, route: Route) -> Fraction | None:
    """Return the exact units that a route makes of a credential's hours; None if not known."""
    hours = route.hours_each.value if route.hours_each else credential.hours
    if hours is None or route.rate is None:
        return None
    return hours * route.rate.units / route.rate.hours


def _stopped(record: Record, teacher: TeacherFacts, pack: Pack) -> _Stop | None:
    """Return the first rule that leaves nothing to count, in the order of a person's questions."""
    return (
        _record_stop(record)
        or _licence_stop(teacher, pack)
        or _date_stop(record, teacher, pack)
        or _route_stop(record.credential, teacher, pack)
    )


def _record_stop(record: Record) -> _Stop | None:
    if record.superseded:
        return _Stop(CreditStatus.NONE, "record", "A correction took the place of this record.")
    if record.status is not RecordStatus.EARNED:
        return _Stop(CreditStatus.NONE, "record", f"It is {record.status.value}, not earned.")
    return None


def licence_status(teacher: TeacherFacts, pack: Pack) -> LicenceStatus:
    """Return whether the pack's rules are about a teacher's licence.

    A licence type that the roster does not tell is taken for a standard one; the credit says so.
    """
    licence, renewal = teacher.license_type.casefold(), pack.renewal
    if renewal.exempt and licence in {name.casefold() for name in renewal.exempt.value}:
        return LicenceStatus.EXEMPT
    standard = {name.casefold() for name in renewal.licences.value}
    return LicenceStatus.KNOWN if not licence or licence in standard else LicenceStatus.UNKNOWN


def _licence_stop(teacher: TeacherFacts, pack: Pack) -> _Stop | None:
    status = licence_status(teacher, pack)
    if status is LicenceStatus.EXEMPT:
        words = f"A {teacher.license_type} licence needs no renewal."
        return _Stop(CreditStatus.NONE, "renewal.exempt", words)
    if status is LicenceStatus.UNKNOWN:
        words = f"The rules that are known are not about the licence '{teacher.license_type}'."
        return _Stop(CreditStatus.UNKNOWN, "renewal.licences", words)
    return None


def _date_stop(record: Record, teacher: TeacherFacts, pack: Pack) -> _Stop | None:
    place = "renewal.cycle_years"
    if record.on is None:
        words = "Its date is not known, so nobody can tell whether it falls into the cycle."
        return _Stop(CreditStatus.UNKNOWN, place, words)
    window = window_of(pack, teacher.license_expires_on)
    if window is not None and record.on not in window:
        words = f"It was earned on {record.on}, outside the renewal cycle ({window})."
        return _Stop(CreditStatus.NONE, place, words)
    return None


def _route_stop(credential: CredentialFacts, teacher: TeacherFacts, pack: Pack) -> _Stop | None:
    routes = pack.renewal.routes
    if not any(credential.kind in route.kinds for route in routes.values()):
        words = f"No rule is known for this kind ({credential.kind.replace('_', ' ')})."
        return _Stop(CreditStatus.UNKNOWN, "renewal.routes", words)
    key, route = _route(credential, pack)
    place = f"renewal.routes.{key}"
    if route.credit == "none":
        return _Stop(CreditStatus.NONE, place, route.words)
    if route.credit == "unknown":
        words = f"{route.words} None is promised; ask {_who(route)}."
        return _Stop(CreditStatus.UNKNOWN, place, words)
    for name in route.conditions:
        condition = pack.renewal.conditions[name]
        if meets(condition, teacher, pack) is Fits.NO:
            words = f"It is open only if {condition.title}."
            return _Stop(CreditStatus.NONE, f"renewal.conditions.{name}", words)
    return None


def _route(credential: CredentialFacts, pack: Pack) -> tuple[str, Route]:
    """Return the one route for the credential's kind."""
    return next(
        (key, route) for key, route in pack.renewal.routes.items() if credential.kind in route.kinds
    )


def _who(route: Route) -> str:
    return route.decided_by.value


def _asks(teacher: TeacherFacts, pack: Pack, route: Route) -> Iterator[str]:
    for name in route.conditions:
        condition = pack.renewal.conditions[name]
        if meets(condition, teacher, pack) is Fits.UNKNOWN:
            yield condition.title
    if approval := _APPROVAL[route.approval.value]:
        yield approval
    if not teacher.license_type:
        yield f"your licence is one of these: {', '.join(pack.renewal.licences.value)}"
    if teacher.license_expires_on is None:
        yield "it falls into your renewal cycle (the day your licence ends is not known)"


def _rests_on(pack: Pack, place: str, route: Route) -> Iterator[Basis]:
    yield basis(pack, place)
    if route.rate:
        yield basis(pack, f"{place}.rate")
    if route.hours_each:
        yield basis(pack, f"{place}.hours_each")
    yield basis(pack, f"{place}.approval")
    yield basis(pack, f"{place}.decided_by")
    for name in route.conditions:
        yield basis(pack, f"renewal.conditions.{name}")


def _in_categories(
    given: Credit, credential: CredentialFacts, teacher: TeacherFacts, pack: Pack, route: Route
) -> Iterator[Credit]:
    """Yield the credit in each category of the teacher's plan that it fits or may fit."""
    plan, _ = plan_of(pack.renewal.plans, teacher)
    answers = categories_of(credential, pack, plan)
    for name, answer in answers.items():
        title = pack.renewal.categories[name].title
        grounds = (*given.basis, basis(pack, f"renewal.categories.{name}"))
        here = replace(given, category=name, category_title=title, basis=grounds)
        if answer is Fits.YES:
            yield replace(here, words=_words(here, route))
        elif answer is Fits.UNKNOWN:
            words = f"Whether it fits '{title}' is not known from the catalog; ask {_who(route)}."
            yield replace(here, status=CreditStatus.UNKNOWN, units=Fraction(0), words=words)
    if Fits.YES not in answers.values():
        yield replace(given, words=_words(given, route))


def categories_of(credential: CredentialFacts, pack: Pack, plan: str | None) -> dict[str, Fits]:
    """Return for each category of a plan whether a credential fits; no 'no' among them."""
    if plan is None:
        return {}
    told = pack.evaluation.framework
    framework = told.value if told else ""
    answers = {
        name: fits(pack.renewal.categories[name].match, credential, framework, pack.parents)
        for name in pack.renewal.plans[plan].minimums
    }
    return {name: answer for name, answer in answers.items() if answer is not Fits.NO}


def _words(given: Credit, route: Route) -> str:
    towards = f" towards '{given.category_title}'" if given.category else ""
    asks = f", if {' and '.join(given.asks)}" if given.asks else ""
    amount = with_unit(given.units, given.unit)
    return f"Possible credit of {amount}{towards}{asks}: confirm with {_who(route)}."


def _nothing(pack: Pack, stop: _Stop) -> Credit:
    grounds = () if stop.rule in {"record", "renewal.routes"} else (basis(pack, stop.rule),)
    unit = pack.renewal.unit
    return Credit(stop.status, Fraction(0), unit, None, "", stop.rule, stop.words, (), grounds)
