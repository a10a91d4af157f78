"""Other ids than ours: which teacher has an e-mail address, which credential has a page."""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from sqlalchemy import Connection, Table, select

from features.importers.columns import table_of
from features.importers.sources import CatalogEntry
from features.importers.staging import Stage
from recommender.store.columns import FOREVER
from recommender.store.tables import Alignment, Credential, Standard, Teacher
from recommender.vocabulary import SHARED

_AMBIGUOUS: Final = ""


class StoreLookups:
    """Looks ids up in the store and in what this import has staged so far."""

    def __init__(self, connection: Connection, stages: dict[str, Stage], district: str) -> None:
        self._connection = connection
        self._stages = stages
        self._district = district

    def teacher_with_email(self, email: str) -> str | None:
        """Return the id of the district's only teacher with this e-mail address."""
        return self._teachers.get(email.casefold()) or None

    def is_teacher(self, name: str) -> bool:
        """Return whether a teacher of the district has this id."""
        return name in self._teacher_ids

    def credential_known_as(self, address: str) -> str | None:
        """Return the id of the credential, shared or the district's own, with this id or page."""
        return address if address in self._credential_ids else self._pages.get(address) or None

    def addresses(self) -> list[tuple[str, str]]:
        """Return the e-mail address and the id of each teacher of the district who has one."""
        return self._pairs(Teacher, "teachers", ("email", "source_id", "teacher_id"))

    def catalog(self) -> list[CatalogEntry]:
        """Return what may be earned: shared credentials, and the district's own."""
        aligned = self._standards()
        entries: dict[str, CatalogEntry] = {}
        for place, own in self._places(Credential, "credentials", "source_id", "credential_id"):
            statement = select(place.c[own], place.c.title, place.c.issuer, place.c.url).where(
                place.c.district_id.in_((self._district, SHARED))
            )
            with self._connection.begin():
                for id_, title, issuer, url in self._connection.execute(statement):
                    standards = frozenset(aligned.get(id_, ()))
                    entries[id_] = CatalogEntry(id_, title, issuer, url, standards)
        return list(entries.values())

    def _standards(self) -> dict[str, set[tuple[str, str]]]:
        """Return the standards of each credential, by its id."""
        credential, alignment = table_of(Credential), table_of(Alignment)
        standard = table_of(Standard)
        stored = (
            select(credential.c.source_id, standard.c.framework, standard.c.code)
            .join_from(alignment, credential, alignment.c.credential_id == credential.c.id)
            .join(standard, alignment.c.standard_id == standard.c.id)
            .where(credential.c.district_id.in_((self._district, SHARED)))
            .where(alignment.c.valid_to == FOREVER)
        )
        statements = [stored]
        if "alignments" in self._stages:
            staged = self._stages["alignments"].table
            statements.append(
                select(staged.c.credential_id, staged.c.framework, staged.c.standard_code)
            )
        found: dict[str, set[tuple[str, str]]] = {}
        with self._connection.begin():
            for statement in statements:
                for id_, framework, code in self._connection.execute(statement):
                    found.setdefault(id_, set()).add((framework, code))
        return found

    def _places(
        self, model: type[Teacher | Credential], staged: str, ours: str, ours_staged: str
    ) -> list[tuple[Table, str]]:
        """Return the tables in which such things are found, and the column of our id in each."""
        places = [(table_of(model), ours)]
        if staged in self._stages:
            places.append((self._stages[staged].table, ours_staged))
        return places

    @cached_property
    def _teachers(self) -> dict[str, str]:
        return _unambiguous([(email.casefold(), own) for email, own in self.addresses()])

    @cached_property
    def _teacher_ids(self) -> frozenset[str]:
        found = self._pairs(Teacher, "teachers", ("district_id", "source_id", "teacher_id"))
        return frozenset(name for _, name in found)

    @cached_property
    def _pages(self) -> dict[str, str]:
        names = ("url", "source_id", "credential_id")
        return _unambiguous(self._pairs(Credential, "credentials", names, shared=True))

    @cached_property
    def _credential_ids(self) -> frozenset[str]:
        names = ("district_id", "source_id", "credential_id")
        return frozenset(
            name for _, name in self._pairs(Credential, "credentials", names, shared=True)
        )

    def _pairs(
        self,
        model: type[Teacher | Credential],
        staged: str,
        names: tuple[str, str, str],
        *,
        shared: bool = False,
    ) -> list[tuple[str, str]]:
        """Return what is known by (other id, our id); what is staged comes last."""
        other, ours, ours_staged = names
        districts = (self._district, SHARED) if shared else (self._district,)
        places = self._places(model, staged, ours, ours_staged)
        pairs: list[tuple[str, str]] = []
        with self._connection.begin():
            for place, name in places:
                statement = select(place.c[other], place.c[name]).where(
                    place.c.district_id.in_(districts)
                )
                if other != "district_id":
                    statement = statement.where(place.c[other] != "")
                pairs += [(str(key), str(own)) for key, own in self._connection.execute(statement)]
        return pairs


def _unambiguous(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return a mapping in which what stands for two different ids stands for none."""
    known: dict[str, str] = {}
    for other, ours in pairs:
        known[other] = ours if known.get(other, ours) == ours else _AMBIGUOUS
    return known
