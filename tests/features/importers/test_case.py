import json

import pytest

from recommender.errors import ImportRefused

STANDARDS = "SELECT framework, code, title, parent FROM standard WHERE known ORDER BY id"
LINKS = (
    "SELECT a.framework, a.code, b.framework, b.code, l.strength FROM crosswalk_link l"
    " JOIN standard a ON a.id = l.from_standard_id JOIN standard b ON b.id = l.to_standard_id"
    " ORDER BY 1, 2, 4"
)


@pytest.fixture
def engine(sqlite_engine):
    return sqlite_engine


def link(identifier):
    return {"title": "any", "identifier": identifier, "uri": f"https://x.example/{identifier}"}


def association(start, kind, end, **more):
    return {
        "identifier": f"{start}-{kind}-{end}",
        "uri": f"https://x.example/{start}-{end}",
        "associationType": kind,
        "originNodeURI": link(start),
        "destinationNodeURI": link(end),
    } | more


def item(identifier, code=None, **more):
    scheme = {} if code is None else {"humanCodingScheme": code}
    return {"identifier": identifier, "fullStatement": f"All of {identifier}"} | scheme | more


@pytest.fixture
def package(folder):
    """Write a CASE package."""

    def make(name, title, items, associations=(), **more):
        document = {"identifier": f"doc-{name}", "title": title, "creator": "A state"}
        content = {
            "CFDocument": document,
            "CFItems": list(items),
            "CFAssociations": list(associations),
        }
        path = folder / f"{name}.json"
        path.write_text(json.dumps(content | more))
        return path

    return make


def test_a_package_is_a_framework_with_its_tree(bring, package, rows):
    package(
        "a",
        "State Rubric",
        [
            item("i3", "1.10"),
            item("i2", "1.2", abbreviatedStatement="Two"),
            item("i1", "1"),
            item("i4"),
        ],
        [
            association("i1", "isChildOf", "doc-a"),
            association("i2", "isChildOf", "i1"),
            association("i3", "isChildOf", "i1"),
            association("i3", "isChildOf", "i4", sequenceNumber=9),
        ],
    )
    done = bring()
    standards, links = done.summary.files
    assert (standards.file, standards.format) == ("a.json (standards)", "CASE 1.0")
    assert (standards.added, links.rows) == (5, 0)
    assert standards.set_aside == {"parents beside the first one of a standard": 1}
    assert rows(STANDARDS) == [
        ("State Rubric", "State Rubric", "State Rubric", ""),
        ("State Rubric", "1", "All of i1", "State Rubric"),
        ("State Rubric", "1.2", "Two", "1"),
        ("State Rubric", "i4", "All of i4", "State Rubric"),
        ("State Rubric", "1.10", "All of i3", "i4"),
    ]
    assert bring().summary.files[0].unchanged == 5


def test_the_sequence_goes_before_the_code(bring, package, rows):
    package(
        "a",
        "R",
        [item("x", "A"), item("y", "B"), item("z", "C", sequenceNumber=0)],
        [
            association("x", "isChildOf", "doc-a", sequenceNumber=2),
            association("y", "isChildOf", "doc-a", sequenceNumber=1),
        ],
    )
    bring()
    assert [row[1] for row in rows(STANDARDS)] == ["R", "C", "B", "A"]


def test_a_code_that_stands_for_two_stands_for_neither(bring, package, rows):
    package("a", "R", [item("x", "A"), item("y", "A"), item("z", "R")])
    bring()
    assert [row[1] for row in rows(STANDARDS)] == ["R", "x", "y", "z"]


def test_associations_between_packages_are_a_crosswalk(bring, package, rows):
    package("hub", "InTASC", [item("h1", "1"), item("h2", "2"), item("h3", "3")])
    package(
        "state",
        "State",
        [item("s1", "A"), item("s2", "B")],
        [
            association("s1", "exactMatchOf", "h1"),
            association("s1", "isRelatedTo", "h2"),
            association("s2", "isPartOf", "h3"),
            association("s1", "isRelatedTo", "s2"),
            association("s1", "precedes", "s2"),
            association("s1", "exactMatchOf", "elsewhere"),
            association("elsewhere", "isChildOf", "doc-state"),
        ],
    )
    done = bring()
    assert rows(LINKS) == [
        ("State", "A", "InTASC", "1", 1.0),
        ("State", "A", "InTASC", "2", 0.4),
        ("State", "B", "InTASC", "3", 0.7),
    ]
    (links,) = [file for file in done.summary.files if file.file == "state.json (crosswalk)"]
    assert sum(links.set_aside.values()) == 4
    assert links.set_aside["associations with something that no package given here holds"] == 2


