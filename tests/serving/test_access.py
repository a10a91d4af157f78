"""Every route, for everybody, on one's own and on others': the table of who may do what.

A route without a row here fails the test; so does a person without a column.
"""

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from serving.app import create_app
from tests.serving.house import NORTH, PEOPLE, Client, assign, long_ago

CROWD = ("nobody", "ada", "bob", "zoe", "cole", "sam", "staff", "admin", "admin of south")
"""North: teachers ada and bob, coach cole (of ada only), staff, admin. South: zoe, sam (of
nobody), admin, and another teacher whose id is ada too."""

EVERYBODY = "200 200 200 200 200 200 200 200 200"
SIGNED_IN = "401 200 200 200 200 200 200 200 200"

#                                          nobody ada bob zoe cole sam staff admin south's
API = {
    ("/v1/teachers/{teacher_id:path}/suggestions", "GET"): {
        "/v1/teachers/ada/suggestions": "401 200 403 403 200 403 403 200 200",
        "/v1/teachers/bob/suggestions": "401 403 200 404 403 404 403 200 404",
        "/v1/teachers/zoe/suggestions": "401 404 404 200 404 403 403 404 200",
        "/v1/teachers/ghost/suggestions": "401 404 404 404 404 404 403 404 404",
    },
    ("/v1/teachers/{teacher_id:path}/suggestions/excluded", "GET"): {
        "/v1/teachers/ada/suggestions/excluded": "401 200 403 403 200 403 403 200 200",
        "/v1/teachers/bob/suggestions/excluded": "401 403 200 404 403 404 403 200 404",
        "/v1/teachers/zoe/suggestions/excluded": "401 404 404 200 404 403 403 404 200",
    },
    ("/v1/teachers/{teacher_id:path}/profile", "GET"): {
        "/v1/teachers/ada/profile": "401 200 403 403 200 403 403 200 200",
        "/v1/teachers/bob/profile": "401 403 200 404 403 404 403 200 404",
        "/v1/teachers/zoe/profile": "401 404 404 200 404 403 403 404 200",
    },
    ("/v1/teachers/{teacher_id:path}/renewal", "GET"): {
        "/v1/teachers/ada/renewal": "401 200 403 403 200 403 403 200 200",
        "/v1/teachers/bob/renewal": "401 403 200 404 403 404 403 200 404",
        "/v1/teachers/zoe/renewal": "401 404 404 200 404 403 403 404 200",
    },
    ("/v1/teachers/{teacher_id:path}/pathways", "GET"): {
        "/v1/teachers/ada/pathways": "401 200 403 403 200 403 403 200 200",
        "/v1/teachers/bob/pathways": "401 403 200 404 403 404 403 200 404",
        "/v1/teachers/zoe/pathways": "401 404 404 200 404 403 403 404 200",
    },
    ("/v1/teachers/{teacher_id:path}/self-assessments", "POST"): {
        "/v1/teachers/ada/self-assessments": "401 201 403 403 403 403 403 403 403",
        "/v1/teachers/zoe/self-assessments": "401 404 404 201 403 403 403 403 403",
    },
    ("/v1/feedback", "POST"): {"/v1/feedback": "401 201 201 201 403 403 403 403 403"},
    # Whom a caller may not see is named in the answer; a test below reads it.
    ("/v1/suggestions:batch", "POST"): {
        "/v1/suggestions:batch": "401 200 200 200 200 200 403 200 200"
    },
    ("/v1/teachers/{teacher_id:path}/plans", "GET"): {
        "/v1/teachers/ada/plans": "401 200 403 403 200 403 403 200 200",
        "/v1/teachers/bob/plans": "401 403 200 404 403 404 403 200 404",
    },
    ("/v1/teachers/{teacher_id:path}/plans", "POST"): {
        "/v1/teachers/ada/plans": "401 403 403 403 201 403 403 403 403",
        "/v1/teachers/bob/plans": "401 403 403 403 403 404 403 403 403",
    },
    ("/v1/teachers/{teacher_id:path}/plans/proposal", "POST"): {
        "/v1/teachers/ada/plans/proposal": "401 403 403 403 200 403 403 403 403",
        "/v1/teachers/bob/plans/proposal": "401 403 403 403 403 404 403 403 403",
    },
    # Plan 1 is ada's; of others' plans nothing is told, not even that they exist.
    ("/v1/plans/{plan_id}", "GET"): {"/v1/plans/1": "401 200 404 404 200 404 403 200 404"},
    ("/v1/plans/{plan_id}", "PUT"): {"/v1/plans/1": "401 403 404 404 428 404 403 403 404"},
    ("/v1/plans/{plan_id}", "DELETE"): {"/v1/plans/1": "401 403 404 404 428 404 403 403 404"},
    ("/v1/plans/{plan_id}/acceptance", "POST"): {
        "/v1/plans/1/acceptance": "401 428 404 404 428 404 403 403 404"
    },
    ("/v1/plans/{plan_id}/calendar", "GET"): {
        "/v1/plans/1/calendar": "401 200 404 404 200 404 403 200 404"
    },
    ("/v1/teachers/{teacher_id:path}/coach-acts", "GET"): {
        "/v1/teachers/ada/coach-acts": "401 200 403 403 200 403 403 200 200",
        "/v1/teachers/bob/coach-acts": "401 403 200 404 403 404 403 200 404",
    },
    ("/v1/teachers/{teacher_id:path}/coach-acts", "PUT"): {
        "/v1/teachers/ada/coach-acts": "401 403 403 403 200 403 403 403 403",
        "/v1/teachers/bob/coach-acts": "401 403 403 403 403 404 403 403 403",
    },
    ("/v1/teachers/{teacher_id:path}/coach-acts/{credential_id:path}", "DELETE"): {
        "/v1/teachers/ada/coach-acts/c9": "401 403 403 403 404 403 403 403 403",
        "/v1/teachers/bob/coach-acts/c9": "401 403 403 403 403 404 403 403 403",
    },
    ("/v1/coaches/{coach_id:path}/earn-together", "GET"): {
        "/v1/coaches/cole/earn-together": "401 403 403 403 200 404 403 200 404",
        "/v1/coaches/ghost/earn-together": "401 403 403 403 404 404 403 404 404",
    },
    ("/v1/earn-together", "GET"): {"/v1/earn-together": "401 200 200 200 200 200 403 403 403"},
    # Not all of these teachers are assigned to cole; groups that may be asked: test_together.
    ("/v1/earn-together", "POST"): {"/v1/earn-together": "401 403 403 403 403 403 403 403 403"},
    ("/v1/earn-together/{group_id}", "DELETE"): {
        "/v1/earn-together/1": "401 403 403 403 404 404 403 403 403"
    },
    ("/v1/earn-together/{group_id}/answer", "POST"): {
        "/v1/earn-together/1/answer": "401 404 404 404 403 403 403 403 403"
    },
    ("/v1/coaches/{coach_id:path}/caseload", "GET"): {
        "/v1/coaches/cole/caseload": "401 403 403 403 200 404 403 200 404",
        "/v1/coaches/ghost/caseload": "401 403 403 403 404 404 403 404 404",
    },
    ("/v1/credentials", "GET"): {"/v1/credentials": SIGNED_IN},
    ("/v1/credentials/{credential_id:path}/similar", "GET"): {
        "/v1/credentials/c1/similar": SIGNED_IN,
        "/v1/credentials/own/similar": "401 404 404 200 404 200 404 404 200",
    },
    ("/v1/standards", "GET"): {"/v1/standards": SIGNED_IN},
    ("/v1/states/{code}", "GET"): {
        "/v1/states/NC": SIGNED_IN,
        "/v1/states/ZZ": "401 404 404 404 404 404 404 404 404",
    },
    ("/v1/model", "GET"): {"/v1/model": SIGNED_IN},
    # The model of the test has no card.
    ("/v1/model/card", "GET"): {
        "/v1/model/card": "401 404 404 404 404 404 404 404 404",
    },
    ("/v1/drift", "GET"): {"/v1/drift": "401 403 403 403 403 403 200 200 200"},
    ("/v1/imports", "GET"): {"/v1/imports": "401 403 403 403 403 403 200 200 200"},
    ("/v1/imports/{import_id}", "GET"): {
        "/v1/imports/1": "401 403 403 403 403 403 200 200 404",
        "/v1/imports/999": "401 403 403 403 403 403 404 404 404",
    },
    ("/v1/reviews", "GET"): {"/v1/reviews": "401 403 403 403 403 403 200 200 200"},
    ("/v1/reviews/{review_id}", "PUT"): {"/v1/reviews/999": "401 403 403 403 403 403 404 404 404"},
    ("/v1/settings", "GET"): {"/v1/settings": "401 403 403 403 403 403 403 200 200"},
    ("/v1/settings", "PUT"): {"/v1/settings": "401 403 403 403 403 403 403 200 200"},
    ("/v1/credentials/{credential_id:path}", "GET"): {
        "/v1/credentials/c1": SIGNED_IN,
        "/v1/credentials/own": "401 404 404 200 404 200 404 404 200",
        "/v1/credentials/ghost": "401 404 404 404 404 404 404 404 404",
    },
    ("/healthz", "GET"): {"/healthz": EVERYBODY},
    ("/readyz", "GET"): {"/readyz": EVERYBODY},
    ("/openapi.json", "GET"): {"/openapi.json": EVERYBODY},
    ("/openapi.json", "HEAD"): {"/openapi.json": EVERYBODY},
}

