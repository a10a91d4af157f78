"""The catalog as it is published: texts, what is left out, and the alignments that are stated."""

from typing import Final

import numpy as np

from features.demo.catalog import ISSUERS, KINDS, DemoCatalog
from features.demo.frameworks import FRAMEWORKS, load_frameworks
from features.demo.quality_tables import RESULTS
from features.demo.topics import topics
from features.demo.writer import Days, Labels, Table, Texts, numbers

_FAR: Final = 100_000
"""A day too far ahead to be announced."""

_EVIDENCE: Final = (
    "two samples of student work and a short reflection",
    "a lesson plan, a five-minute video and written analysis",
    "an annotated plan and examples of its use",
    "before-and-after evidence from one class and a reflection",
    "a portfolio of three artifacts with commentary",
)
_EVIDENCE_WITHOUT_STUDENTS: Final = (
    "a written case analysis and a plan of action",
    "a planning document with commentary",
    "a portfolio of three artifacts with commentary",
    "a short presentation and a reflection",
)
_FORMATS: Final = ("online", "blended", "in_person", "")


def credentials_table(rng: np.random.Generator, catalog: DemoCatalog) -> Table:
    """Return `credentials.csv`; about a third of the optional cells are left empty."""
    m = len(catalog)
    blank = np.float32(np.nan)
    turnaround = np.array([item.turnaround for item in ISSUERS], dtype=np.float32)[catalog.issuer]
    return {
        "credential_id": Texts(catalog.ids),
        "title": Texts(catalog.titles),
        "issuer": Labels([item.name for item in ISSUERS], catalog.issuer),
        "competency": Texts(_competencies(catalog)),
        "description": Texts(_descriptions(rng, catalog)),
        "hours": numbers(np.where(catalog.tells_hours, catalog.hours, blank)),
        "cost_usd": numbers(np.where(catalog.tells_cost, catalog.cost, blank)),
        "grade_bands": _lists(catalog, "bands"),
        "subjects": _lists(catalog, "subjects"),
        "stack": Labels([*catalog.stacks.names, ""], catalog.stacks.stack),
        "prerequisites": Labels([*catalog.ids, ""], catalog.stacks.required),
        "url": Texts([f"https://catalog.example.org/{name.lower()}" for name in catalog.ids]),
        "qa_status": Labels(RESULTS, catalog.quality),
        "valid_from": Days(np.where(rng.random(m) < 0.9, catalog.valid_from, -1)),
        "retired_on": Days(np.where(catalog.retired_on < _FAR, catalog.retired_on, -1)),
        "format": Labels(_FORMATS, rng.choice(4, m, p=[0.5, 0.15, 0.1, 0.25])),
        "needs_students": _needs_students(rng, catalog),
        "fee_usd": numbers(np.where(catalog.tells_cost & (rng.random(m) < 0.4), 0.0, blank)),
        "turnaround_days": numbers(np.where(rng.random(m) < 0.7, turnaround, blank)),
        "serves": Texts([context.serves for context in catalog.contexts]),
        "kind": Labels(KINDS, catalog.kind),
    }


def _lists(catalog: DemoCatalog, name: str) -> Texts:
    return Texts(
        [
            "|".join(getattr(context, name)) if tells else ""
            for context, tells in zip(catalog.contexts, catalog.tells_setting, strict=True)
        ]
    )


def _needs_students(rng: np.random.Generator, catalog: DemoCatalog) -> Labels:
    needs = np.array([topics()[skill.topic].needs_students for skill in catalog.skills])
    return Labels(["false", "true", ""], np.where(rng.random(len(catalog)) < 0.65, needs * 1, -1))


def _competencies(catalog: DemoCatalog) -> list[str]:
    return [
        f"The educator {skill.does}."
        + (f" The evidence is from work {context.label}." if context.label else "")
        for skill, context in zip(catalog.skills, catalog.contexts, strict=True)
    ]


def _spoken(title: str) -> str:
    """Return a title as it stands within a sentence."""
    return title if title.startswith("English") else title[0].lower() + title[1:]


def _descriptions(rng: np.random.Generator, catalog: DemoCatalog) -> list[str]:
    """Say what it builds in the words of its standards, and what is handed in."""
    frameworks = load_frameworks()
    titles = [row.title for row in frameworks.rows]
    leaves = frameworks.leaves[rng.integers(len(FRAMEWORKS), size=len(catalog))]
    evidence = rng.random(len(catalog))
    found = []
    for place, skill in enumerate(catalog.skills):
        own = leaves[place][leaves[place] >= 0]
        leaf = own[catalog.develops[place, own].argmax()]
        hub = frameworks.hub[catalog.develops[place, frameworks.hub].argmax()]
        topic = topics()[skill.topic]
        choices = _EVIDENCE if topic.needs_students else _EVIDENCE_WITHOUT_STUDENTS
        found.append(
            f"For teachers who want to grow in {_spoken(topic.name)}. "
            f"Standards: {'; '.join(dict.fromkeys(_spoken(titles[row]) for row in (leaf, hub)))}. "
            f"Earners submit {choices[int(evidence[place] * len(choices))]}."
        )
    return found


def alignments_table(catalog: DemoCatalog) -> Table:
    """Return `alignments.csv`."""
    rows = load_frameworks().rows
    stated = catalog.stated
    credential, standard = np.nonzero(stated)
    return {
        "credential_id": Labels(catalog.ids, credential),
        "framework": Labels([row.framework for row in rows], standard),
        "standard_code": Labels([row.code for row in rows], standard),
        "strength": numbers(stated[credential, standard]),
    }
