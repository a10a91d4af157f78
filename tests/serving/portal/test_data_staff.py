import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from recommender.store.columns import utc_now
from recommender.store.tables import Champion, DistrictSetting, Promotion, ServedSlate
from serving.app import create_app
from serving.portal.exposure import FEWEST_TEACHERS, Slates, read_slates
from serving.portal.promoting import beside
from serving.portal.settings import prices
from tests.serving.house import FIGURES, NORTH, Client
from tests.serving.portal.acting import send
from tests.serving.portal.page import read

SURE = {"sure": "1"}


def champion(client):
    with Session(client.house.engine) as session:
        return session.get(Champion, 1).version


def first_title(client):
    return client.get("/v1/teachers/ada/suggestions?k=1", "ada").json()["items"][0]["title"]


def test_promoting_changes_what_the_next_request_is_served_by(client):
    new = client.house.register(client.house.save_model(favourite="c24"))
    page = client.get(f"/models/{new}", "staff", page=True).text
    assert "I have compared the figures below" in page
    assert send(client, f"/models/{new}/promote", "staff", page=f"/models/{new}").status_code == 422
    assert champion(client) != new
    done = send(client, f"/models/{new}/promote", "staff", page=f"/models/{new}", **SURE)
    assert (done.status_code, done.headers["location"]) == (303, "/models")
    assert champion(client) == new
    assert first_title(client) == "Credential 24"
    with Session(client.house.engine) as session:
        last = session.exec(select(Promotion)).all()[-1]
    assert "data staff" in last.promoted_by


def test_rolling_back_from_the_page_that_was_seen(client):
    first = champion(client)
    client.house.train(favourite="c24")
    second = champion(client)
    seen = {"serving": str(second)}
    stale = send(client, "/models/rollback", "staff", page="/models", serving=str(first), **SURE)
    assert stale.status_code == 422
    assert champion(client) == second
    done = send(client, "/models/rollback", "staff", page="/models", **seen, **SURE)
    assert done.status_code == 303
    assert champion(client) == first


def test_a_damaged_bundle_is_refused_in_words_and_the_old_one_serves_on(client):
    before = champion(client)
    folder = client.house.save_model(favourite="c24")
    new = client.house.register(folder)
    next(folder.rglob("*.npy")).write_bytes(b"damaged")
    done = send(client, f"/models/{new}/promote", "staff", page=f"/models/{new}", **SURE)
    assert done.status_code >= 400
    assert "the champion stays" in done.text
    assert champion(client) == before


def test_a_model_that_is_none(client):
    assert client.get("/models/999", "staff", page=True).status_code == 404
    assert client.get("/models/x", "staff", page=True).status_code == 422


def test_two_models_side_by_side():
    ours = {"figures": {"blend": {"ndcg_at_10": 0.5, "learners": 9}}}
    lines = beside(ours, {"figures": FIGURES})
    assert [(line.name, line.difference) for line in lines] == [("All", 0.25)]
    assert lines[0].bars == [(0.5, 100.0), (0.25, 50.0)]
    alone = beside({"figures": FIGURES}, None)
    assert [line.name for line in alone] == ["All", "10+"]
    assert alone[0].difference is None
    assert beside({}, {"figures": FIGURES}) == []


def setting(client, who="admin", **form):
    return send(client, "/settings", who, page="/settings", **form)


def test_an_administrator_sets_and_the_next_list_obeys(client):
    assert setting(client, name="need_share", value="75").status_code == 303
    policy = client.get("/v1/teachers/ada/suggestions", "ada").json()["policy"]
    assert policy["need_share"] == 0.75
    page = client.get("/settings?kept=need_share", "admin", page=True).text
    assert "75%" in page
    assert "Kept." in page
    setting(client, name="need_share", value="")
    with Session(client.house.engine) as session:
        assert [row.value for row in session.exec(select(DistrictSetting))] == [0.75, None]


def test_yes_and_no(client):
    setting(client, name="use_evaluations", value="no")
    policy = client.get("/v1/teachers/ada/suggestions", "ada").json()["policy"]
    assert policy["use_evaluations"] is False


@pytest.mark.parametrize(
    "form",
    [
        {"name": "need_share", "value": "101"},
        {"name": "need_share", "value": "yes"},
        {"name": "need_share", "value": "nan"},
        {"name": "need_share", "value": "x"},
        {"name": "use_evaluations", "value": "1"},
        {"name": "nothing", "value": "yes"},
        {},
    ],
)
def test_a_value_that_is_none_changes_nothing(client, form):
    assert setting(client, **form).status_code == 422
    with Session(client.house.engine) as session:
        assert not session.exec(select(DistrictSetting)).all()


