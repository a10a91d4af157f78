"""Anything that the description allows, and much that it does not: never a fault of ours.

Every address and parameter comes from OpenAPI itself, so a new route is tried without a word here.
"""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serving.app import create_app
from tests.serving.house import Client

TEXTS = st.sampled_from(
    [
        *("ada", "cole", "c2", "F:2", "F", "1", "own", "", " ", ".", "..", "a/b", "🙂", "é"),
        *("%", "'", '"', "\x00", "\n", "\u202e", "x" * 201, "W10", "WyJhIiwiYiJd", "-1", "1e400"),
        *("nan", "null", "true", "18446744073709551616", "9" * 5000),
    ]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
WHO = st.sampled_from([None, "ada", "zoe", "cole", "staff", "admin"])


@pytest.fixture(scope="module")
def shared(trained, tmp_path_factory):
    house = trained.copy_to(tmp_path_factory.mktemp("fuzz"))
    chosen = house.settings.model_copy(update={"requests_per_minute": 0})
    client = Client(create_app(chosen, house.engine), house)
    client.schema = client.get("/openapi.json").json()
    tokens = {who: house.token(who) for who in ("ada", "zoe", "cole", "staff", "admin")}
    client.headers = {who: {"Authorization": f"Bearer {token}"} for who, token in tokens.items()}
    yield client
    house.engine.dispose()


def operations(schema):
    return [
        (path, method, operation)
        for path, methods in sorted(schema["paths"].items())
        for method, operation in sorted(methods.items())
    ]


def resolve(schema, node):
    while "$ref" in node:
        node = schema["components"]["schemas"][node["$ref"].rpartition("/")[2]]
    return node


def values(schema, node):
    """Values that a schema allows, by its properties, or anything."""
    node = resolve(schema, node)
    if "anyOf" in node:
        return st.one_of(*(values(schema, part) for part in node["anyOf"]))
    if "enum" in node:
        return st.sampled_from(node["enum"])
    kind = node.get("type")
    if kind == "object" and "properties" in node:
        parts = {name: values(schema, part) for name, part in node["properties"].items()}
        required = node.get("required", [])
        return st.fixed_dictionaries(
            {name: parts[name] for name in required},
            optional={name: part for name, part in parts.items() if name not in required},
        )
    if kind == "array":
        return st.lists(values(schema, node["items"]), max_size=4)
    kinds = {
        "integer": st.integers(-2, 300),
        "number": st.floats(-1e6, 1e6),
        "boolean": st.booleans(),
        "null": st.none(),
        "string": TEXTS,
    }
    return kinds.get(kind, JSON)


def ask(client, data, path, method, operation):
    query = {}
    headers = {}
    for parameter in operation.get("parameters", []):
        told = data.draw(TEXTS if data.draw(st.booleans()) else values_of(client, parameter))
        text = told if isinstance(told, str) else json.dumps(told)
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quoted(text) or "%20")
        elif parameter["in"] == "query" and data.draw(st.booleans()):
            query[parameter["name"]] = text
        elif parameter["in"] == "header" and data.draw(st.booleans()):
            headers[parameter["name"]] = "".join(c for c in text if " " < c < "\x7f") or "x"
    options = {"params": query, "headers": headers | client.headers.get(data.draw(WHO), {})}
    if "requestBody" in operation:
        shape = operation["requestBody"]["content"]["application/json"]["schema"]
        body = data.draw(values(client.schema, shape) | JSON)
        options["content"] = json.dumps(body)
        options["headers"]["Content-Type"] = "application/json"
    return client.request(method.upper(), path, **options)


def quoted(text):
    return "".join(f"%{byte:02x}" for byte in text.encode())


def values_of(client, parameter):
    return values(client.schema, parameter["schema"])


@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_fault_of_ours_and_no_answer_that_is_not_documented(shared, data):
    path, method, operation = data.draw(st.sampled_from(operations(shared.schema)))
    answer = ask(shared, data, path, method, operation)
    assert answer.status_code < 500
    # A body that cannot be parsed at all, and an address that is another one once it is decoded.
    assert str(answer.status_code) in {*operation["responses"], "400", "404", "405"}
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
