import pytest

from features.importers import markup
from features.importers.markup import open_xml
from recommender.errors import ImportRefused

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{("&a;" if n == 0 else f"&a{n - 1};") * 10}">' for n in range(9))
    + "]><r><x>&a8;</x></r>"
)


@pytest.fixture
def records(tmp_path):
    """Records of an XML file with these bytes."""

    def read(content):
        path = tmp_path / "a.xml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with open_xml(path) as file:
            return list(file.records())

    return read


def test_children_of_the_root_are_records(records):
    content = (
        '<?xml version="1.0"?>\n<r xmlns="urn:x" xmlns:y="urn:y">\n <a n="1"><b> 1 </b><b>2</b>'
        "<y:c><d/></y:c></a>\n text <a/>\n</r>"
    )
    assert records(content) == [
        (3, "a", {"b": ["1", "2"], "c": {"d": ""}}),
        (4, "a", {}),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings_that_are_declared(records, encoding):
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    content = f'<?xml version="1.0" encoding="{declared}"?><r><a><b>café</b></a></r>'
    assert records(content.encode(encoding)) == [(1, "a", {"b": "café"})]


def test_every_split_into_chunks_gives_the_same_records(records, monkeypatch):
    content = (
        "<r>" + "".join(f"<a><b>é{n} &amp; <![CDATA[<x>]]></b></a>" for n in range(20)) + "</r>"
    )
    whole = records(content)
    assert whole[3] == (1, "a", {"b": "é3 & <x>"})
    for size in (1, 2, 3, 7, 50):
        monkeypatch.setattr(markup, "CHUNK", size)
        assert records(content) == whole


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (LAUGHS, "document type .DOCTYPE. is not taken"),
        ('<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', "DOCTYPE"),
        ("<r><a>&undefined;</a></r>", "undefined entity"),
        ("<r><a>", "no element found"),
        ("<r><a></r>", "line 1: is not well-formed: mismatched tag"),
        ("", "no element found"),
        ("<r/><r/>", "junk after document element"),
        (b'<?xml version="1.0" encoding="utf-8"?><r><a>caf\xe9</a></r>', "not well-formed"),
        (b'<?xml version="1.0" encoding="x-odd"?><r/>', "its encoding is not known"),
        ("<r>" + "<a>" * 100 + "</a>" * 100 + "</r>", "nested more than 64 deep"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(records, content, rule):
    with pytest.raises(ImportRefused, match=rule):
        records(content)


@pytest.mark.parametrize(
    ("limit", "content", "rule"),
    [
        ("MAX_TAG", "<r><a x='" + "y" * 900, "one mark has more than 100 bytes"),
        ("MAX_TAG", "<r><!-- " + "y" * 900, "one mark has more than 100 bytes"),
        ("MAX_RECORD", "<r><a><b>" + "y" * 900, "more than 100 characters"),
        ("MAX_ELEMENTS", "<r><a>" + "<b/>" * 900, "more than 100 elements"),
    ],
)
def test_what_has_no_end_is_refused_at_the_limit(records, monkeypatch, limit, content, rule):
    monkeypatch.setattr(markup, "CHUNK", 50)
    monkeypatch.setattr(markup, limit, 100)
    with pytest.raises(ImportRefused, match=rule):
        records(content)
