"""Offers worked out once for teachers alike.

What a credential might give is asked for on every page, of every teacher, and depends on little of
a teacher: on the rules that hold, on how their conditions and plans are met, on whether the licence
and its last day are known and whether today lies within its cycle. Teachers who are alike in that
share an `Offer`.
"""

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import Final

from recommender.axes import CredentialKey
from recommender.renewal.facts import CredentialFacts, TeacherFacts
from recommender.renewal.matching import meets, plan_of
from recommender.renewal.offered import Offer, offer
from recommender.renewal.periods import window_of
from recommender.states.schema import Pack
from recommender.voice import Voice

MOST_KEPT: Final = 20_000
"""So many offers, and kinds of teachers, are kept."""


class Offers:
    """The offers of one catalog on one day.

    Parameters
    ----------
    credentials
        What the catalog says of each credential.
    on
        The day.
    """

    def __init__(self, credentials: Mapping[CredentialKey, CredentialFacts], on: date) -> None:
        self._credentials = credentials
        self._on = on
        self._kinds: dict[tuple[TeacherFacts, int], int] = {}
        self._numbers: dict[Hashable, int] = {}
        """A number for each kind of teacher; never taken back, so that it means one kind alone."""
        self._offers: dict[tuple[CredentialKey, Voice, int], Offer] = {}
        self._packs: dict[int, Pack] = {}
        """Packs by identity; that they are kept here keeps an identity from being used again."""

    def of(
        self,
        keys: Iterable[CredentialKey],
        teacher: TeacherFacts,
        pack: Pack | None,
        voice: Voice = Voice.TO_TEACHER,
    ) -> dict[CredentialKey, Offer]:
        """Return what some credentials might give; what the catalog does not have is left out."""
        kind = self._kind(teacher, pack)
        made = {}
        for key in keys:
            sought = (key, voice, kind)
            found = self._offers.get(sought)
            if found is None and key in self._credentials:
                if len(self._offers) >= MOST_KEPT:
                    self._offers.clear()
                plain = offer(self._credentials[key], teacher, pack, self._on)
                found = self._offers[sought] = plain.told_in(voice)
            if found is not None:
                made[key] = found
        return made

    def _kind(self, teacher: TeacherFacts, pack: Pack | None) -> int:
        """Return a number for all of a teacher that an offer depends on."""
        known = (teacher, id(pack))
        kind = self._kinds.get(known)
        if kind is None:
            if len(self._kinds) >= MOST_KEPT:
                self._kinds.clear()
            alike = self._all_of(teacher, pack)
            kind = self._kinds[known] = self._numbers.setdefault(alike, len(self._numbers))
        return kind

    def _all_of(self, teacher: TeacherFacts, pack: Pack | None) -> Hashable:
        if pack is None:
            return teacher.state
        self._packs[id(pack)] = pack
        window = window_of(pack, teacher.license_expires_on)
        inside = window is None or self._on in window
        return self._of_rules(teacher, pack), teacher.license_expires_on is None, inside

    def _of_rules(self, teacher: TeacherFacts, pack: Pack) -> Hashable:
        conditions = pack.renewal.conditions.values()
        plan, _ = plan_of(pack.renewal.plans, teacher)
        met = tuple(meets(condition, teacher, pack) for condition in conditions)
        return id(pack), plan, met, teacher.license_type, teacher.state