def test_data_staff_read_settings_and_do_not_set_them(client):
    page = read(client.get("/settings", "staff", page=True))
    assert not page.all("form", action="/settings")


def test_the_price_of_need_is_told_where_training_tried_it():
    tried = {
        "blend": {"ndcg_at_10": 0.3},
        "blend, need share 50%": {"ndcg_at_10": 0.2},
        "blend, need share 25%": {"ndcg_at_10": 0.25},
        "popularity": {"ndcg_at_10": 0.1},
    }
    assert prices({"figures": tried}) == [(0.0, 0.3), (0.25, 0.25), (0.5, 0.2)]
    assert prices({}) == []


def serve(client, teachers, items, **more):
    with Session(client.house.engine) as session:
        for teacher in teachers:
            session.add(
                ServedSlate(
                    served_at=more.get("at", utc_now()),
                    teacher_id=teacher,
                    model_version=1,
                    as_of=utc_now().date(),
                    items=items,
                )
            )
        session.commit()


def staff_of(client, count, district=NORTH):
    for number in range(count):
        client.house.rows.teacher(f"t{number}", district)
    return [client.house.rows._teacher((f"t{number}", district)) for number in range(count)]


def test_few_teachers_are_no_figures(client):
    serve(client, staff_of(client, FEWEST_TEACHERS - 1), [[1, "", "c3", 1.0, 1.0]])
    page = client.get("/exposure", "staff", page=True).text
    assert "Fewer than 5 teachers" in page
    assert "Credential 3" not in page


def test_exposure_counts_the_districts_own_lists(client):
    serve(client, staff_of(client, 6), [[1, "", "c3", 1.0, 1.0], [2, "", "c4", 0.5, 0.1]])
    serve(client, [client.house.rows._teacher(("zoe", "south"))], [[1, "", "c5", 1.0, 1.0]])
    old = datetime(2020, 1, 1, tzinfo=UTC)
    serve(client, staff_of(client, 0) or [1], [[1, "", "c6", 1.0, 1.0]], at=old)
    with Session(client.house.engine) as session:
        slates = read_slates(session, NORTH, utc_now() - timedelta(days=90))
    assert (slates.lists, slates.teachers, slates.explored) == (6, 6, 6)
    assert dict(slates.shown) == {("", "c3"): 6, ("", "c4"): 6}
    page = client.get("/exposure", "staff", page=True).text
    assert "Credential 3" in page
    assert "Credential 5" not in page


@pytest.mark.parametrize(
    ("shown", "catalog", "coverage", "gini"),
    [
        ({}, 4, 0.0, 0.0),
        ({"a": 3, "b": 3}, 2, 1.0, 0.0),
        ({"a": 8}, 4, 0.25, 0.75),
        ({"a": 1, "b": 3}, 2, 1.0, 0.25),
    ],
)
def test_unevenness_by_hand(shown, catalog, coverage, gini):
    slates = Slates(1, 1, 0, Counter({("", name): count for name, count in shown.items()}), {})
    assert slates.coverage(catalog) == coverage
    assert slates.gini(catalog) == pytest.approx(gini)


def test_snapshots_are_listed_and_half_ones_are_not(client):
    folder = client.house.settings.snapshots_dir
    whole, half = folder / "2026-06-30-abc", folder / "broken"
    whole.mkdir(parents=True)
    half.mkdir()
    told = {
        "as_of": "2026-06-30",
        "hash": "abcdef0123456789",
        "created": "2026-07-01T02:00:00Z",
        "code_version": "0.1.0",
        "counts": {"teachers": 1234, "records": 5000},
        "schema_version": 99,
    }
    (whole / "manifest.json").write_text(json.dumps(told))
    (half / "manifest.json").write_text("{")
    page = client.get("/models", "staff", page=True).text
    assert "abcdef012345" in page
    assert "1,234" in page
    assert "6,234" in page
    assert "mlflow ui" in page


def test_the_link_to_mlflow_is_a_web_address_alone(client):
    for uri, link in (("https://mlflow.example", True), ("postgresql://user:pw@db/x", False)):
        settings = client.house.settings.model_copy(update={"mlflow_tracking_uri": uri})
        house = replace(client.house, settings=settings)
        page = Client(create_app(settings, client.house.engine), house)
        text = page.get("/models", "staff", page=True).text
        assert (f'href="{uri}"' in text) is link
        assert "user:pw" not in text
