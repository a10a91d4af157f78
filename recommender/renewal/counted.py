"""Which records of a teacher an account counts, each credential once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from recommender.renewal.credit import CreditStatus, credit
from recommender.renewal.facts import Record, TeacherFacts
from recommender.renewal.periods import Period
from recommender.renewal.standing import LeftOut
from recommender.states.schema import Pack
from recommender.vocabulary import RecordStatus


@dataclass(frozen=True)
class Counted:
    """A record that gives something: how much, and in which categories it may be placed."""

    record: Record
    on: date
    units: Fraction
    categories: frozenset[str]


def counted(
    records: Iterable[Record],
    teacher: TeacherFacts,
    pack: Pack,
    on: date,
    window: Period | None,
) -> tuple[tuple[Counted, ...], tuple[LeftOut, ...]]:
    """Return the records that give credit by a day, and the earned ones that do not, with why.

    Both are in the order of their days, then of their credentials' keys, whatever the order given.
    """
    by_credential: defaultdict[object, list[Record]] = defaultdict(list)
    for record in records:
        if not record.superseded and (record.on is None or record.on <= on):
            by_credential[record.credential.key].append(record)
    chosen: list[Counted] = []
    left_out: list[LeftOut] = []
    for own in by_credential.values():
        first = None
        for record in sorted(_earned(own), key=_order):
            item, words = _weigh(record, own, teacher, pack, window)
            if item is not None and first is not None:
                item, words = None, f"It gives credit once; the record of {first} is counted."
            if item is None:
                left_out.append(LeftOut(record, words))
                continue
            first = item.on
            chosen.append(item)
    return (
        tuple(sorted(chosen, key=lambda item: _order(item.record))),
        tuple(sorted(left_out, key=lambda item: _order(item.record))),
    )


def _earned(records: Iterable[Record]) -> set[Record]:
    return {record for record in records if record.status is RecordStatus.EARNED}


def _order(record: Record) -> tuple[date, tuple[str, str]]:
    return record.on or date.max, record.credential.key


def _weigh(
    record: Record, own: Sequence[Record], teacher: TeacherFacts, pack: Pack, window: Period | None
) -> tuple[Counted | None, str]:
    if was_revoked(record, own):
        return None, "It was revoked."
    credits_ = credit(record, teacher, pack)
    possible = [item for item in credits_ if item.status is CreditStatus.POSSIBLE]
    if not possible or record.on is None:
        return None, credits_[0].words
    if window is None or record.on not in window:
        return None, "Whether it falls into your renewal cycle is not known."
    categories = frozenset(item.category for item in possible if item.category is not None)
    return Counted(record, record.on, possible[0].units, categories), ""


def was_revoked(record: Record, own: Sequence[Record]) -> bool:
    """Whether the credential was revoked on or after the day; an undated revocation revokes all."""
    return any(
        other.status is RecordStatus.REVOKED
        and (other.on is None or record.on is None or other.on >= record.on)
        for other in own
    )
