"""Where a teacher stands in the stacks that they began: what is earned, and the next step."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from features.catalog import words
from recommender.store.tables import Credential, CredentialRecord, Teacher
from recommender.vocabulary import SHARED, RecordStatus

_UNDER_WAY = frozenset({RecordStatus.ENROLLED, RecordStatus.SUBMITTED})


@dataclass(frozen=True)
class StackStanding:
    """One stack that a teacher has begun."""

    name: str
    earned: Sequence[str]
    """Titles, as the next ones."""
    under_way: Sequence[str]
    missing: Sequence[str]
    """What can be started today first, the next step at the front."""

    @property
    def size(self) -> int:
        """How many micro-credentials the stack has."""
        return len(self.earned) + len(self.under_way) + len(self.missing)

    @property
    def share(self) -> float:
        """How much of it is earned, 0 to 1."""
        return len(self.earned) / self.size


def read_stacks(session: Session, teacher: Teacher, on: date) -> list[StackStanding]:
    """Return the stacks in which a teacher holds something or has it under way, by name.

    What may no longer be started counts only where it is held.
    """
    statuses = _statuses(session, teacher)
    rows = session.exec(
        select(Credential)
        .where(
            col(Credential.district_id).in_([SHARED, teacher.district_id]),
            col(Credential.known).is_(True),
            Credential.stack != "",
        )
        .order_by(col(Credential.source_id))
    )
    stacks: dict[str, list[Credential]] = defaultdict(list)
    for row in rows:
        stacks[row.stack].append(row)
    return [
        _standing(name, members, statuses, on)
        for name, members in sorted(stacks.items())
        if any(member.id in statuses for member in members)
    ]


def _statuses(session: Session, teacher: Teacher) -> dict[int, RecordStatus]:
    """Return how far a teacher is with each micro-credential; a revoked one is not held."""
    rows = session.exec(
        select(CredentialRecord.credential_id, CredentialRecord.status)
        .where(
            CredentialRecord.teacher_id == teacher.id, col(CredentialRecord.superseded_at).is_(None)
        )
        .order_by(col(CredentialRecord.on), col(CredentialRecord.id))
    ).all()
    found: dict[int, RecordStatus] = {}
    for credential, status in rows:
        if status in {RecordStatus.REVOKED, RecordStatus.EXPIRED}:
            found.pop(credential, None)
        elif found.get(credential) is not RecordStatus.EARNED:
            found[credential] = RecordStatus(status)
    return found


def _standing(
    name: str, members: Sequence[Credential], statuses: dict[int, RecordStatus], on: date
) -> StackStanding:
    def titles(chosen: Sequence[Credential]) -> list[str]:
        return [one.title or one.source_id for one in chosen]

    earned = [one for one in members if statuses.get(one.id or 0) is RecordStatus.EARNED]
    under_way = [one for one in members if statuses.get(one.id or 0) in _UNDER_WAY]
    held = {one.source_id for one in earned}
    missing = [
        one
        for one in members
        if (one.id or 0) not in statuses and one.valid_from <= on < one.retired_on
    ]
    missing.sort(key=lambda one: (len(set(words(one.prerequisites)) - held), one.source_id))
    return StackStanding(name, titles(earned), titles(under_way), titles(missing))
