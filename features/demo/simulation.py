"""Five years, month by month: all teachers choose, earn, are rated and set goals at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from features.demo.arrays import Floats, Ints, Ledger, stream
from features.demo.autumn import Autumn, assess, set_goals, set_pathways
from features.demo.calendar import AUGUST, MAY, MONTHS, SEPTEMBER, Calendar
from features.demo.careers import build_pathways, choose_pathways
from features.demo.catalog import DemoCatalog, build_catalog
from features.demo.choices import BLOCK, Choices
from features.demo.events import visit
from features.demo.needs import Hidden, draw_hidden, drift, grow
from features.demo.people import Roster, build_roster
from features.demo.ratings import Spring, evaluate
from features.demo.records import Progress

_EVENT_MONTHS: Final = 12
_RENEWAL_BOOST: Final = 1.8
"""How much busier a teacher is in the year before the licence ends."""

_PARTS: Final = ("autumn", "goals", "careers", "events", "drift")

_COLUMNS: Final = {
    "ratings": ("teacher", "standard", "level", "day", "month"),
    "assessments": ("teacher", "standard", "level", "day", "wants"),
    "goals": ("teacher", "standard", "set_on", "until", "set_by"),
    "careers": ("teacher", "pathway", "set_on", "set_by"),
    "records": ("teacher", "credential", "status", "moment"),
    "events": ("teacher", "credential", "kind", "moment"),
}


@dataclass
class World:
    """Everything that was generated: what will be written, and the truth behind it."""

    calendar: Calendar
    roster: Roster
    catalog: DemoCatalog
    hidden: Hidden
    first_hub: Floats
    """Needs on the hub at the start; shape (n, 10)."""
    choices: Choices
    careers: tuple[Ints, Ints]
    """Pathway that each teacher comes to follow, and in which September."""
    ledgers: dict[str, Ledger]

    def next_choice(self) -> Floats:
        """Return the true probability of each next choice after the last day; shape (n, m)."""
        return self._after_the_last_day(self.choices.probabilities)

    def expected_choice(self) -> Floats:
        """Return what a reader of the files could expect of each next choice; shape (n, m)."""
        return self._after_the_last_day(self.choices.expected)

    def _after_the_last_day(self, chances: Callable[[Ints, int], Floats]) -> Floats:
        day = int(self.calendar.starts[-1])
        return np.concatenate(
            [
                chances(rows, day)
                for rows in np.split(
                    np.arange(len(self.roster)), np.arange(BLOCK, len(self.roster), BLOCK)
                )
            ]
        )


def simulate(
    teachers: int, seed: int, until: date, on_month: Callable[[int], None] | None = None
) -> World:
    """Make the world and let sixty months pass.

    Parameters
    ----------
    teachers
        Number of teachers in all districts together.
    seed
        The same seed gives the same world.
    until
        Last day of which anything is known.
    on_month
        Called with the number of months done.
    """
    world = _make(teachers, seed, Calendar(until))
    progress = Progress(
        stream(seed, "records"), world.calendar, world.catalog, world.ledgers["records"]
    )
    leniency = stream(seed, "leniency").normal(0.0, 0.25, world.roster.schools)
    spring_rng, rng = stream(seed, "ratings"), stream(seed, "months")
    others = {name: stream(seed, name) for name in _PARTS}
    for month in range(MONTHS):
        _seasonal(world, month, spring_rng, others, leniency.astype(np.float32))
        _choose(world, month, rng, progress)
        if month >= MONTHS - _EVENT_MONTHS:
            visit(others["events"], world.calendar, month, world.choices, world.ledgers["events"])
        if on_month:
            on_month(month + 1)
    return world


def _make(teachers: int, seed: int, calendar: Calendar) -> World:
    roster = build_roster(stream(seed, "roster"), calendar, teachers)
    catalog = build_catalog(stream(seed, "catalog"), calendar)
    hidden = draw_hidden(stream(seed, "hidden"), roster)
    pathways = build_pathways(catalog)
    return World(
        calendar=calendar,
        roster=roster,
        catalog=catalog,
        hidden=hidden,
        first_hub=hidden.hub.copy(),
        choices=Choices(catalog, roster, hidden, pathways),
        careers=choose_pathways(stream(seed, "pathways"), roster, pathways),
        ledgers={name: Ledger(columns) for name, columns in _COLUMNS.items()},
    )


def _seasonal(
    world: World,
    month: int,
    spring_rng: np.random.Generator,
    others: dict[str, np.random.Generator],
    leniency: Floats,
) -> None:
    """Do what comes once a year."""
    calendar, season = world.calendar, world.calendar.month_of_year(month)
    if season == MAY:
        spring = Spring(spring_rng, calendar, month, world.roster, world.hidden, leniency)
        evaluate(spring, world.ledgers["ratings"])
    elif season == AUGUST:
        drift(others["drift"], world.hidden)
    elif season == SEPTEMBER:
        assess(
            Autumn(others["autumn"], calendar, month, world.choices), world.ledgers["assessments"]
        )
        set_goals(Autumn(others["goals"], calendar, month, world.choices), world.ledgers["goals"])
        career = Autumn(others["careers"], calendar, month, world.choices)
        set_pathways(career, *world.careers, world.ledgers["careers"])


def _choose(world: World, month: int, rng: np.random.Generator, progress: Progress) -> None:
    """Let a month's active teachers begin something, then let what is due be earned."""
    world.choices.renewals.begin_month(world.calendar, month)
    active = _active(world, month, rng)
    who, which, why = world.choices.choose(rng, active, int(world.calendar.starts[month]))
    world.choices.take_up(who, which)
    progress.begin(month, who, which, why)
    world.choices.forget()
    who, which = progress.earned_in(month)
    world.choices.earn(who, which)
    grow(world.hidden, world.catalog, who, which)


def _active(world: World, month: int, rng: np.random.Generator) -> Ints:
    """Draw who begins something: habit, season, a slow rise over the years, and renewal ahead."""
    roster, start = world.roster, int(world.calendar.starts[month])
    ahead = roster.renews_on - start
    renews = roster.has_licence_date & (ahead >= 0) & (ahead < 365)
    known = 0.5 + 0.6 * month / MONTHS
    chance = world.hidden.activity * world.calendar.season(month) * known
    chance *= np.where(renews, _RENEWAL_BOOST, 1.0)
    return np.flatnonzero((roster.first_month <= month) & (rng.random(len(roster)) < chance))