def test_links_may_be_plain_uris_and_rubrics_are_counted(bring, package, rows):
    child = {"associationType": "isChildOf", "originNodeURI": "https://x.example/i2"}
    package(
        "a",
        "R",
        [{"uri": "https://x.example/i1", "fullStatement": "One"}, item("i2")],
        [child | {"destinationNodeURI": "https://x.example/i1"}],
        CFRubrics=[{"identifier": "r"}],
    )
    done = bring()
    assert done.summary.files[0].format == "CASE 1.1"
    assert done.summary.files[0].set_aside == {"rubrics": 1}
    assert rows(STANDARDS)[2] == ("R", "i2", "All of i2", "i1")


@pytest.mark.parametrize(
    ("items", "associations", "sentence"),
    [
        ([item("a"), item("a")], [], "two CFItems have the same identifier"),
        (
            [item("a"), item("b")],
            [association("a", "isChildOf", "b"), association("b", "isChildOf", "a")],
            "its own ancestor",
        ),
    ],
)
def test_a_package_that_contradicts_itself_is_refused(
    bring, package, items, associations, sentence
):
    package("a", "R", items, associations)
    with pytest.raises(ImportRefused, match=sentence):
        bring()


def test_items_without_an_identifier_are_rejected(bring, package):
    package("a", "R", [item(""), item("", "X"), item("b")])
    done = bring()
    assert done.summary.rejected == 2
    assert "a.json (standards), item 1: the CFItem has no identifier." in done.summary.examples


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"CFItems": []}, "without a CFDocument"),
        ({"CFDocument": {}, "CFItems": []}, "needs a title"),
        ({"CFDocument": {"title": "x" * 201}, "CFItems": []}, "needs a title"),
    ],
)
def test_a_package_without_a_name_is_refused(bring, folder, content, sentence):
    (folder / "a.json").write_text(json.dumps(content))
    with pytest.raises(ImportRefused, match=sentence):
        bring()


def test_two_packages_in_one_file_or_of_one_title_are_refused(bring, package, folder):
    one = package("a", "R", []).read_text()
    (folder / "a.json").write_text(one + one)
    with pytest.raises(ImportRefused, match="holds 2 CASE packages"):
        bring()
    (folder / "a.json").write_text(one)
    package("b", "R", [])
    with pytest.raises(ImportRefused, match="another package has the title 'R' too"):
        bring()


def test_the_published_packages(interop, bring, rows):
    done = bring(*sorted(interop("case").glob("*[!d].json"))[:3], interop("case/utf8-astral.json"))
    assert done.summary.rejected == 0
    assert rows("SELECT title FROM standard WHERE title LIKE 'Item % 1'") == [
        ("Item \U0001d451 1",),
    ]


def test_the_published_package_to_be_ordered(interop, bring, rows):
    bring(interop("case/ordering-act-math.json"))
    codes = [row[1] for row in rows(STANDARDS)]
    assert len(codes) == 29
    assert codes[:4] == [
        "ACT Holistic Framework, Math",
        "H.A.MATH.GM",
        "H.A.MATH.GM.PF",
        "H.A.MATH.GM.PF.2DFP",
    ]
    first = codes.index("H.A.MATH.GM.PF.2DFP.L1.1")
    assert codes[first + 1] == "H.A.MATH.GM.PF.2DFP.L1.2"
    assert codes.index("H.A.MATH.GM.PF.2DFP.L1.10") > codes.index("H.A.MATH.GM.PF.2DFP.L1.9")


def test_the_published_package_with_associations_outside(interop, bring):
    done = bring(interop("case/what-standards-could-be.json"))
    standards, links = done.summary.files
    assert (standards.added, standards.rejected, links.rows) == (17, 0, 0)
    assert links.set_aside == {
        "associations with something that no package given here holds": 18,
        "associations of kinds that say nothing here (precedes, exemplar and others)": 5,
    }


def test_a_spreadsheet_of_items_is_no_package(interop, bring, write):
    write("credentials", "credential_id", "M")
    done = bring(
        interop("case/opensalt-items.csv"), write("records", "teacher_id,credential_id,status,on")
    )
    assert "export the framework as a CASE package" in done.summary.left_alone["opensalt-items.csv"]
