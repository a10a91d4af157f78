import json

import pytest

from features.importers.edfi_scales import record_of

RATINGS = (
    "SELECT t.source_id, s.framework, s.code, e.level, e.scale_min, e.scale_max,"
    " e.rated_on, e.cycle FROM evaluation_rating e JOIN teacher t ON t.id = e.teacher_id"
    " JOIN standard s ON s.id = e.standard_id ORDER BY e.id"
)
WHAT = {
    "educationOrganizationId": 5,
    "evaluationPeriodDescriptor": "uri://ed-fi.org/EvaluationPeriodDescriptor#MOY",
    "performanceEvaluationTitle": "Formal",
    "performanceEvaluationTypeDescriptor": "uri://ed-fi.org/PerformanceEvaluationTypeDescriptor#F",
    "schoolYear": 2025,
    "termDescriptor": "uri://ed-fi.org/TermDescriptor#Fall Semester",
}
EVALUATION = WHAT | {"evaluationTitle": "Observation"}
OBJECTIVE = EVALUATION | {"evaluationObjectiveTitle": "Delivery"}
ELEMENT = OBJECTIVE | {"evaluationElementTitle": "Questioning"}


@pytest.fixture
def engine(sqlite_engine):
    return sqlite_engine


def person(name):
    return {"personId": name, "sourceSystemDescriptor": "uri://ed-fi.org/SourceSystem#State"}


def level(word, low, high):
    named = f"uri://tpdm.ed-fi.org/EvaluationRatingLevelDescriptor#{word}"
    return {"evaluationRatingLevelDescriptor": named, "minRating": low, "maxRating": high}


def element_rating(name, rating=None, word=None, **more):
    on = {"evaluationDate": "2025-10-05T00:00:00Z"}
    record = {
        "id": "x",
        "evaluationElementReference": ELEMENT,
        "evaluationObjectiveRatingReference": OBJECTIVE | person(name) | on,
        "results": [{"rating": rating, "ratingResultTitle": "t"}] if rating is not None else [],
    }
    if word:
        record["evaluationElementRatingLevelDescriptor"] = f"uri://ed-fi.org/X#{word}"
    return record | more


def definition(own, *levels, **more):
    own = {name: value for name, value in own.items() if name not in EVALUATION}
    return own | {"evaluationReference": EVALUATION, "ratingLevels": list(levels)} | more


@pytest.fixture
def api(folder, bring):
    """Import bodies of the ODS API; each resource is a file of its own."""

    def run(*bodies, **options):
        for number, body in enumerate(bodies):
            (folder / f"resource{number}.json").write_text(json.dumps(body))
        return bring(**options)

    return run


ELEMENT_DEFINED = definition(
    {"evaluationElementTitle": "Questioning"},
    level("Ineffective", 1, 1),
    level("Effective", 2, 3),
    level("Highly Effective", 4, 4),
    evaluationObjectiveReference=OBJECTIVE,
)


def test_ratings_stand_on_the_scale_that_is_declared(api, rows):
    done = api(
        [element_rating("T1", 2), element_rating("T2", word="Effective"), element_rating("T3", 5)],
        [ELEMENT_DEFINED],
    )
    counts = done.summary.files[0]
    assert counts.format == "Ed-Fi ODS API JSON"
    assert (counts.added, counts.rejected) == (2, 1)
    assert rows(RATINGS) == [
        (
            *("T1", "Formal", "Questioning", 2.0, 1.0, 4.0),
            *("2025-10-05", "2025 Fall Semester MOY"),
        ),
        (
            *("T2", "Formal", "Questioning", 2.5, 1.0, 4.0),
            *("2025-10-05", "2025 Fall Semester MOY"),
        ),
    ]
    assert done.summary.examples == [
        "resource0.json (evaluations), item 3: level is outside its scale."
    ]
    assert done.summary.files[1].rows == 0


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("Ineffective", 1.0), ("Developing", 2.0), ("Effective", 3.0), ("highly effective", 4.0),
        ("Not Demonstrated", None),
    ],
)  # fmt: skip
def test_usual_words_have_a_scale_of_their_own(api, rows, word, told):
    api([element_rating("T1", 73, word)])
    assert [row[3:6] for row in rows(RATINGS)] == [(told, 1.0, 4.0)]


def test_a_number_without_a_scale_is_rejected_and_not_told(api, folder):
    done = api([element_rating("T1", 7.25)], report=folder / "bad.txt")
    assert done.summary.rejected == 1
    written = (folder / "bad.txt").read_text()
    assert "no range is declared for this rating" in written
    assert "7.25" not in written


