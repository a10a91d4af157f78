import pytest

from recommender.errors import SettingsRefused
from serving.problems import Problem
from tests.serving.house import EMAIL


def test_a_problem_has_its_media_type_and_fields(client):
    answer = client.get("/v1/teachers/ghost/suggestions", "ada")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:recommender:problem:not-found",
        "title": "Not found",
        "status": 404,
        "detail": "There is no teacher 'ghost' in the district 'north'.",
        "request_id": answer.headers["X-Request-ID"],
    }


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/v1/nothing", 404, "not-found"),
        ("GET", "/nothing", 404, "not-found"),
        ("POST", "/v1/credentials/c1", 405, "method-not-allowed"),
        ("DELETE", "/healthz", 405, "method-not-allowed"),
    ],
)
def test_what_the_framework_refuses_is_a_problem_too(client, method, path, status, kind):
    answer = client.request(method, path)
    assert answer.status_code == status
    assert Problem.model_validate(answer.json()).type == f"urn:recommender:problem:{kind}"
    assert ("Allow" in answer.headers) == (status == 405)


def test_what_stood_in_a_wrong_request_is_not_repeated(client):
    answer = client.get("/v1/teachers/ada/suggestions?k=secret-word", "ada")
    assert "secret-word" not in answer.text


@pytest.fixture
def faulty(client):
    @client.app.get("/v1/fault")
    def fault() -> None:
        raise ValueError(f"{EMAIL} was rated 1")

    @client.app.get("/v1/setting")
    def setting() -> None:
        raise SettingsRefused(f"the secret of {EMAIL}")

    return client


@pytest.mark.parametrize("path", ["/v1/fault", "/v1/setting"])
def test_a_fault_of_ours_tells_nothing(faulty, path):
    answer = faulty.get(path)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "Something unexpected went wrong on our side."
    assert EMAIL not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_fault_is_logged_by_place_and_not_by_words(faulty, capsys):
    answer = faulty.get("/v1/fault")
    logged = "".join(capsys.readouterr())
    assert "ValueError" in logged
    assert "test_problems.py" in logged
    assert answer.headers["X-Request-ID"] in logged
    assert EMAIL not in logged


def test_a_person_gets_a_page(client):
    answer = client.get("/nothing", page=True)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "There is nothing at this address." in answer.text
    assert answer.headers["X-Request-ID"] in answer.text


def test_a_program_gets_a_problem_even_when_it_says_it_takes_pages(client):
    answer = client.get("/v1/nothing", page=True)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_is_no_text_is_not_valid_input(client):
    answer = client.request(
        "POST",
        "/v1/feedback",
        "ada",
        headers={"Content-Type": "application/json"},
        content=b'2\xef\xbf\xbd6\xc2\xb8\xff"',
    )
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:recommender:problem:invalid-input"
