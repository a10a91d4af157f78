from importlib import import_module
from pathlib import Path

import pytest
from pydantic import BaseModel

API = Path(__file__).parents[2] / "serving" / "api"


@pytest.fixture
def schema(client):
    return client.get("/openapi.json").json()


def test_operations_have_names_fit_for_clients(schema):
    names = {
        operation["operationId"] for path in schema["paths"].values() for operation in path.values()
    }
    assert names == {
        *("list_suggestions", "list_exclusions", "suggest_in_batch", "list_caseload"),
        *("give_feedback", "assess_oneself", "get_profile"),
        *("get_renewal", "get_pathways", "get_state"),
        *("list_credentials", "get_credential", "list_similar", "list_standards", "get_model"),
        *("get_model_card", "get_drift"),
        *("list_settings", "put_setting", "check_health", "check_readiness"),
        *("propose_plan", "save_plan", "list_plans", "get_plan", "change_plan", "accept_plan"),
        *("delete_plan", "get_plan_calendar"),
        *("list_coach_acts", "put_coach_act", "delete_coach_act"),
        *("list_possible_groups", "list_together", "ask_for_together"),
        *("answer_together", "close_together"),
        *("list_imports", "get_import", "list_reviews", "decide_review"),
    }


def test_pages_are_no_part_of_the_api(schema):
    assert {path for path in schema["paths"] if not path.startswith("/v1/")} == {
        "/healthz",
        "/readyz",
    }


def operations(schema):
    return [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/v1/")
    ]


def test_every_error_is_documented_as_a_problem(schema):
    for path, method, operation in operations(schema):
        errors = {s: r for s, r in operation["responses"].items() if int(s) >= 400}
        assert {"401", "403", "429", "503"} <= set(errors), path
        if method != "get":
            assert {"413", "415", "422"} <= set(errors), path
        for response in errors.values():
            assert response["content"] == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }


def test_everything_that_is_answered_or_taken_has_an_example(schema):
    models = schema["components"]["schemas"]
    for path, method, operation in operations(schema):
        parts = [r for s, r in operation["responses"].items() if s in {"200", "201"}]
        parts += [operation["requestBody"]] if "requestBody" in operation else []
        for part in parts:
            if set(part["content"]) == {"text/calendar"}:
                continue
            if "text/markdown" in part["content"]:
                assert part["content"]["text/markdown"]["example"]
                continue
            name = part["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert models[name].get("examples"), (path, method, name)


def test_every_example_is_a_true_one(schema):
    models = [kind for kind in shapes() if "examples" in kind.model_json_schema()]
    assert len(models) > 15
    for model in models:
        for example in model.model_json_schema()["examples"]:
            shown = schema["components"]["schemas"][model.__name__]["examples"]
            assert example in shown, model
            read = model.model_validate(example).model_dump(mode="json", exclude_unset=True)
            assert read == example, model


def shapes():
    for path in sorted(API.rglob("schemas.py")):
        module = import_module(f"serving.api.{path.parent.name}.schemas")
        for kind in vars(module).values():
            ours = getattr(kind, "__module__", "") == module.__name__
            if ours and isinstance(kind, type) and issubclass(kind, BaseModel):
                yield kind


def test_every_reference_leads_somewhere(schema):
    known = {f"#/components/schemas/{name}" for name in schema["components"]["schemas"]}
    assert set(references(schema)) <= known


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    if isinstance(node, list):
        for value in node:
            yield from references(value)


def test_v1_wants_a_bearer_token(schema):
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            wanted = [{"HTTPBearer": []}] if path.startswith("/v1") else None
            assert operation.get("security") == wanted


def test_no_page_of_other_hosts_scripts(client):
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404


def test_the_schema_is_made_once(client):
    assert client.app.openapi() is client.app.openapi()


def test_no_two_shapes_share_a_name(schema):
    names = [kind.__name__ for kind in shapes()]
    assert len(names) == len(set(names))
    assert not [name for name in schema["components"]["schemas"] if "__" in name]
