"""Where a teacher stands: what the records may give, placed against what the pack asks for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from recommender.renewal.allocation import BEYOND, Lot, allocate
from recommender.renewal.counted import Counted, counted
from recommender.renewal.credit import LicenceStatus, licence_status
from recommender.renewal.facts import Record, TeacherFacts
from recommender.renewal.matching import Fits, fits, plan_of
from recommender.renewal.periods import (
    Period,
    cycle_of,
    day_words,
    school_year,
    school_years,
    window_of,
)
from recommender.renewal.standing import (
    Account,
    LeftOut,
    Share,
    Standing,
    TopicStanding,
    YearStanding,
)
from recommender.states.audit import verified_count
from recommender.states.schema import Pack
from recommender.states.told import basis

Placed = Mapping[tuple[int, str], Fraction]
_ZERO = Fraction(0)


def account(records: Sequence[Record], teacher: TeacherFacts, pack: Pack, on: date) -> Account:
    """Return a teacher's renewal account on a day.

    Parameters
    ----------
    records
        The teacher's records, in any order; superseded ones and those after `on` change nothing.
    teacher
        The roster entry on that day.
    pack
        The rules that hold on that day.

    Returns
    -------
    The account. A credential gives credit once in it, however often it is recorded; one that was
    revoked later gives none; one that expired keeps what was learned.
    """
    window = _window(teacher, pack, on)
    status = licence_status(teacher, pack)
    if status is LicenceStatus.KNOWN and window is None:
        status = LicenceStatus.UNKNOWN
    chosen, left_out = counted(records, teacher, pack, on, window)
    if status is not LicenceStatus.KNOWN:
        chosen = ()
    plan, could_be = plan_of(pack.renewal.plans, teacher)
    placed = _place(chosen, pack, plan)
    needs = status is LicenceStatus.KNOWN
    cycle = cycle_of(pack, teacher.license_expires_on)
    return Account(
        state=pack.code,
        district=pack.district,
        on=on,
        status=status,
        unit=pack.renewal.unit,
        cycle=cycle,
        plan=pack.renewal.plans[plan].title if plan else "",
        total=_total(pack, plan, placed) if needs else None,
        categories=tuple(_categories(pack, plan, placed)) if needs else (),
        years=tuple(_years(chosen, placed, pack, window, on)) if needs else (),
        topics=tuple(_topics(chosen, pack, cycle)) if needs else (),
        shares=tuple(_shares(chosen, placed, pack)),
        left_out=(*left_out, *_over_caps(chosen, placed, pack)),
        notes=tuple(_notes(teacher, pack, status, could_be, on)),
    )


def _window(teacher: TeacherFacts, pack: Pack, on: date) -> Period | None:
    """Return the days that matter; this school year where the licence's end is not known."""
    known = window_of(pack, teacher.license_expires_on)
    if known is None and pack.renewal.yearly:
        return school_year(pack.renewal.yearly, on)
    return known


def _place(chosen: Sequence[Counted], pack: Pack, plan: str | None) -> Placed:
    minimums = pack.renewal.plans[plan].minimums if plan else {}
    lots = [Lot(item.units, item.categories, _group(item, pack)) for item in chosen]
    caps = {
        lot.group: pack.renewal.caps[lot.group.partition("@")[0]].maximum.value
        for lot in lots
        if lot.group is not None
    }
    return allocate(lots, {name: told.value for name, told in minimums.items()}, caps)


def _group(item: Counted, pack: Pack) -> str | None:
    """Return the cap that a record falls under, with its school year where the need is yearly."""
    kind, yearly = item.record.credential.kind, pack.renewal.yearly
    for key, cap in pack.renewal.caps.items():
        if kind in cap.kinds:
            return f"{key}@{school_year(yearly, item.on).first if yearly else ''}"
    return None


def _total(pack: Pack, plan: str | None, placed: Placed) -> Standing | None:
    own = pack.renewal.plans[plan].total if plan else None
    told = own or pack.renewal.total
    if told is None:
        return None
    place = f"renewal.plans.{plan}.total" if own else "renewal.total"
    earned = sum(placed.values(), _ZERO)
    return Standing("total", "In total", earned, told.value, basis(pack, place))


