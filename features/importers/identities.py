"""Other ids than ours: which teacher has an e-mail address, which credential has a page."""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from sqlalchemy import Connection, Table, select

from features.importers.columns import table_of
from features.importers.staging import Stage
from recommender.store.tables import Credential, Teacher
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

    def credential_with_url(self, url: str) -> str | None:
        """Return the id of the only credential with this page, shared or the district's own."""
        return self._credentials.get(url) or None

    @cached_property
    def _teachers(self) -> dict[str, str]:
        names = ("email", "source_id", "teacher_id")
        found = self._pairs(table_of(Teacher), "teachers", names, (self._district,))
        return _unambiguous([(email.casefold(), teacher) for email, teacher in found])

    @cached_property
    def _credentials(self) -> dict[str, str]:
        names = ("url", "source_id", "credential_id")
        districts = (SHARED, self._district)
        return _unambiguous(self._pairs(table_of(Credential), "credentials", names, districts))

    def _pairs(
        self, table: Table, staged: str, names: tuple[str, str, str], districts: Sequence[str]
    ) -> list[tuple[str, str]]:
        """Return what is known by (other id, our id); what is staged comes last."""
        other, ours, ours_staged = names
        places = [(table, ours)]
        if staged in self._stages:
            places.append((self._stages[staged].table, ours_staged))
        pairs: list[tuple[str, str]] = []
        with self._connection.begin():
            for place, name in places:
                statement = select(place.c[other], place.c[name]).where(
                    place.c.district_id.in_(districts), place.c[other] != ""
                )
                pairs += [
                    (str(value), str(key)) for value, key in self._connection.execute(statement)
                ]
        return pairs


def _unambiguous(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return a mapping in which what stands for two different ids stands for none."""
    known: dict[str, str] = {}
    for other, ours in pairs:
        known[other] = ours if known.get(other, ours) == ours else _AMBIGUOUS
    return known
