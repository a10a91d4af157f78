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
def shared(districts, tmp_path_factory):
    house = districts(champion=True).copy_to(tmp_path_factory.mktemp("fuzz"))
    chosen = house.settings.model_copy(update={"requests_per_minute": 0})
    client = Client(create_app(chosen, house.engine), house)
    client.schema = client.get("/openapi.json").json()
    tokens = {who: house.token(who) for who in ("ada", "zoe", "cole", "staff", "admin")}
    client.headers = {who: {"Authorization": f"Bearer {token}"} for who, token in tokens.items()}
    client.seen = set()
    yield client
    # Whatever was tried, some of it must have come through to the work itself.
    answered = {name for name, status in client.seen if status < 400}
    assert len(answered) > 3
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
        "integer": st.integers(node.get("minimum", -2), node.get("maximum", 300)),
        "number": st.floats(node.get("exclusiveMinimum", node.get("minimum", -9)), 1e6),
        "boolean": st.booleans(),
        "null": st.none(),
        "string": st.sampled_from(["c2", "F", "1", "Issuer"]) | TEXTS,
    }
    return kinds.get(kind, JSON)


def ask(client, data, path, method, operation):
    """Send what the description allows, with words that mean something here, or anything."""
    sane = data.draw(st.booleans())
    query, headers = {}, {}
    for parameter in operation.get("parameters", []):
        name, place = parameter["name"], parameter["in"]
        text = data.draw(told(client.schema, parameter) if sane else TEXTS)
        if place == "path":
            path = path.replace(f"{{{name}}}", quoted(text) or "%20")
        elif place == "query" and data.draw(st.booleans()):
            query[name] = text
        elif place == "header" and data.draw(st.booleans()):
            headers[name] = "".join(c for c in text if " " < c < "\x7f") or "x"
    who = data.draw(st.sampled_from(["ada", "cole", "admin"]) if sane else WHO)
    options = {"params": query, "headers": headers | client.headers.get(who, {})}
    if "requestBody" in operation:
        shape = operation["requestBody"]["content"]["application/json"]["schema"]
        example = resolve(client.schema, shape)["examples"][0]
        body = data.draw(st.just(example) | values(client.schema, shape) if sane else JSON)
        options["content"] = json.dumps(body)
        options["headers"]["Content-Type"] = "application/json"
    return client.request(method.upper(), path, **options)


KNOWN = {
    "teacher_id": st.sampled_from(["ada", "ada", "bob", "zoe"]),
    "coach_id": st.just("cole"),
    "credential_id": st.sampled_from(["c1", "c2", "markup", "own"]),
    "credential": st.sampled_from(["c1", "c2", "markup", "own"]),
    "standard": st.sampled_from(["F:1", "F:2", "F:F", "F:9"]),
    "after": st.sampled_from(["WyIiLCJjMiJd", "WyJGIiwiMSJd", "x"]),
    "Idempotency-Key": st.sampled_from(["first-key", "second-key"]),
}


def told(schema, parameter):
    """What a parameter may be, as text."""
    if parameter["name"] in KNOWN:
        return KNOWN[parameter["name"]]
    return values(schema, parameter["schema"]).map(
        lambda value: value if isinstance(value, str) else json.dumps(value)
    )


def quoted(text):
    return "".join(f"%{byte:02x}" for byte in text.encode())


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_fault_of_ours_and_no_answer_that_is_not_documented(shared, data):
    path, method, operation = data.draw(st.sampled_from(operations(shared.schema)))
    answer = ask(shared, data, path, method, operation)
    shared.seen.add((operation["operationId"], answer.status_code))
    assert answer.status_code < 500
    # A body that cannot be parsed at all, and an address that is another one once it is decoded.
    assert str(answer.status_code) in {*operation["responses"], "400", "404", "405"}
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
