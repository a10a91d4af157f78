import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.importers.ctdl_terms import Graph, duration_hours, text

CONTEXT = "https://credreg.net/ctdl/schema/context/json"
CREDENTIALS = (
    "SELECT source_id, title, issuer, hours, cost_usd, stack, prerequisites, kind FROM credential"
    " WHERE known ORDER BY id"
)


@pytest.fixture
def engine(sqlite_engine):
    return sqlite_engine


def ctid(number):
    return f"ce-00000000-0000-0000-0000-{number:012d}"


def at(number):
    return f"https://registry.example/resources/{ctid(number)}"


def credential(number, kind="MicroCredential", **terms):
    return {
        "@type": f"ceterms:{kind}",
        "@id": at(number),
        "ceterms:ctid": ctid(number),
        "ceterms:name": {"en-US": f"Name {number}"},
    } | {f"ceterms:{name}": value for name, value in terms.items()}


def graph(*nodes):
    return {"@context": CONTEXT, "@id": "https://registry.example/graph/x", "@graph": list(nodes)}


@pytest.fixture
def catalog(folder, bring):
    """Import documents; each is a file of its own."""

    def run(*documents, **options):
        for number, document in enumerate(documents):
            content = document if isinstance(document, str) else json.dumps(document)
            (folder / f"catalog{number}.json").write_text(content, encoding="utf-8")
        return bring(**options)

    return run


def test_a_micro_credential_with_everything(catalog, rows):
    competency = {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:frameworkName": {"en": "InTASC"},
        "ceterms:codedNotation": "8(a)",
        "ceterms:targetNodeName": {"en": "Questioning"},
    }
    done = catalog(
        graph(
            credential(
                1,
                description={"es": "Hola", "en": "Hello"},
                ownedBy=["_:b1"],
                subjectWebpage="https://x.example/1",
                estimatedDuration=[
                    {"ceterms:minimumDuration": "PT8H", "ceterms:maximumDuration": "PT12H30M"}
                ],
                estimatedCost=[
                    {
                        "ceterms:currency": "USD",
                        "ceterms:price": 30,
                        "ceterms:directCostType": "_:b9",
                    },
                    {"ceterms:currency": "USD", "ceterms:price": "25.50"},
                ],
                requires=[
                    {"ceterms:targetCredential": [at(2), {"@id": at(1)}, "_:nowhere"]},
                    {"ceterms:targetAssessment": ["_:b2"], "ceterms:targetCompetency": competency},
                ],
                teaches=[competency | {"ceterms:weight": 0.5, "ceterms:codedNotation": "3"}],
                isPartOf=[at(3)],
                accreditedBy=["_:b1", at(77)],
            ),
            {
                "@id": "_:b1",
                "@type": "ceterms:QACredentialOrganization",
                "ceterms:name": {"en": "Some Body"},
            },
            {
                "@id": "_:b2",
                "@type": "ceterms:AssessmentProfile",
                "ceterms:assesses": [
                    competency | {"ceterms:codedNotation": "5"},
                    "https://x.example/c",
                ],
            },
        ),
        graph(credential(3, "Certificate", hasPart=[at(2)])),
        graph(credential(2, "DigitalBadge")),
    )
    assert {file.format for file in done.summary.files} == {"CTDL JSON-LD"}
    assert rows(CREDENTIALS) == [
        (ctid(1), "Name 1", "Some Body", 10.25, 55.5, "Name 3", ctid(2), "micro_credential"),
        (ctid(3), "Name 3", "", None, None, "", "", "certificate"),
        (ctid(2), "Name 2", "", None, None, "Name 3", "", "micro_credential"),
    ]
    assert rows("SELECT description FROM credential LIMIT 1") == [("Hello",)]
    assert rows(
        "SELECT s.framework, s.code, a.strength FROM alignment a"
        " JOIN standard s ON s.id = a.standard_id ORDER BY s.code"
    ) == [("InTASC", "3", 0.5), ("InTASC", "5", 1.0), ("InTASC", "8(a)", 1.0)]
    assert rows("SELECT component, met, reviewer FROM quality_review") == [
        ("accreditation", "met", f"Some Body; {ctid(77)}")
    ]
    asides = {}
    for file in done.summary.files:
        asides |= file.set_aside
    assert asides == {
        "resources that are no micro-credential, badge or certificate": 2,
        "competencies without a framework's name and a code or name of their own": 1,
    }
    assert sum(file.unchanged for file in catalog().summary.files) == 7


@pytest.mark.parametrize(
    ("currency", "cost"),
    [("USD", 5.0), ("US Dollar", 5.0), ("EUR", None), ("", None)],
)
def test_a_cost_counts_only_in_dollars(catalog, rows, currency, cost):
    prices = [
        {"ceterms:currency": currency, "ceterms:price": 5},
        {"ceterms:currency": currency, "ceterms:price": 9},
        {"ceterms:currency": "EUR"},
    ]
    catalog(graph(credential(1, estimatedCost=prices)))
    assert rows("SELECT cost_usd FROM credential") == [(cost,)]


