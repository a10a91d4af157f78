"""Earning together: who of a caseload could earn the same micro-credential as a group.

    maximise    sum_tc gain_tc x_tc
    where       sum_c x_tc <= 1                            a teacher is in one group
                least z_c <= sum_t x_tc <= most z_c        a group is opened or not

A group shows nothing of why its members fit; `Pairing.gain` stays inside.

Groups made one by one, the greatest gain first, are there before the search begins, and no grouping
gains more than everybody's best together: so there are groups, with a bound, even where the search
has no time.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from recommender.axes import CredentialKey
from recommender.planning.program import Program, Start

LEAST, MOST = 3, 8
"""Size of a group."""

SECONDS: Final = 1.3


@dataclass(frozen=True)
class Pairing:
    """A teacher could earn a micro-credential; `gain` above 0 says how well it fits."""

    teacher: int
    credential: CredentialKey
    gain: float


@dataclass(frozen=True)
class Group:
    """Teachers who could earn a micro-credential together, in the order of their numbers."""

    credential: CredentialKey
    teachers: tuple[int, ...]
    gain: float


@dataclass(frozen=True)
class Groups:
    """Groups that do not overlap, those of the greatest gain first."""

    groups: tuple[Group, ...]
    gain: float
    proven: bool
    gap: float


def group_up(
    pairings: Sequence[Pairing], *, least: int = LEAST, most: int = MOST, seconds: float = SECONDS
) -> Groups:
    """Return the groups whose total gain is greatest, one a micro-credential.

    Parameters
    ----------
    pairings
        In any order; each pair once. What too few teachers could earn makes no group.
    least, most
        Size of a group.
    seconds
        Most time for the search; what is found then is told with its gap.
    """
    by_credential: defaultdict[CredentialKey, list[Pairing]] = defaultdict(list)
    for pairing in sorted(pairings, key=lambda pair: (pair.credential, pair.teacher)):
        if pairing.gain > 0:
            by_credential[pairing.credential].append(pairing)
    wanted = {key: own for key, own in by_credential.items() if len(own) >= least}
    program = Program()
    member = {
        (key, pairing.teacher): program.choice(-pairing.gain)
        for key, own in wanted.items()
        for pairing in own
    }
    of_teacher: defaultdict[int, list[int]] = defaultdict(list)
    for (_, teacher), variable in member.items():
        of_teacher[teacher].append(variable)
    for variables in of_teacher.values():
        program.row([(variable, 1.0) for variable in variables], most=1.0)
    opened = {key: program.choice() for key in wanted}
    for key, own in wanted.items():
        terms = [(member[key, pairing.teacher], 1.0) for pairing in own]
        program.row([*terms, (opened[key], -float(least))], least=0.0)
        program.row([*terms, (opened[key], -float(most))], most=0.0)
    if not wanted:
        return Groups((), 0.0, proven=True, gap=0.0)
    found = program.solve(seconds, _start(wanted, member, opened, least, most))
    pairs = list(member)
    chosen = {pairs[place] for place in found.chosen(member.values())}
    groups = tuple(
        group
        for key, own in wanted.items()
        if (group := _group(key, [pair for pair in own if (key, pair.teacher) in chosen]))
    )
    return Groups(
        tuple(sorted(groups, key=lambda group: (-group.gain, group.credential))),
        sum(group.gain for group in groups),
        proven=found.proven,
        gap=0.0 if found.proven else found.gap,
    )


def _start(
    wanted: Mapping[CredentialKey, Sequence[Pairing]],
    member: Mapping[tuple[CredentialKey, int], int],
    opened: Mapping[CredentialKey, int],
    least: int,
    most: int,
) -> Start:
    made = one_by_one(wanted, least, most)
    best: defaultdict[int, float] = defaultdict(float)
    for pairing in (pairing for own in wanted.values() for pairing in own):
        best[pairing.teacher] = max(best[pairing.teacher], pairing.gain)
    yes = [opened[group.credential] for group in made]
    yes += [member[group.credential, teacher] for group in made for teacher in group.teachers]
    return Start(tuple(yes), -sum(group.gain for group in made), -sum(best.values()))


def one_by_one(
    wanted: Mapping[CredentialKey, Sequence[Pairing]], least: int, most: int
) -> list[Group]:
    """Return groups that do not overlap: each time the one of the greatest gain that is left."""
    left, busy, made = dict(wanted), set[int](), list[Group]()
    while left:
        possible = []
        for key, own in list(left.items()):
            free = sorted(
                (pair for pair in own if pair.teacher not in busy),
                key=lambda pair: (-pair.gain, pair.teacher),
            )
            if len(free) < least:
                del left[key]
            elif group := _group(key, sorted(free[:most], key=lambda pair: pair.teacher)):
                possible.append(group)
        if possible:
            best = min(possible, key=lambda group: (-group.gain, group.credential))
            made.append(best)
            busy.update(best.teachers)
            del left[best.credential]
    return made


def _group(key: CredentialKey, pairings: Sequence[Pairing]) -> Group | None:
    if not pairings:
        return None
    teachers = tuple(pairing.teacher for pairing in pairings)
    return Group(key, teachers, sum(pairing.gain for pairing in pairings))
