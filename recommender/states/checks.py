"""Rules that bind several places of a pack together."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from recommender.states.faults import Fault
from recommender.states.own_frameworks import Frameworks
from recommender.states.schema import Match, Pack, Renewal
from recommender.states.told import walk_told

Found = tuple[str, str]
"""A dotted place and the rule that it breaks."""


def check_pack(
    file: Path, pack: Pack, frameworks: Frameworks, checklists: Iterable[str]
) -> tuple[Fault, ...]:
    """Return every rule between places that a pack breaks."""
    found = [
        *_dates(pack),
        *_sources(pack),
        *_framework(pack, frameworks),
        *_needs(pack.renewal),
        *_plans(pack.renewal),
        *_routes(pack.renewal),
        *_matches(pack, frameworks),
        *_quality(pack, set(checklists)),
    ]
    return tuple(Fault(file, place, rule) for place, rule in found)


def _dates(pack: Pack) -> Iterator[Found]:
    if pack.valid_to < pack.valid_from:
        yield "valid_to", f"must not be before valid_from ({pack.valid_from})"
    if pack.employer and not pack.district:
        yield "employer", "only a district's own file can say what the employer is"


def _sources(pack: Pack) -> Iterator[Found]:
    for place, told in walk_told(pack):
        for key in told.sources:
            if key not in pack.sources:
                yield f"{place}.sources", f"'{key}' is not among the pack's sources"


def _framework(pack: Pack, frameworks: Frameworks) -> Iterator[Found]:
    told = pack.evaluation.framework
    if told and told.value not in frameworks:
        yield (
            "evaluation.framework.value",
            f"there is no framework '{told.value}'; give it by standards.csv in the state's folder",
        )


def _needs(renewal: Renewal) -> Iterator[Found]:
    if not renewal.routes:
        yield "renewal.routes", "must have at least one route"
    yield from _once(
        (f"renewal.routes.{key}.kinds", route.kinds) for key, route in renewal.routes.items()
    )
    yield from _once((f"renewal.caps.{key}.kinds", cap.kinds) for key, cap in renewal.caps.items())


def _once(named: Iterable[tuple[str, tuple[str, ...]]]) -> Iterator[Found]:
    """Find kinds that two rules claim: then no one could say which of them holds."""
    taken: dict[str, str] = {}
    for place, kinds in named:
        for kind in kinds:
            if kind in taken:
                yield place, f"'{kind}' stands in {taken[kind]} already"
            taken.setdefault(kind, place)


def _plans(renewal: Renewal) -> Iterator[Found]:
    for key, plan in renewal.plans.items():
        place = f"renewal.plans.{key}"
        for name in plan.minimums:
            if name not in renewal.categories:
                yield f"{place}.minimums.{name}", f"there is no category '{name}'"
        total = plan.total or renewal.total
        if total is None:
            if plan.minimums:
                yield f"{place}.minimums", "need a total for the cycle to be part of"
            continue
        yield from _within(
            place, {name: told.value for name, told in plan.minimums.items()}, total.value
        )


def _within(place: str, minimums: Mapping[str, Fraction], total: Fraction) -> Iterator[Found]:
    for name, value in minimums.items():
        if value > total:
            yield f"{place}.minimums.{name}.value", f"must not be above the total ({total})"
    if sum(minimums.values()) > total:
        yield f"{place}.minimums", f"together they are above the total ({total})"


def _routes(renewal: Renewal) -> Iterator[Found]:
    for key, route in renewal.routes.items():
        place = f"renewal.routes.{key}"
        if route.credit == "possible" and route.rate is None:
            yield f"{place}.rate", "must be given where credit is possible"
        for name in route.conditions:
            if name not in renewal.conditions:
                yield f"{place}.conditions", f"there is no condition '{name}'"


def _matches(pack: Pack, frameworks: Frameworks) -> Iterator[Found]:
    rules: dict[str, Any] = {"categories": pack.renewal.categories, "topics": pack.renewal.topics}
    for table, entries in rules.items():
        for key, entry in entries.items():
            yield from _match(f"renewal.{table}.{key}.match", entry.match, pack, frameworks)


def _match(place: str, match: Match, pack: Pack, frameworks: Frameworks) -> Iterator[Found]:
    narrow = any(match.model_dump(exclude={"any"}).values())
    if match.any == narrow:
        yield place, "must either be `any` or name what it is about"
    told = pack.evaluation.framework
    for code in match.standards:
        if told is None:
            yield f"{place}.standards", "needs the state's evaluation framework"
        elif told.value in frameworks and not frameworks.has(told.value, code):
            yield f"{place}.standards", f"there is no standard {code} in {told.value}"


def _quality(pack: Pack, checklists: set[str]) -> Iterator[Found]:
    if pack.quality and pack.quality.checklist not in checklists:
        yield "quality.checklist", f"there is no checklist '{pack.quality.checklist}'"