@pytest.mark.parametrize(
    ("duration", "length"),
    [
        ("PT10H", 10.0), ("PT90M", 1.5), ("PT1H30M", 1.5), ("PT0.5H", 0.5), ("PT36S", 0.01),
        ("P1D", None), ("P2Y", None), ("P8W", None), ("P0DT2H", 2.0), ("P", None), ("PT", None),
        ("", None), ("10", None), ("PT-1H", None),
    ],
)  # fmt: skip
def test_durations(duration, length):
    assert duration_hours(duration) == length


@given(st.integers(0, 999), st.integers(0, 59))
def test_hours_and_minutes_add_up(whole, minutes):
    assert duration_hours(f"PT{whole}H{minutes}M") == pytest.approx(whole + minutes / 60)


def test_durations_in_days_are_unknown_and_counted(catalog, rows):
    done = catalog(graph(credential(1, estimatedDuration=[{"ceterms:exactDuration": "P9M"}])))
    assert rows("SELECT hours FROM credential") == [(None,)]
    assert "durations in days or longer" in next(iter(done.summary.files[0].set_aside))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("plain", "plain"),
        (["a", "b"], "a; b"),
        ({"es": "uno", "en-GB": "one"}, "one"),
        ({"en-US": "us", "en": "en"}, "en"),
        ({"ar": ["x", "y"]}, "x; y"),
        ([{"@value": "uno", "@language": "es"}, {"@value": "one", "@language": "en"}], "one"),
        ([{"@value": "uno"}], "uno"),
        (None, ""),
        ({}, ""),
        ([[1], {"en": {"en": 1}}], ""),
    ],
)
def test_texts_in_several_languages(value, said):
    assert text({"ceterms:name": value}, "name") == said


def test_what_is_no_longer_awarded_is_retired(catalog, rows):
    ceased = {"ceterms:targetNode": "credentialStat:Ceased"}
    catalog(
        graph(credential(1, credentialStatusType=ceased, dateEffective="2020-05-01T00:00:00")),
        graph(credential(2, credentialStatusType=ceased)),
        graph(credential(3, expirationDate="2031-01-01", dateEffective="2020-05-01")),
    )
    assert rows("SELECT valid_from, retired_on FROM credential ORDER BY source_id") == [
        ("2020-05-01", "2020-05-01"),
        ("0001-01-01", "1900-01-01"),
        ("2020-05-01", "2031-01-01"),
    ]


def test_envelopes_plain_records_arrays_lines_and_a_mark(catalog, rows):
    envelope = {"envelope_id": "x", "envelope_ceterms_ctid": ctid(1), "resource": "ey.a.b"}
    plain = {"@context": CONTEXT, "@type": ["ceterms:Badge"], "ctid": ctid(4), "name": "Four"}
    done = catalog(
        "\ufeff" + json.dumps(envelope | {"decoded_resource": graph(credential(1))}),
        [credential(2), credential(3)],
        json.dumps(plain) + "\n" + json.dumps(credential(5)) + "\n",
        envelope,
    )
    assert [row[:2] for row in rows(CREDENTIALS)] == [
        (ctid(1), "Name 1"), (ctid(2), "Name 2"), (ctid(3), "Name 3"), (ctid(4), "Four"),
        (ctid(5), "Name 5"),
    ]  # fmt: skip
    asides = [file.set_aside for file in done.summary.files if file.set_aside]
    assert asides == [{"envelopes whose resource is only there in its signed form": 1}]


def test_blank_credentials_and_references_in_circles_do_no_harm(catalog):
    blank = {"@id": "_:b", "@type": "ceterms:Badge", "ceterms:requires": ["_:b", {"@id": "_:b"}]}
    done = catalog(
        graph(blank | {"ceterms:teaches": ["_:b"]}, "text", credential(1, requires=["_:b"]))
    )
    assert done.summary.files[0].set_aside == {"credentials without a CTID": 1}
    assert done.summary.files[0].added == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["@id", "@value", "en", "ceterms:name", "x"]), inner)
    ),
    max_leaves=8,
)


@given(json_values)
def test_no_shape_of_a_value_is_too_much(value):
    node = {"ceterms:name": value}
    assert isinstance(text(node, "name"), str)
    assert all(isinstance(key, str) for key in Graph((node,)).keys(node, "name"))


def test_the_published_records(interop, bring, rows):
    done = bring(interop("ctdl"))
    assert rows(CREDENTIALS + " LIMIT 2")[0][3:] == (None, None, "", "", "certificate")
    titles = {row[1]: row for row in rows(CREDENTIALS)}
    assert sorted(titles) == [
        "21st Century Skills for Workplace Success",
        "A+/MCP Certification Training",
        "Certified Occupational Therapy Assistant (COTA®)",
        "My Certification Name",
    ]
    assert titles["My Certification Name"][4] == 13099.0
    assert done.summary.rejected == 0
    assert done.summary.left_alone == {
        "competency-framework-asn.json": (
            "a CTDL-ASN competency framework; give its CASE package or standards.csv instead"
        )
    }
    (reviewers,) = rows("SELECT reviewer FROM quality_review WHERE component = 'recognition'")
    assert reviewers[0].startswith("Asia Society; Association for Career and Technical Education")
    assert reviewers[0].count("; ") == 3