PAGES = {
    ("/", "GET"): {"/": "200 303 303 303 303 303 303 303 303"},
    ("/sign-out", "POST"): {"/sign-out": "303 303 303 303 303 303 303 303 303"},
    ("/teachers/{teacher_id:path}", "GET"): {
        "/teachers/ada": "401 200 403 403 200 403 403 200 200",
        "/teachers/bob": "401 403 200 404 403 404 403 200 404",
        "/teachers/zoe": "401 404 404 200 404 403 403 404 200",
    },
    ("/teachers/{teacher_id:path}/known", "GET"): {
        "/teachers/ada/known": "401 200 403 403 200 403 403 200 200",
        "/teachers/bob/known": "401 403 200 404 403 404 403 200 404",
        "/teachers/zoe/known": "401 404 404 200 404 403 403 404 200",
    },
    ("/teachers/{teacher_id:path}/self-assessment", "GET"): {
        "/teachers/ada/self-assessment": "401 200 403 403 403 403 403 403 403",
        "/teachers/bob/self-assessment": "401 403 200 404 403 404 403 403 404",
        "/teachers/zoe/self-assessment": "401 404 404 200 404 403 403 404 403",
    },
    ("/teachers/{teacher_id:path}/coaching", "GET"): {
        "/teachers/ada/coaching": "401 403 403 403 200 403 403 403 403",
        "/teachers/bob/coaching": "401 403 403 404 403 404 403 403 404",
    },
    ("/teachers/{teacher_id:path}/plans", "GET"): {
        "/teachers/ada/plans": "401 200 403 403 200 403 403 200 200",
        "/teachers/bob/plans": "401 403 200 404 403 404 403 200 404",
    },
    ("/plans/{plan_id}", "GET"): {"/plans/1": "401 200 404 404 200 404 403 200 404"},
    ("/plans/{plan_id}/calendar", "GET"): {
        "/plans/1/calendar": "401 200 404 404 200 404 403 200 404"
    },
    ("/earn-together", "GET"): {"/earn-together": "401 403 403 403 200 200 403 403 403"},
    # A form of the coach's without its token is refused to everybody, whosever it is.
    **{
        (route, "POST"): {address: "401 403 403 403 403 403 403 403 403"}
        for route, address in (
            ("/teachers/{teacher_id:path}/coaching", "/teachers/ada/coaching"),
            ("/teachers/{teacher_id:path}/plans", "/teachers/ada/plans"),
            ("/plans/{plan_id}", "/plans/1"),
            ("/earn-together", "/earn-together"),
        )
    },
    # A form without its token is refused to the teacher as well; with it, see portal/test_forms.
    **{
        (f"/teachers/{{teacher_id:path}}/{form}", "POST"): {
            f"/teachers/ada/{form}": "401 403 403 403 403 403 403 403 403",
            f"/teachers/zoe/{form}": "401 404 404 403 403 403 403 403 403",
        }
        for form in ("feedback", "undo", "self-assessment", "wrong", "evaluations", "together")
    },
    ("/caseload", "GET"): {"/caseload": "401 403 403 403 200 200 403 403 403"},
    ("/imports", "GET"): {"/imports": "401 403 403 403 403 403 200 200 200"},
    ("/imports/{import_id}", "GET"): {
        "/imports/1": "401 403 403 403 403 403 200 200 404",
        "/imports/999": "401 403 403 403 403 403 404 404 404",
    },
    ("/models", "GET"): {"/models": "401 403 403 403 403 403 200 200 200"},
    ("/models/{version}", "GET"): {"/models/1": "401 403 403 403 403 403 200 200 200"},
    ("/exposure", "GET"): {"/exposure": "401 403 403 403 403 403 200 200 200"},
    ("/settings", "GET"): {"/settings": "401 403 403 403 403 403 200 200 200"},
    ("/corrections", "GET"): {"/corrections": "401 403 403 403 403 403 200 200 200"},
    # Without their token these forms are refused to those who may send them, too.
    **{
        (route, "POST"): {address: "401 403 403 403 403 403 403 403 403"}
        for route, address in (
            ("/models/{version}/promote", "/models/1/promote"),
            ("/models/rollback", "/models/rollback"),
            ("/settings", "/settings"),
            ("/corrections/{number}", "/corrections/1"),
            ("/reviews/{review_id}", "/reviews/1"),
        )
    },
    ("/teachers/{teacher_id:path}/wrong", "GET"): {
        "/teachers/ada/wrong": "401 200 403 403 403 403 403 403 403",
        "/teachers/zoe/wrong": "401 404 404 404 403 403 403 403 403",
    },
    ("/teachers/{teacher_id:path}/progress", "GET"): {
        "/teachers/ada/progress": "401 200 403 403 200 403 403 200 200",
        "/teachers/bob/progress": "401 403 200 404 403 404 403 200 404",
        "/teachers/zoe/progress": "401 404 404 200 404 403 403 404 200",
    },
    ("/teachers/{teacher_id:path}/download", "GET"): {
        "/teachers/ada/download": "401 200 403 403 403 403 403 403 403",
        "/teachers/zoe/download": "401 404 404 200 403 403 403 403 403",
    },
    # Signs in whoever holds a token; without one it is no request at all.
    ("/dev/sign-in", "GET"): {"/dev/sign-in": "422 422 422 422 422 422 422 422 422"},
}

