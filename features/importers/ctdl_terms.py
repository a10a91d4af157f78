"""The shapes in which CTDL values come: graphs, references, language maps, durations, costs."""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from features.importers.documents import Item, as_list, cell
from features.importers.sources import Asides

Node = Mapping[str, Any]

SIGNED_ONLY: Final = "envelopes whose resource is only there in its signed form"
LONG: Final = "durations in days or longer, which say nothing of hours of work"
OTHER_MONEY: Final = "costs in another currency than US dollars"

DOLLARS: Final = frozenset({"usd", "us dollar", "us dollars", "$"})

_CTID: Final = re.compile(r"ce-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PREFIX: Final = re.compile(r"^(?:ceterms:|https?://purl\.org/ctdl/terms/)")
_AMOUNT: Final = r"(?:(\d{1,9}(?:[.,]\d{1,9})?)%s)?"
_DURATION: Final = re.compile(
    "P" + "".join(_AMOUNT % unit for unit in "YMWD")
    + "(?:T" + "".join(_AMOUNT % unit for unit in "HMS") + ")?",
    re.ASCII,
)  # fmt: skip
_CALENDAR: Final = 4
_PER_HOUR: Final = (1, 60, 3600)


@dataclass(frozen=True)
class Graph:
    """Resources that stand together; blank nodes mean something only inside."""

    nodes: tuple[Node, ...]

    @cached_property
    def _by_id(self) -> dict[str, Node]:
        return {str(node["@id"]): node for node in self.nodes if "@id" in node}

    def node(self, value: object) -> Node | None:
        """Return the resource that a value holds or names, if it is in this graph."""
        if isinstance(value, dict) and set(value) != {"@id"}:
            return value
        return self._by_id.get(_reference(value))

    def key(self, value: object) -> str:
        """Return the id of what a value holds or names; empty for a blank node without one."""
        inside = self.node(value)
        if inside is not None:
            return key_of(inside)
        reference = _reference(value)
        return "" if reference.startswith("_:") else _key(reference)

    def keys(self, node: Node, term: str) -> list[str]:
        """Return the ids of all that a term names."""
        return [key for value in values(node, term) if (key := self.key(value))]


def graphs(item: Item, asides: Asides) -> Iterator[Graph]:
    """Yield the graph of a document, an envelope or a plain record."""
    if "envelope_id" in item or "envelope_ceterms_ctid" in item:
        inside = item.get("decoded_resource")
        if not isinstance(inside, dict):
            asides.add(SIGNED_ONLY)
            return
        item = inside
    nodes = as_list(item["@graph"]) if "@graph" in item else [item]
    yield Graph(tuple(node for node in nodes if isinstance(node, dict)))


def values(node: Node, term: str) -> list[Any]:
    """Return the values of a term, with its prefix or without."""
    return as_list(node.get(f"ceterms:{term}", node.get(term)))


def nodes_in(graph: Graph, node: Node, term: str) -> list[Node]:
    """Return the resources that a term holds or names, so far as they are in the graph."""
    found = (graph.node(value) for value in values(node, term))
    return [inside for inside in found if inside is not None]


def type_of(node: Node, wanted: Container[str]) -> str:
    """Return the first type of a resource that is wanted, or nothing."""
    types = (_PREFIX.sub("", cell(value)) for value in as_list(node.get("@type")))
    return next((name for name in types if name in wanted), "")


def key_of(node: Node) -> str:
    """Return the CTID of a resource, else its address; empty for a blank node."""
    ctid = next(iter(values(node, "ctid")), None)
    address = cell(node.get("@id"))
    return cell(ctid).casefold() or ("" if address.startswith("_:") else _key(address))


def _key(address: str) -> str:
    found = _CTID.search(address)
    return found.group().casefold() if found else address


def _reference(value: object) -> str:
    return cell(value.get("@id")) if isinstance(value, dict) else cell(value)


def text(node: Node, term: str) -> str:
    """Return a text: English where it comes in several languages, else the first one."""
    return "; ".join(found for value in _chosen(values(node, term)) if (found := cell(value)))


def _chosen(found: list[Any]) -> list[Any]:
    """Return the values of one language: a map of languages, tagged values, or plain ones."""
    by_language: dict[str, list[Any]] = {}
    for value in found:
        if not isinstance(value, dict):
            by_language.setdefault("", []).append(value)
        elif "@value" in value:
            language = cell(value.get("@language")).casefold()
            by_language.setdefault(language, []).append(value["@value"])
        else:
            for language, texts in value.items():
                by_language.setdefault(language.casefold(), []).extend(as_list(texts))
    english = [name for name in by_language if name == "en" or name.startswith("en-")]
    best = "en" if "en" in english else next(iter(english), next(iter(by_language), ""))
    return by_language.get(best, [])


def hours(graph: Graph, node: Node, asides: Asides) -> str:
    """Return hours of work of the first duration that tells them, the middle of a range."""
    for value in values(node, "estimatedDuration"):
        profile = graph.node(value) or {"exactDuration": value}
        told = [
            cell(part)
            for term in ("exactDuration", "minimumDuration", "maximumDuration")
            for part in values(profile, term)
        ]
        lengths = [length for item in told if (length := duration_hours(item)) is not None]
        if lengths and len(lengths) == len(told):
            return repr(round((min(lengths) + max(lengths)) / 2, 4))
        asides.add(LONG, int(bool(told)))
    return ""


def duration_hours(duration: str) -> float | None:
    """Return an ISO 8601 duration in hours; None where it counts in days or longer, or is none."""
    found = _DURATION.fullmatch(duration)
    if found is None or not any(found.groups()):
        return None
    amounts = [float((part or "0").replace(",", ".")) for part in found.groups()]
    if any(amounts[:_CALENDAR]):
        return None
    return sum(amount / per for amount, per in zip(amounts[_CALENDAR:], _PER_HOUR, strict=True))


def cost_usd(graph: Graph, node: Node, asides: Asides) -> str:
    """Return the sum over the types of cost, of each the lowest; unknown if not all are dollars."""
    lowest: dict[str, float] = {}
    for profile in nodes_in(graph, node, "estimatedCost"):
        prices = [
            price for value in values(profile, "price") if (price := _price(value)) is not None
        ]
        if not prices:
            continue
        currency = next((cell(value) for value in values(profile, "currency")), "")
        if currency.casefold() not in DOLLARS:
            asides.add(OTHER_MONEY)
            return ""
        kinds = [
            named
            for value in values(profile, "directCostType")
            for named in values(graph.node(value) or {"targetNode": value}, "targetNode")
        ]
        kind = next((found for value in kinds if (found := cell(value))), "")
        lowest[kind] = min(*prices, lowest.get(kind, float("inf")))
    return repr(round(sum(lowest.values()), 2)) if lowest else ""


def _price(value: object) -> float | None:
    try:
        price = float(cell(value))
    except ValueError:
        return None
    return price if 0 <= price < float("inf") else None
