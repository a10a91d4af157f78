"""A teacher's suggestions as of now: the one way from a request to `suggest`."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from sqlmodel import Session, select

from features.coach_acts import ToldAct, read_acts
from features.live import read_people, states_of
from features.person_rows import PersonRow, Told, by_kind
from features.renewal_facts import rules_for
from features.roster_rows import roster_of
from models.suggest import suggest_block
from models.suggestion_json import suggestion_list_to_dict
from models.suggestions import SuggestionList, Wanted, seed_of
from recommender.axes import CredentialKey
from recommender.catalog import Catalog
from recommender.clock import day_end_ms
from recommender.eligibility import Exclusion, exclusions
from recommender.errors import RecommenderError
from recommender.joining import join_states
from recommender.policy import Policy
from recommender.renewal.facts import TeacherFacts
from recommender.renewal.offered import Offer
from recommender.store.tables import Teacher
from recommender.teacher_state import TeacherStates
from recommender.voice import Voice
from serving.live.catalog import HeldCatalog, LiveCatalog
from serving.live.champion import Serving
from serving.live.filters import Filters
from serving.live.slate_log import Served, SlateLog
from serving.metrics import Metrics

NO_FILTERS: Final = Filters()


class Read(NamedTuple):
    """What a request has read of the store."""

    held: HeldCatalog
    states: TeacherStates
    roster: Mapping[int, TeacherFacts]


@dataclass(frozen=True)
class Suggested:
    """One teacher's list and all it was made with."""

    teacher: Teacher
    suggestions: SuggestionList
    state: TeacherStates
    catalog: Catalog
    model_version: int
    credits: Mapping[CredentialKey, Offer] | None = None
    """Possible renewal credit of each item, where it was asked for."""
    acts: Sequence[ToldAct] = ()
    """What coaches did with the list."""

    @property
    def served(self) -> Served:
        """What is kept of it once it went out."""
        return Served.of(self.teacher.id or 0, self.model_version, self.suggestions)

    def as_dict(self) -> dict[str, Any]:
        """Return the list as `recommender suggest --json` prints it."""
        return suggestion_list_to_dict(
            self.suggestions,
            self.catalog,
            teacher_id=self.teacher.source_id,
            district_id=self.teacher.district_id,
            model_version=self.model_version,
            credits_=self.credits,
            acts=self.acts,
        )


@dataclass(frozen=True)
class Ruled:
    """What each rule says of every credential for one teacher; int8[m] codes of `Exclusion`."""

    codes: Any
    catalog: Catalog
    state: TeacherStates


def suggest_to(
    session: Session | None,
    serving: Serving,
    catalogs: LiveCatalog,
    policy: Policy,
    teachers: Sequence[Teacher],
    k: int,
    *,
    filters: Filters = NO_FILTERS,
    after: CredentialKey | None = None,
    reasons: bool = True,
    voice: Voice = Voice.TO_TEACHER,
    metrics: Metrics | None = None,
    credit: bool = False,
    read: Read | None = None,
    slates: SlateLog | None = None,
) -> list[Suggested]:
    """Return the lists of some teachers of one district, in the order given.

    Facts count to the end of today, as for the command: one list a day of unchanged facts. With
    `credit` each item also tells its possible renewal credit, which changes no score and no order.
    What was `read` already is not read again; then a session is needed only where a coach did
    something (`acted_on`).
    """
    if read is None and session is not None:
        held = catalogs.hold(session, serving)
        read = _read(session, serving, teachers, held)
    if read is None:
        raise ValueError("a session is needed, or what was read")
    catalog, states = read.held.catalog, read.states
    each = [states.one(row) for row in range(len(teachers))]
    only = filters.mask(catalog)
    wanted = [
        Wanted(
            only,
            after,
            reasons,
            voice,
            seed_of(teacher.district_id, teacher.source_id),
            filters.counting(state, catalog),
        )
        for teacher, state in zip(teachers, each, strict=True)
    ]
    district = teachers[0].district_id if teachers else ""
    lists = suggest_block(
        serving.bundle, states, catalog, policy, k, district_id=district, wanted=wanted
    )
    version = serving.version.version or 0
    made = []
    for teacher, state, suggestions in zip(teachers, each, lists, strict=True):
        if metrics is not None:
            metrics.count_list(suggestions.segment, len(suggestions.items))
        made.append(Suggested(teacher, suggestions, state, catalog, version))
        if slates is not None:
            slates.offer(made[-1].served)
    told = _with_acts(session, made)
    return _with_credits(told, read, voice) if credit else told