PLAN = {
    "standards": [{"framework": "F", "code": "2"}],
    "hours_a_month": 10,
    "starts_on": "2026-09-01",
    "until": "2026-12-31",
}

BODIES = {
    **dict.fromkeys(
        (
            "/v1/teachers/ada/plans",
            "/v1/teachers/bob/plans",
            "/v1/teachers/ada/plans/proposal",
            "/v1/teachers/bob/plans/proposal",
            "/v1/plans/1",
        ),
        PLAN,
    ),
    "/v1/plans/1/acceptance": {},
    "/v1/teachers/ada/coach-acts": {"credential_id": "c5", "kind": "pin"},
    "/v1/teachers/bob/coach-acts": {"credential_id": "c5", "kind": "pin"},
    "/v1/earn-together": {"credential_id": "c5", "teacher_ids": ["ada", "bob", "a/c"]},
    "/v1/earn-together/1/answer": {"answer": "agreed"},
    "/v1/feedback": {"events": [{"credential_id": "c5", "kind": "viewed"}]},
    "/v1/suggestions:batch": {"teacher_ids": ["ada", "bob", "zoe"]},
    "/v1/reviews/999": {"decision": "refused"},
    "/v1/settings": {"name": "need_share", "value": None},
    **{
        f"/v1/teachers/{teacher}/self-assessments": {
            "assessments": [{"framework": "F", "code": "1", "scale_min": 1, "scale_max": 5}]
        }
        for teacher in ("ada", "zoe")
    },
}

