import pytest


@pytest.fixture
def schema(client):
    return client.get("/openapi.json").json()


def test_operations_have_names_fit_for_clients(schema):
    names = {
        operation["operationId"] for path in schema["paths"].values() for operation in path.values()
    }
    assert names == {"list_suggestions", "get_credential", "check_health", "check_readiness"}


def test_pages_are_no_part_of_the_api(schema):
    assert set(schema["paths"]) == {
        "/v1/teachers/{teacher_id}/suggestions",
        "/v1/credentials/{credential_id}",
        "/healthz",
        "/readyz",
    }


def test_every_error_is_documented_as_a_problem(schema):
    responses = schema["paths"]["/v1/teachers/{teacher_id}/suggestions"]["get"]["responses"]
    assert set(responses) == {"200", "401", "403", "404", "422", "503"}
    for status, response in responses.items():
        if status != "200":
            assert response["content"] == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }


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
