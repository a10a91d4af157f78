"""Ed-Fi evaluation ratings, from the ODS API's JSON and from bulk XML.

Each rating repeats the whole natural key of what it rates, in both forms under the same names; so
a record is read by the names in it, wherever in it they stand. `edfi_scales` gives a rating its
level and scale.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

from features.importers.documents import JsonFile, open_json
from features.importers.edfi_scales import Record, Scales, record_of
from features.importers.markup import XmlFile, open_xml
from features.importers.people_contracts import EVALUATIONS
from features.importers.sources import (
    ITEM,
    LINE,
    Asides,
    Converted,
    Lookups,
    RawRow,
    Sample,
    Setting,
    Source,
    Taken,
)

HEADER: Final = (
    *("teacher_id", "framework", "standard_code", "level", "scale_min", "scale_max"),
    *("rated_on", "cycle"),
)

CODES: Final = {
    "EvaluationElementRating": "evaluationelementtitle",
    "EvaluationObjectiveRating": "evaluationobjectivetitle",
    "PerformanceEvaluationRating": "",
}
"""Ratings that are taken, and where the code of what they rate stands; empty for the root."""

OTHERS: Final = {
    "EvaluationRating": "overall ratings of one evaluation among several (EvaluationRating)",
}
DEFINITIONS: Final = frozenset(
    {"PerformanceEvaluation", "Evaluation", "EvaluationObjective", "EvaluationElement"}
)
UNUSED: Final = "records that are no ratings"

_JSON_SIGNS: Final = frozenset(
    {"performanceEvaluationReference", "performanceEvaluationTitle", "evaluationElementReference"}
    | {"evaluationObjectiveReference", "performanceEvaluationRatingReference"}
)
_XML_SIGN: Final = re.compile(
    rb"<(?:\w+:)?(?:InterchangePerformanceEvaluation|"
    + "|".join((*CODES, *OTHERS)).encode()
    + rb")[\s/>]"
)
_DAY: Final = 10


class EdFi:
    """Ed-Fi evaluation ratings, Data Standard 3.3 with TPDM up to 6.0."""

    name = "Ed-Fi"

    def recognise(self, sample: Sample) -> float:
        """Return how sure it is, by the names of elements or members."""
        if sample.head.startswith(b"<"):
            return 0.95 if _XML_SIGN.search(sample.head) else 0.0
        return 0.9 if _JSON_SIGNS & sample.json_names else 0.0

    def sources(self, samples: Sequence[Sample], _setting: Setting) -> Taken:
        """Return the ratings of each file, read by the ranges that any of them declares."""
        scales = Scales()
        for sample in samples:
            with _opened(sample) as file:
                for _, record in _records(file):
                    if record.kind in DEFINITIONS:
                        scales.add(record)
        return Taken(
            tuple(
                Source(sample.path, EVALUATIONS, _form(sample), partial(_ratings, sample, scales))
                for sample in samples
            )
        )


def _form(sample: Sample) -> str:
    return "Ed-Fi bulk XML" if _is_xml(sample) else "Ed-Fi ODS API JSON"


def _is_xml(sample: Sample) -> bool:
    return sample.head.startswith(b"<")


@contextmanager
def _opened(sample: Sample) -> Iterator[XmlFile | JsonFile]:
    opener = open_xml if _is_xml(sample) else open_json
    with opener(sample.path) as file:
        yield file


def _records(file: XmlFile | JsonFile) -> Iterator[tuple[int, Record]]:
    """Yield each record and its line or number, from either form."""
    if isinstance(file, XmlFile):
        for line, name, element in file.records():
            yield line, record_of(element, name)
    else:
        for number, item in file.objects():
            yield number, record_of(item, "")


@contextmanager
def _ratings(sample: Sample, scales: Scales, _lookups: Lookups) -> Iterator[Converted]:
    asides = Asides()
    unit = LINE if _is_xml(sample) else ITEM
    with _opened(sample) as file:
        yield Converted(
            f"{sample.path.name} (evaluations)",
            HEADER,
            _rows(file, scales, asides),
            unit,
            asides,
            lambda: file.position,
        )


def _rows(file: XmlFile | JsonFile, scales: Scales, asides: Asides) -> Iterator[RawRow]:
    for place, record in _records(file):
        if record.kind in CODES:
            yield _rating(place, record, scales)
        elif record.kind not in DEFINITIONS:
            asides.add(OTHERS.get(record.kind, UNUSED))


def _rating(place: int, record: Record, scales: Scales) -> RawRow:
    said = record.flat.get
    level = scales.level_of(record)
    if level is None:
        rule = "no range is declared for this rating, and its level is none of the usual words"
        return RawRow(place, (), rule)
    cycle = [code(said(name, "")) for name in ("schoolyear", "term", "evaluationperiod")]
    return RawRow(
        place,
        (
            said("personid", "") or said("staffuniqueid", ""),
            said("performanceevaluationtitle", ""),
            said(CODES[record.kind], ""),
            *level,
            (said("actualdate", "") or said("evaluationdate", ""))[:_DAY],
            " ".join(part for part in cycle if part),
        ),
        "",
    )


def code(descriptor: str) -> str:
    """Return the code value of a descriptor ('uri://ed-fi.org/TermDescriptor#Fall' is 'Fall')."""
    return descriptor.rpartition("#")[2]
