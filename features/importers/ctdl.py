"""CTDL JSON-LD: catalogs of micro-credentials, badges and certificates.

Read are graphs (`@graph`), the Credential Registry's envelopes, plain records as before 2018, and
arrays or lines of any of them. `ctdl_terms` knows the shapes; this module says what becomes what.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from features.importers.catalog_contracts import ALIGNMENTS, CREDENTIALS, QUALITY
from features.importers.contracts import Contract
from features.importers.ctdl_terms import (
    Graph,
    Node,
    cost_usd,
    graphs,
    hours,
    key_of,
    nodes_in,
    text,
    type_of,
    values,
)
from features.importers.documents import cell, list_cell, open_json
from features.importers.sources import (
    Asides,
    Converted,
    Lookups,
    RawRow,
    Sample,
    Setting,
    Source,
    Taken,
)

KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("MicroCredential", "Badge", "DigitalBadge", "OpenBadge"), "micro_credential"),
    **dict.fromkeys(
        (
            *("Certificate", "CertificateOfCompletion", "CertificateOfParticipation"),
            *("AcademicCertificate", "ProfessionalCertificate", "TechnicalCertificate"),
        ),
        "certificate",
    ),
    "Certification": "certification",
}
"""Credential types that are taken, and the kind that each is to us."""

CREDENTIAL_HEADER: Final = (
    *("credential_id", "title", "issuer", "description", "hours", "cost_usd", "stack"),
    *("prerequisites", "url", "valid_from", "retired_on", "kind"),
)
ALIGNMENT_HEADER: Final = ("credential_id", "framework", "standard_code", "strength")
QUALITY_HEADER: Final = ("credential_id", "component", "met", "reviewer")

STATEMENTS: Final = {
    "accreditedBy": "accreditation",
    "approvedBy": "approval",
    "recognizedBy": "recognition",
    "regulatedBy": "regulation",
}
"""Statements of quality assurance, and the component that each is to us."""

OVER: Final = ("Ceased", "Deprecated", "Suspended", "Superseded")
"""Ends of a status with which a credential is no longer awarded."""

LONG_AGO: Final = "1900-01-01"

NO_KIND: Final = "resources that are no micro-credential, badge or certificate"
NO_CTID: Final = "credentials without a CTID"
NO_CODE: Final = "competencies without a framework's name and a code or name of their own"
_DAY: Final = 10


@dataclass
class Catalog:
    """What resources say of each other, over all files of an import."""

    names: dict[str, str] = field(default_factory=dict)
    wholes: dict[str, str] = field(default_factory=dict)
    """Part to the first whole that it is part of."""

    def add(self, graph: Graph) -> None:
        """Take up names, and what is part of what."""
        for node in graph.nodes:
            own = key_of(node)
            if own:
                self.names[own] = text(node, "name")
            for term in ("hasPart", "hasMember"):
                for part in graph.keys(node, term):
                    self.wholes.setdefault(part, own)
            for whole in graph.keys(node, "isPartOf"):
                self.wholes.setdefault(own, whole)

    def stack_of(self, key: str) -> str:
        """Return the name of what a credential is part of, or its id where no name is known."""
        whole = self.wholes.get(key, "")
        return self.names.get(whole) or whole

    def who(self, graph: Graph, node: Node, term: str) -> list[str]:
        """Return the names of organisations, or their ids where no name is known."""
        found = []
        for value in values(node, term):
            inside = graph.node(value)
            key = graph.key(value)
            found.append((text(inside, "name") if inside else "") or self.names.get(key) or key)
        return [name for name in dict.fromkeys(found) if name]


class Ctdl:
    """The Credential Transparency Description Language."""

    name = "CTDL"

    def recognise(self, sample: Sample) -> float:
        """Return how sure it is, by the context and the terms."""
        names = sample.json_names
        if not names or b"ctdlasn/schema" in sample.head:
            return 0.0
        if "envelope_ceterms_ctid" in names:
            return 0.95
        signs = any(name.startswith("ceterms:") for name in names)
        return 0.9 if signs or b"credreg.net/ctdl/" in sample.head else 0.0

    def sources(self, samples: Sequence[Sample], _setting: Setting) -> Taken:
        """Return credentials, alignments and statements of quality of each file."""
        catalog = Catalog()
        for sample in samples:
            for graph in _graphs(sample.path, Asides()):
                catalog.add(graph)
        made: tuple[tuple[Contract, Sequence[str], Rows], ...] = (
            (CREDENTIALS, CREDENTIAL_HEADER, _credential),
            (ALIGNMENTS, ALIGNMENT_HEADER, _alignments),
            (QUALITY, QUALITY_HEADER, _quality),
        )
        return Taken(
            tuple(
                Source(
                    sample.path,
                    contract,
                    "CTDL JSON-LD",
                    partial(_opened, sample.path, contract, header, partial(rows, catalog)),
                )
                for sample in samples
                for contract, header, rows in made
            )
        )


Rows = Callable[[Catalog, Graph, Node, Asides], Iterator[tuple[str, ...]]]


def _graphs(path: Path, asides: Asides) -> Iterator[Graph]:
    with open_json(path) as file:
        for _, item in file.objects():
            yield from graphs(item, asides)


@contextmanager
def _opened(
    path: Path,
    contract: Contract,
    header: Sequence[str],
    rows: Callable[[Graph, Node, Asides], Iterator[tuple[str, ...]]],
    _lookups: Lookups,
) -> Iterator[Converted]:
    asides = Asides()
    own = asides if contract is CREDENTIALS else Asides()
    """What is no credential is told once, with the credentials."""

    def made() -> Iterator[RawRow]:
        number = 0
        for graph in _graphs(path, own):
            for node in graph.nodes:
                number += 1
                if type_of(node, KINDS) == "":
                    own.add(NO_KIND)
                elif not key_of(node):
                    own.add(NO_CTID)
                else:
                    for cells in rows(graph, node, asides):
                        yield RawRow(number, cells, "")

    yield Converted(f"{path.name} ({contract.name})", header, made(), set_aside=asides)


def _credential(
    catalog: Catalog, graph: Graph, node: Node, asides: Asides
) -> Iterator[tuple[str, ...]]:
    own = key_of(node)
    issuers = catalog.who(graph, node, "ownedBy") or catalog.who(graph, node, "offeredBy")
    wanted = [
        key
        for profile in nodes_in(graph, node, "requires")
        for key in graph.keys(profile, "targetCredential")
        if key != own
    ]
    starts, ends = (cell_of(node, term)[:_DAY] for term in ("dateEffective", "expirationDate"))
    status = [cell_of(item, "targetNode") for item in nodes_in(graph, node, "credentialStatusType")]
    if not ends and any(word.endswith(OVER) for word in status):
        ends = starts or LONG_AGO
    yield (
        *(own, text(node, "name"), "; ".join(issuers), text(node, "description")),
        *(hours(graph, node, asides), cost_usd(graph, node, asides), catalog.stack_of(own)),
        *(list_cell(wanted), cell_of(node, "subjectWebpage"), starts, ends),
        KINDS[type_of(node, KINDS)],
    )


def cell_of(node: Node, term: str) -> str:
    """Return the first plain value of a term."""
    return next((found for value in values(node, term) if (found := cell(value))), "")


def _alignments(
    _catalog: Catalog, graph: Graph, node: Node, asides: Asides
) -> Iterator[tuple[str, ...]]:
    found: dict[tuple[str, str], float] = {}
    for competency in _competencies(graph, node, asides):
        framework = text(competency, "frameworkName") or cell_of(competency, "framework")
        code = cell_of(competency, "codedNotation") or text(competency, "targetNodeName")
        if not framework or not code:
            asides.add(NO_CODE)
            continue
        weight = next(iter(values(competency, "weight")), 1.0)
        usable = isinstance(weight, (int, float)) and 0 < weight <= 1
        strength = float(weight) if usable else 1.0
        found[framework, code] = max(strength, found.get((framework, code), 0.0))
    for (framework, code), strength in found.items():
        yield key_of(node), framework, code, repr(strength)


def _competencies(graph: Graph, node: Node, asides: Asides) -> Iterator[Node]:
    """Yield what a credential teaches or assesses, itself or by what it requires."""
    holders = [node]
    for profile in nodes_in(graph, node, "requires"):
        holders.append(profile)
        for term in ("targetLearningOpportunity", "targetAssessment"):
            holders += nodes_in(graph, profile, term)
    for holder in holders:
        for term in ("teaches", "assesses", "targetCompetency"):
            for value in values(holder, term):
                inside = graph.node(value)
                if inside is None:
                    asides.add(NO_CODE)
                else:
                    yield inside


def _quality(
    catalog: Catalog, graph: Graph, node: Node, _asides: Asides
) -> Iterator[tuple[str, ...]]:
    for term, component in STATEMENTS.items():
        reviewers = catalog.who(graph, node, term)
        if reviewers:
            yield key_of(node), component, "yes", "; ".join(reviewers)
