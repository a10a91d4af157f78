"""What OpenAPI gives as examples of requests names people and things of the demonstration."""

import csv

import pytest

from features.demo.generate import write_demo

PLACES = {
    "teacher_id": ("teachers.csv", "teacher_id"),
    "coach_id": ("coaches.csv", "coach_id"),
    "credential_id": ("credentials.csv", "credential_id"),
}


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """Ids of a demonstration as `make demo` makes it, by the name of the parameter."""
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, teachers=500, seed=7)
    found = {}
    for name, (file, column) in PLACES.items():
        with (folder / file).open(encoding="utf-8", newline="") as lines:
            found[name] = {row[column] for row in csv.DictReader(lines)}
    found["teacher_ids"] = found["teacher_id"]
    return found


def asked(node, name=""):
    """Yield the name and value of everything in a request's example."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from asked(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from asked(value, name)
    else:
        yield name, node


def test_examples_of_requests_are_of_the_demonstration(client, known):
    schema = client.get("/openapi.json").json()
    models = schema["components"]["schemas"]
    seen = set()
    for operations in schema["paths"].values():
        for operation in operations.values():
            told = [
                (parameter["name"], example)
                for parameter in operation.get("parameters", [])
                for example in parameter["schema"].get("examples", [])
            ]
            if "requestBody" in operation:
                body = operation["requestBody"]["content"]["application/json"]["schema"]
                for example in models[body["$ref"].rpartition("/")[2]].get("examples", []):
                    told += asked(example)
            for name, value in told:
                if name in known:
                    seen.add(name)
                    assert value in known[name], (operation["operationId"], name, value)
    assert seen == set(known)