CASES = [
    pytest.param(method, address, who, int(status), page, id=f"{method} {address} {who}")
    for table, page in ((API, False), (PAGES, True))
    for (_, method), addresses in table.items()
    for address, statuses in addresses.items()
    for who, status in zip(CROWD, statuses.split(), strict=True)
]


def routes_of(app) -> set[tuple[str, str]]:
    return {
        (route.path, method)
        for route in iter_route_contexts(app.routes)
        if not isinstance(route.route, Mount)
        for method in route.methods
    }


def test_every_route_has_a_row(client):
    assert routes_of(client.app) == set(API) | set(PAGES)


def test_only_our_own_files_are_mounted(client):
    assert [route.path for route in client.app.routes if isinstance(route, Mount)] == ["/static"]


def test_everybody_has_a_column():
    assert set(PEOPLE) - {"odd"} == set(CROWD) - {"nobody"}


@pytest.fixture(scope="module")
def shared_client(districts, tmp_path_factory):
    """One service for the whole table: no row changes anything that another one sees."""
    house = districts(champion=True).copy_to(tmp_path_factory.mktemp("access"))
    made = Client(create_app(house.settings, house.engine), house)
    first = made.request("POST", "/v1/teachers/ada/plans", "cole", json=PLAN).json()
    assert first["plan_id"] == 1
    yield made
    house.engine.dispose()