def test_objectives_and_the_whole_evaluation(api, rows):
    on = {"evaluationDate": "2025-10-05"}
    objective = {
        "evaluationObjectiveReference": OBJECTIVE,
        "evaluationRatingReference": EVALUATION | person("T1") | on,
        "objectiveRatingLevelDescriptor": "uri://ed-fi.org/X#Effective",
    }
    whole = {
        "performanceEvaluationReference": WHAT,
        "personReference": person("T1"),
        "actualDate": "2025-11-01",
        "reviewers": [{"reviewerPersonReference": person("BOSS")}],
        "results": [{"rating": 3, "ratingResultTitle": "Effective"}],
    }
    other = {
        "evaluationReference": EVALUATION,
        "performanceEvaluationRatingReference": WHAT | person("T1"),
    }
    defined = {name: value for name, value in WHAT.items() if "Reference" not in name}
    done = api(
        [objective, whole, other, {"performanceEvaluationTitle": "x", "odd": 1}, {"odd": 1}],
        [defined | {"ratingLevels": [level("Bad", 0, 0), level("Good", 3, 3)]}],
    )
    assert [row[:7] for row in rows(RATINGS)] == [
        ("T1", "Formal", "Delivery", 3.0, 1.0, 4.0, "2025-10-05"),
        ("T1", "Formal", "Formal", 3.0, 0.0, 3.0, "2025-11-01"),
    ]
    assert rows("SELECT source_id FROM teacher") == [("T1",)]
    assert done.summary.files[0].set_aside == {
        "overall ratings of one evaluation among several (EvaluationRating)": 1,
        "records that are no ratings": 1,
    }


def test_importing_again_changes_nothing(api):
    api([element_rating("T1", 2)], [ELEMENT_DEFINED])
    assert api().summary.files[0].unchanged == 1


XML = """<?xml version="1.0" encoding="UTF-8"?>
<InterchangePerformanceEvaluation xmlns="http://ed-fi.org/6.0.0">
  <EvaluationElementRating>
    <EvaluationObjectiveRatingReference><EvaluationObjectiveRatingIdentity>
      <PersonReference><PersonIdentity><PersonId>T1</PersonId></PersonIdentity></PersonReference>
      <PerformanceEvaluationTitle>Formal</PerformanceEvaluationTitle>
      <EvaluationDate>2025-10-05T00:00:00</EvaluationDate>
      <EvaluationObjectiveTitle>Delivery</EvaluationObjectiveTitle>
    </EvaluationObjectiveRatingIdentity></EvaluationObjectiveRatingReference>
    <EvaluationElementReference><EvaluationElementIdentity>
      <EvaluationElementTitle>Questioning</EvaluationElementTitle>
    </EvaluationElementIdentity></EvaluationElementReference>
    <ElementRatingResult><NumericRating>%s</NumericRating></ElementRatingResult>
  </EvaluationElementRating>
  <EvaluationElement>
    <EvaluationElementTitle>Questioning</EvaluationElementTitle>
    <EvaluationObjectiveTitle>Delivery</EvaluationObjectiveTitle>
    <PerformanceEvaluationTitle>Formal</PerformanceEvaluationTitle>
    <MinRating>0</MinRating><MaxRating>100</MaxRating>
  </EvaluationElement>
</InterchangePerformanceEvaluation>"""


@pytest.mark.parametrize(("number", "kept"), [("73", [(73.0, 0.0, 100.0)]), ("101", [])])
def test_bulk_xml_says_the_line(bring, folder, rows, number, kept):
    (folder / "ratings.xml").write_text(XML % number)
    done = bring()
    assert done.summary.files[0].format == "Ed-Fi bulk XML"
    assert [row[3:6] for row in rows(RATINGS)] == kept
    assert done.summary.examples == (
        [] if kept else ["ratings.xml (evaluations), line 3: level is outside its scale."]
    )


def test_the_kind_of_a_json_record_is_told_by_its_members():
    assert record_of(element_rating("T"), "").kind == "EvaluationElementRating"
    assert record_of(ELEMENT_DEFINED, "").kind == "EvaluationElement"
    assert (
        record_of(definition({"evaluationObjectiveTitle": "x"}), "").kind == "EvaluationObjective"
    )
    assert record_of(WHAT, "").kind == "PerformanceEvaluation"
    assert record_of({"odd": 1}, "").kind == ""


def test_the_published_excerpt(interop, bring, rows):
    done = bring(interop("edfi/PerformanceEvaluation-excerpt.xml"))
    counts = done.summary.files[0]
    assert (counts.rows, counts.rejected) == (10, 4)
    assert counts.set_aside == {
        "overall ratings of one evaluation among several (EvaluationRating)": 2
    }
    assert "level is outside its scale" in done.summary.examples[0]
    found = {row[2:6] for row in rows(RATINGS)}
    assert ("ALIGNMENT AND OBJECTIVES", 58.0, 0.0, 100.0) in found
    assert ("OVERALL", 3.0, 1.0, 4.0) in found


def test_other_published_interchanges_are_left_alone(interop, bring, write):
    write("credentials", "credential_id", "M")
    paths = sorted(interop("edfi").glob("tpdm-*.xml"))
    done = bring(write("records", "teacher_id,credential_id,status,on"), *paths)
    assert len(done.summary.left_alone) == len(paths) > 0
