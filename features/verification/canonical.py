"""The canonical text of a JSON-LD object: RDF Dataset Canonicalization (RDFC-1.0), within limits.

Contexts come from the files beside this module and from nowhere else. Two things are refused that a
proof over RDF would let pass: a member that no context knows (nothing of it would be signed), and a
context written into the object itself (which could give a name another meaning).
"""

from functools import cache
from math import factorial
from pathlib import Path
from typing import Any, Final, NoReturn

from pyld import BUNDLED_CONTEXTS
from pyld.canon import URDNA2015
from pyld.documentloader.frozen import FrozenDocumentLoader
from pyld.jsonld import JsonLdError, JsonLdProcessor

_HERE: Final = Path(__file__).parent / "contexts"
_ED25519_2020: Final = "https://w3id.org/security/suites/ed25519-2020/v1"

CONTEXTS: Final = {
    "https://www.w3.org/2018/credentials/v1": _HERE / "credentials-v1.json",
    "https://www.w3.org/ns/credentials/v2": _HERE / "credentials-v2.json",
    "https://w3id.org/openbadges/v2": _HERE / "ob-v2p0.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": _HERE / "ob-v3p0-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": _HERE / "ob-v3p0-extensions.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json": _HERE / "clr-v2p0-2.0.1.json",
    _ED25519_2020: BUNDLED_CONTEXTS[_ED25519_2020],
}
"""Addresses of contexts, and the files that stand for them."""

MAX_MEMBERS: Final = 20_000
"""Members and list items of one object: far more than any credential has."""
MAX_ORDERS: Final = 20_000
"""Orders of nameless things that look alike, which are tried one by one."""

_WORDS: Final = frozenset({"@context", "@id", "@type", "@value", "@language", "@direction"})
_BASE: Final = "https://relative.invalid/"
"""What a relative name is made full with, so that it is recognised."""
_WITH_CONTEXT: Final = "@context"


class NotCanonical(ValueError):
    """The object has no canonical text here; the message is a clause."""


def canonical_text(thing: dict[str, Any]) -> str:
    """Return the canonical N-Quads of a JSON-LD object.

    Raises
    ------
    NotCanonical
        It is no JSON-LD, names a context that is not here, or is over a limit.
    """
    _check(thing)
    options = {"documentLoader": _loader(), "base": _BASE, "processingMode": "json-ld-1.1"}
    try:
        expanded = JsonLdProcessor(on_property_dropped=_dropped).expand(thing, dict(options))
        _check_names(expanded)
        dataset = JsonLdProcessor().to_rdf(expanded, dict(options))
        return str(_Bounded().main(dataset, {"format": "application/n-quads"}))
    except (JsonLdError, RecursionError, KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, NotCanonical):
            raise
        raise NotCanonical("it is no JSON-LD that can be canonicalized") from error


@cache
def _loader() -> FrozenDocumentLoader:
    return FrozenDocumentLoader(documents=dict(CONTEXTS))


def _dropped(_name: object) -> NoReturn:
    raise NotCanonical("a member of it is known to none of its contexts, so that nothing signs it")


def _check(thing: dict[str, Any]) -> None:
    """Refuse other contexts than ours, other keywords than plain ones, and too much of anything."""
    waiting: list[Any] = [thing]
    count = 0
    while waiting:
        item = waiting.pop()
        count += len(item)
        if count > MAX_MEMBERS:
            raise NotCanonical(f"it has more than {MAX_MEMBERS:,} members")
        if isinstance(item, dict):
            _check_keywords(item)
            item = [value for name, value in item.items() if name != _WITH_CONTEXT]
        waiting += [value for value in item if isinstance(value, dict | list)]


def _check_keywords(item: dict[str, Any]) -> None:
    strange = next((name for name in item if name.startswith("@") and name not in _WORDS), None)
    if strange is not None:
        raise NotCanonical(f"it uses {strange[:40]!r}, which no credential needs")
    contexts = item.get(_WITH_CONTEXT, [])
    for context in contexts if isinstance(contexts, list) else [contexts]:
        if not isinstance(context, str):
            raise NotCanonical("it brings a context of its own, which could change what it says")
        if context not in CONTEXTS:
            raise NotCanonical(f"it names the context {context[:200]!r}, which is not known here")


def _check_names(expanded: Any) -> None:  # noqa: ANN401 - any JSON
    """Refuse a relative name: it would be left out of what is signed."""
    waiting = [expanded]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            named = [item.get("@id", ":"), *_listed(item.get("@type", []))]
            if not all(isinstance(name, str) and _is_full(name) for name in named):
                raise NotCanonical("a name in it is not a full address")
            waiting += [value for name, value in item.items() if name != "@type"]


def _is_full(name: str) -> bool:
    return ":" in name and not name.startswith(_BASE)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


class _Bounded(URDNA2015):  # type: ignore[misc] # PyLD has no types
    """The algorithm, given up where somebody made a graph that takes for ever."""

    def __init__(self) -> None:
        super().__init__()
        self._orders = 0

    def create_hash_to_related(self, id_: str, issuer: Any) -> Any:  # noqa: ANN401 - PyLD's own types
        related = super().create_hash_to_related(id_, issuer)
        self._orders += 1 + sum(factorial(min(len(alike), 9)) for alike in related.values())
        if self._orders > MAX_ORDERS:
            raise NotCanonical("too many things in it look alike")
        return related