@pytest.mark.parametrize(("method", "address", "who", "status", "page"), CASES)
def test_access(shared_client, method, address, who, status, page):
    options = {"json": BODIES[address]} if method in {"POST", "PUT"} and not page else {}
    caller = None if who == "nobody" else who
    answer = shared_client.request(method, address, caller, page=page, **options)
    assert answer.status_code == status


def test_a_cookie_opens_no_api(shared_client):
    cookie = f"recommender-session={shared_client.house.token('ada')}"
    for address in ("/v1/teachers/ada/suggestions", "/v1/credentials/c1"):
        assert shared_client.get(address, headers={"Cookie": cookie}).status_code == 401
    for address, body in BODIES.items():
        method = next(
            method
            for (_, method), addresses in API.items()
            if method in {"POST", "PUT"} and address in addresses
        )
        answer = shared_client.request(method, address, headers={"Cookie": cookie}, json=body)
        assert answer.status_code == 401


def test_a_bearer_token_opens_no_page(shared_client):
    token = shared_client.house.token("ada")
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/html"}
    assert shared_client.request("GET", "/teachers/ada", headers=headers).status_code == 401


def test_an_unknown_teacher_and_one_of_another_district_sound_the_same(shared_client):
    hidden = shared_client.get("/v1/teachers/zoe/suggestions", "ada").json()
    absent = shared_client.get("/v1/teachers/ghost/suggestions", "ada").json()
    for answer in (hidden, absent):
        answer.pop("request_id")
    assert hidden["detail"].replace("zoe", "X") == absent["detail"].replace("ghost", "X")


def test_an_assignment_ends(shared_client):
    house = shared_client.house
    assert shared_client.get("/v1/teachers/a%2Fc/suggestions", "cole").status_code == 403
    assign(house.rows, "cole", ("a/c", NORTH), valid_from=long_ago(-1))
    assert shared_client.get("/v1/teachers/a%2Fc/suggestions", "cole").status_code == 403
    assign(house.rows, "cole", ("a/c", NORTH), valid_from=long_ago(0), valid_to=long_ago(0))
    assert shared_client.get("/v1/teachers/a%2Fc/suggestions", "cole").status_code == 200


def test_an_id_is_that_of_the_callers_district(shared_client):
    lists = {
        who: shared_client.get("/v1/teachers/ada/suggestions?k=1", who).json()
        for who in ("admin", "admin of south")
    }
    assert lists["admin"]["district_id"] == "north"
    assert lists["admin"]["segment"] == "1-2"
    assert lists["admin of south"]["district_id"] == "south"
    assert lists["admin of south"]["segment"] == "0"


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ada", {("ada", "north")}),
        ("bob", {("bob", "north")}),
        ("cole", {("ada", "north")}),
        ("sam", set()),
        ("zoe", {("zoe", "south")}),
        ("admin", {("ada", "north"), ("bob", "north")}),
        ("admin of south", {("ada", "south"), ("zoe", "south")}),
    ],
)
def test_a_batch_holds_only_whom_the_caller_may_see(shared_client, who, seen):
    body = BODIES["/v1/suggestions:batch"]
    content = shared_client.request("POST", "/v1/suggestions:batch", who, json=body).json()
    lists = {(made["teacher_id"], made["district_id"]) for made in content["lists"]}
    assert lists == seen
    assert {r["teacher_id"] for r in content["refused"]} == {"ada", "bob", "zoe"} - {
        id_ for id_, _ in seen
    }
