import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.importers import documents
from features.importers.documents import as_list, cell, list_cell, open_json
from recommender.errors import ImportRefused


@pytest.fixture
def items(tmp_path):
    """Items of a JSON file with these bytes."""

    def read(content):
        path = tmp_path / "a.json"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with open_json(path) as file:
            return [item for _, item in file.objects()]

    return read


@pytest.mark.parametrize(
    "content",
    [
        '[{"a":1},{"a":2}]',
        '\ufeff [\r\n{"a":1} ,\t{"a":2}\n]\n',
        '{"a":1}\n{"a":2}\n',
        '{"a":1} {"a":2}',
    ],
)
def test_an_array_lines_or_values_one_after_the_other(items, content):
    assert items(content) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("content", ["", " \n", "[]", "[ ]\n", "\ufeff[]"])
def test_nothing_is_no_item(items, content):
    assert items(content) == []


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ('[{"a":1}', "ends before its array does"),
        ('[{"a":1},]', "comma without another item"),
        ('[{"a":1} {"a":2}]', "not followed by a comma"),
        ('[{"a":1}] {}', "goes on after the end"),
        ("[1]", "item 1 is not an object"),
        ('[{"a":1}, [2]]', "item 2 is not an object"),
        ('{"a":1', "item 1 is not JSON"),
        ('{"a":1}}', "item 2 is not an object"),
        ('{"a":NaN}', "holds NaN"),
        ('{"a":-Infinity}', "holds -Infinity"),
        ('{"a":1,"b":{"c":1,"c":2}}', "names 'c' twice"),
        ('{"a":' + "9" * 5000 + "}", "too many digits"),
        ('{"a":' + "[" * 70 + "]" * 70 + "}", "nested more than 64 deep"),
        ('{"a":' * 100_000, "nested more than 64 deep"),
        ("[" * 100_000, "item 1 is not an object"),
        (b'{"a":"caf\xe9"}', "not UTF-8"),
        ('{"a":1}'.encode("utf-16"), "not UTF-8"),
    ],
)
def test_what_is_wrong_is_refused_with_its_rule(items, content, rule):
    with pytest.raises(ImportRefused, match=rule):
        items(content)


def test_depth_up_to_the_limit_is_fine(items):
    assert items('{"a":' + "[" * 63 + "]" * 63 + "}")


def test_a_value_without_end_is_refused_at_the_limit(items, monkeypatch):
    monkeypatch.setattr(documents, "MAX_VALUE", 5_000)
    monkeypatch.setattr(documents, "CHUNK", 100)
    with pytest.raises(ImportRefused, match="more than 5,000 characters, or no end"):
        items('{"a":"' + "x" * 100_000)


@pytest.mark.parametrize(
    ("limit", "content"),
    [("MAX_PARTS", "[" + "{}," * 400 + "{}]"), ("MAX_MEMBERS", "[" + "1," * 400 + "1]")],
)
def test_very_many_parts_are_refused_before_they_are_made(items, monkeypatch, limit, content):
    monkeypatch.setattr(documents, "CHUNK", 50)
    monkeypatch.setattr(documents, limit, 100)
    with pytest.raises(ImportRefused, match="more than 100"):
        items(f'{{"a":{content}}}')


def test_the_position_moves_on(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"a":1}\n' * 10)
    with open_json(path) as file:
        assert file.position == 0
        list(file.objects())
        assert file.position == 80


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


@given(
    values=st.lists(st.dictionaries(st.text(max_size=5), json_values), max_size=8),
    chunk=st.integers(1, 40),
    lines=st.booleans(),
    ascii_only=st.booleans(),
)
def test_every_split_into_chunks_gives_the_same_items(
    tmp_path_factory, values, chunk, lines, ascii_only
):
    path = tmp_path_factory.mktemp("json") / "a.json"
    texts = [json.dumps(value, ensure_ascii=ascii_only) for value in values]
    text = "\n".join(texts) if lines else f"[{', '.join(texts)}]"
    path.write_text(text.encode("utf-8", "replace").decode(), encoding="utf-8")
    before = documents.CHUNK
    documents.CHUNK = chunk
    try:
        with open_json(path) as file:
            assert [item for _, item in file.objects()] == values
    finally:
        documents.CHUNK = before


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" a ", "a"),
        (None, ""),
        (True, "yes"),
        (1.5, "1.5"),
        ([1], ""),
        ({"a": 1}, ""),
        ("a\0b\ud835", "a\ufffdb\ufffd"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_values_as_cells(value, text):
    assert cell(value) == text


def test_lists_as_cells():
    assert list_cell(["a|b", "", "c", "c"]) == "a/b|c"
    assert as_list(None) == []
    assert as_list("a") == ["a"]
    assert as_list(["a"]) == ["a"]
