"""What a pack leaves open, in words: missing, unverified, weakly sourced, contradicted."""

from collections.abc import Iterator

from recommender.states.own_frameworks import Frameworks
from recommender.states.schema import Pack, Route
from recommender.states.told import Basis, statements
from recommender.vocabulary import HUB_FRAMEWORK


def open_questions(pack: Pack, frameworks: Frameworks) -> tuple[str, ...]:
    """Return a sentence for everything that the pack does not settle, gravest first."""
    return (
        *_missing(pack),
        *(f"Unknown: {item.about}. {item.words}" for item in pack.unknowns.values()),
        *(
            f"Sources differ: {item.about}. {item.one}; or: {item.other}. Taken: {item.taken}"
            for item in pack.conflicts.values()
        ),
        *_routes(pack),
        *_crosswalk(pack, frameworks),
        *_provenance(pack),
    )


def verified_count(pack: Pack) -> tuple[int, int]:
    """Return how many of the pack's statements are verified, and how many there are."""
    found = [item.verified for item, _ in statements(pack)]
    return sum(found), len(found)


def _missing(pack: Pack) -> Iterator[str]:
    renewal, evaluation = pack.renewal, pack.evaluation
    if evaluation.framework is None:
        yield "Missing: the evaluation framework; each district names its own."
    if evaluation.levels is None:
        yield "Missing: the levels of the evaluation's scale."
    if renewal.total is None and renewal.yearly is None:
        yield "Missing: how much is needed, in a cycle or in a school year."
    if renewal.exempt is None:
        yield "Missing: which licences, if any, need no renewal."
    if pack.quality is None:
        yield "Missing: which checklist says that a micro-credential is of high quality."
    for key, topic in renewal.topics.items():
        if topic.hours is None:
            yield f"Missing: how many hours the topic '{key}' asks for."


def _routes(pack: Pack) -> Iterator[str]:
    for key, route in pack.renewal.routes.items():
        if route.credit == "unknown":
            yield f"No credit is promised for {_kinds(route)}: {route.words}"
        if route.approval.value == "unknown":
            yield f"Whether '{key}' needs approval beforehand is not known."


def _crosswalk(pack: Pack, frameworks: Frameworks) -> Iterator[str]:
    """Tell which standards of the state's framework do not reach the hub, and which links hold."""
    told = pack.evaluation.framework
    if told is None or told.value == HUB_FRAMEWORK:
        return
    links = frameworks.links_of(told.value)
    linked = {link.from_code for link in links}
    leaves = set(pack.parents) - set(pack.parents.values())
    if alone := sorted(leaves - linked):
        yield f"Missing: links from {told.value} {', '.join(alone)} to {HUB_FRAMEWORK}."
    if unverified := sum(not link.verified for link in links):
        yield f"{unverified} of {len(links)} links to {HUB_FRAMEWORK} are not verified."


def _kinds(route: Route) -> str:
    return " and ".join(kind.replace("_", " ") for kind in route.kinds)


def _provenance(pack: Pack) -> Iterator[str]:
    found = [item for item, _ in statements(pack)]
    verified, total = verified_count(pack)
    if verified < total:
        yield f"{total - verified} of {total} statements are not verified by the state's own staff."
    yield from _listed("drawn by us from their sources", [item for item in found if item.inferred])
    weak = [item for item in found if all(source.kind != "stated" for source in item.sources)]
    yield from _listed("on secondary or weak sources only", weak)
    undated = [item for item in found if all(source.dated == "undated" for source in item.sources)]
    yield from _listed("on undated sources only", undated)


def _listed(what: str, items: list[Basis]) -> Iterator[str]:
    if items:
        yield f"{len(items)} rest {what}: {', '.join(item.place for item in items)}."