def make_one_list(
    session: Session,
    serving: Serving,
    catalogs: LiveCatalog,
    policy_of: Callable[[Session, str], Policy],
) -> None:
    """Work out a list for nobody, so that no request waits for what is worked out at the first."""
    catalogs.hold(session, serving)
    somebody = session.exec(select(Teacher).limit(1)).first()
    with suppress(RecommenderError):  # whoever asks for a list is told
        if somebody is not None:
            policy = policy_of(session, somebody.district_id)
            suggest_to(session, serving, catalogs, policy, [somebody], 1, credit=True)


def acted_on(told: Sequence[list[PersonRow]]) -> bool:
    """Tell whether a coach did something with a list, as rows of the store tell `by_kind`."""
    return bool(told[Told.ACT])


def _with_acts(session: Session | None, made: Sequence[Suggested]) -> list[Suggested]:
    """Return the lists, each with what coaches did with it; no query where nobody did anything."""
    acted = [one.teacher for one in made if one.state.acts and len(one.state.acts.rows)]
    if not acted or session is None:
        return list(made)
    acts = read_acts(session, acted)
    return [replace(one, acts=acts.get(one.teacher.id or 0, ())) for one in made]


def _with_credits(made: Sequence[Suggested], read: Read, voice: Voice) -> list[Suggested]:
    """Return the lists, each item with its possible renewal credit."""
    told = []
    for one in made:
        facts = read.roster[one.teacher.id or 0]
        pack = rules_for(read.held.shelf, facts, read.held.key.day)
        keys = (item.key for item in one.suggestions.items)
        offers = read.held.offers.of(keys, facts, pack, voice)
        told.append(replace(one, credits=offers))
    return told


def rule_on(
    session: Session,
    serving: Serving,
    catalogs: LiveCatalog,
    policy: Policy,
    teacher: Teacher,
    *,
    filters: Filters = NO_FILTERS,
) -> Ruled:
    """Return what keeps each credential out of a teacher's list, by the list's own rules."""
    read = _read(session, serving, [teacher], catalogs.hold(session, serving))
    catalog, state = read.held.catalog, read.states
    counting = filters.counting(state, catalog)
    codes = exclusions(state, catalog, policy, teacher.district_id, counting=counting)
    return Ruled(codes, catalog, state)


def rule_of(ruled: Ruled, key: tuple[str, str]) -> Exclusion:
    """Return the first rule that keeps a credential out, or `ELIGIBLE`."""
    column = ruled.catalog.axes.credential_columns.get(key)
    return Exclusion.NEW_TO_MODEL if column is None else Exclusion.from_code(ruled.codes[column])


def _read(
    session: Session, serving: Serving, teachers: Sequence[Teacher], held: HeldCatalog
) -> Read:
    """Return what the store says of some teachers as of the end of the catalog's day."""
    ids = [teacher.id or 0 for teacher in teachers]
    rows = read_people(session, ids)
    if len(teachers) == 1:
        return read_of([by_kind(rows)], teachers, held)
    moment = day_end_ms(held.key.day)
    states = states_of(rows, ids, serving.bundle.axes, moment, held.places, held.rules, held.shelf)
    return Read(held, states, roster_of(rows, held.key.day))


def read_of(
    told: Sequence[Sequence[list[PersonRow]]], teachers: Sequence[Teacher], held: HeldCatalog
) -> Read:
    """Return what rows of the store, told `by_kind` for each of some teachers, say of them."""
    people = [held.people.read(rows) for rows in told]
    states = join_states([person.state for person in people])
    ids = [teacher.id or 0 for teacher in teachers]
    return Read(held, states, dict(zip(ids, [person.roster for person in people], strict=True)))