def _categories(pack: Pack, plan: str | None, placed: Placed) -> Iterator[Standing]:
    minimums = pack.renewal.plans[plan].minimums if plan else {}
    for name, told in minimums.items():
        earned = sum((units for (_, category), units in placed.items() if category == name), _ZERO)
        place = f"renewal.plans.{plan}.minimums.{name}"
        title = pack.renewal.categories[name].title
        yield Standing(name, title, earned, told.value, basis(pack, place))


def _years(
    chosen: Sequence[Counted], placed: Placed, pack: Pack, window: Period | None, on: date
) -> Iterator[YearStanding]:
    yearly = pack.renewal.yearly
    if yearly is None or window is None:
        return
    for year in school_years(yearly, window, on):
        earned = sum(
            (units for (place, _), units in placed.items() if chosen[place].on in year), _ZERO
        )
        grounds = basis(pack, "renewal.yearly.total")
        title = f"School year {year.first.year}-{year.last.year % 100:02d}"
        yield YearStanding(
            year, Standing(str(year.first), title, earned, yearly.total.value, grounds)
        )


def _topics(chosen: Sequence[Counted], pack: Pack, cycle: Period | None) -> Iterator[TopicStanding]:
    told = pack.evaluation.framework
    framework = told.value if told else ""
    for key, topic in pack.renewal.topics.items():
        hours = sum(
            (
                item.record.credential.hours or _ZERO
                for item in chosen
                if (cycle is None or item.on in cycle)
                and fits(topic.match, item.record.credential, framework, pack.parents) is Fits.YES
            ),
            _ZERO,
        )
        needed = topic.hours.value if topic.hours else None
        words = (
            "Among the records; confirm that the provider is one that is accepted."
            if hours
            else "Not among the records; it may have been done elsewhere."
        )
        grounds = basis(pack, f"renewal.topics.{key}")
        yield TopicStanding(key, topic.title, hours, needed, words, grounds)


def _shares(chosen: Sequence[Counted], placed: Placed, pack: Pack) -> Iterator[Share]:
    for (place, category), units in placed.items():
        title = "" if category == BEYOND else pack.renewal.categories[category].title
        yield Share(chosen[place].record, category, title, units)


def _over_caps(chosen: Sequence[Counted], placed: Placed, pack: Pack) -> Iterator[LeftOut]:
    for place, item in enumerate(chosen):
        used = sum((units for (lot, _), units in placed.items() if lot == place), _ZERO)
        if used < item.units:
            group = _group(item, pack) or ""
            title = pack.renewal.caps[group.partition("@")[0]].title
            yield LeftOut(item.record, f"More than may count of '{title}'.")


def _notes(
    teacher: TeacherFacts,
    pack: Pack,
    status: LicenceStatus,
    could_be: Sequence[str],
    on: date,
) -> Iterator[str]:
    yield "Possible credit only: confirm with your district or state before you rely on it."
    verified, stated = verified_count(pack)
    if verified < stated:
        yield f"Of the {stated} statements of these rules {verified} are verified by the state."
    for conflict in pack.conflicts.values():
        yield f"Sources differ. {conflict.about}: {conflict.taken}"
    if pack.district:
        yield f"Your district's own file changes the state's rules ({pack.district})."
    if status is LicenceStatus.EXEMPT:
        yield f"A {teacher.license_type} licence needs no renewal."
    elif licence_status(teacher, pack) is LicenceStatus.UNKNOWN:
        yield f"The rules that are known are not about the licence '{teacher.license_type}'."
    yield from _taken_for_granted(teacher, pack)
    if teacher.license_expires_on is None:
        yield "The day on which your licence ends is not known, so the cycle is not either."
    elif teacher.license_expires_on < on:
        ended = day_words(teacher.license_expires_on)
        yield f"Your licence ended on {ended}; ask for the new one's date."
    if could_be and status is not LicenceStatus.EXEMPT:
        titles = ", ".join(pack.renewal.plans[key].title for key in could_be)
        yield f"Which group's needs are yours is not certain ({titles})."


def _taken_for_granted(teacher: TeacherFacts, pack: Pack) -> Iterator[str]:
    """Yield what the roster does not tell and the account goes by all the same."""
    if not teacher.license_type:
        yield "Your licence type is not known; these are the rules for a standard licence."
    plans = pack.renewal.plans.values()
    if not teacher.role and any(plan.applies.roles for plan in plans):
        yield "Your role is not known; these are the rules for a classroom teacher."
