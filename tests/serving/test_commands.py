import io
import re
import socket
from ipaddress import IPv4Address

import pytest
import uvicorn
from rich.console import Console
from sqlmodel import Session, select

from recommender.errors import (
    InvalidInput,
    NotFound,
    SettingsRefused,
    StoreUnavailable,
)
from recommender.settings import settings
from recommender.store.tables import Identity
from recommender.vocabulary import Role
from serving import commands
from serving.commands import base_url, listen, serve, token
from serving.introduction import guests
from tests.features.store_rows import StoreRows
from tests.serving.house import NORTH, SOUTH

EVERYWHERE = str(IPv4Address(0))


@pytest.fixture
def development(client, monkeypatch):
    """The commands see the client's store."""
    use(monkeypatch, client.house.settings.data_dir, "development")
    return client


def use(monkeypatch, data_dir, environment):
    monkeypatch.setenv("RECOMMENDER_DATA_DIR", str(data_dir))
    monkeypatch.setenv("RECOMMENDER_ENVIRONMENT", environment)
    settings.cache_clear()


@pytest.fixture
def said(monkeypatch, logs):
    """What `serve` says before it would serve; it ends there."""
    written = io.StringIO()
    monkeypatch.setattr(commands, "console", Console(file=written, soft_wrap=True, markup=False))
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: None)
    return written


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as opened:
        return opened.getsockname()[1]


class TestToken:
    def test_a_teacher(self, development, capsys):
        token(teacher="ada", district=NORTH)
        headers = {"Authorization": f"Bearer {capsys.readouterr().out.strip()}"}
        answer = development.get("/v1/teachers/ada/suggestions", headers=headers)
        assert answer.json()["district_id"] == NORTH

    def test_a_coach(self, development, capsys):
        token(coach="cole", district=NORTH)
        headers = {"Authorization": f"Bearer {capsys.readouterr().out.strip()}"}
        assert development.get("/v1/teachers/ada/suggestions", headers=headers).status_code == 200
        assert development.get("/v1/teachers/bob/suggestions", headers=headers).status_code == 403

    def test_data_staff(self, development, capsys):
        token(data_staff=True, district=SOUTH)
        assert capsys.readouterr().out.count(".") == 2
        with Session(development.house.engine) as session:
            (row,) = session.exec(select(Identity)).all()
        assert (row.role, row.district_id) == (Role.DATA_STAFF, SOUTH)

    @pytest.mark.parametrize(
        "people", [{}, {"teacher": "ada", "coach": "cole"}, {"teacher": "ada", "data_staff": True}]
    )
    def test_one_person_at_a_time(self, development, people):
        with pytest.raises(InvalidInput, match="Name one person"):
            token(**people)

    @pytest.mark.parametrize(
        "people",
        [
            {"teacher": "ghost", "district": NORTH},
            {"teacher": "zoe", "district": NORTH},
            {"coach": "sam", "district": NORTH},
            {"data_staff": True, "district": "nowhere"},
        ],
    )
    def test_an_unknown_person(self, development, people):
        with pytest.raises(NotFound):
            token(**people)

    def test_production_makes_none(self, client, monkeypatch, capsys):
        use(monkeypatch, client.house.settings.data_dir, "production")
        with pytest.raises(SettingsRefused, match="development mode"):
            token(teacher="ada", district=NORTH)
        assert capsys.readouterr().out == ""

    def test_a_store_without_tables(self, tmp_path, monkeypatch):
        use(monkeypatch, tmp_path, "development")
        with pytest.raises(StoreUnavailable, match="db upgrade"):
            token(teacher="ada")


class TestServe:
    def test_it_introduces_a_teacher_the_coach_and_data_staff(self, development, said, free_port):
        serve(port=free_port)
        text = said.getvalue()
        assert "DEVELOPMENT MODE" in text
        assert "the teacher Ada (ada)" in text
        assert "the coach Cole (cole)" in text
        assert f"data staff of the district '{NORTH}'" in text
        links = re.findall(rf"http://127\.0\.0\.1:{free_port}(/dev/sign-in\S+)", text)
        landed = []
        for link in links:
            cookie = development.get(link).headers["Set-Cookie"].split(";")[0]
            home = development.get("/", headers={"Cookie": cookie, "Accept": "text/html"})
            landed.append(home.headers["Location"])
        assert landed == ["/teachers/ada", "/caseload", "/models"]

    def test_its_curl_line_works(self, development, said, free_port):
        serve(port=free_port)
        bearer, path = re.search(
            r'curl -H "Authorization: (.+?)" "http://[^/]+(/\S+)"', said.getvalue()
        ).groups()
        answer = development.get(path, headers={"Authorization": bearer})
        assert len(answer.json()["items"]) == 5

    def test_without_a_champion_it_says_how_to_get_one(self, house, monkeypatch, said, free_port):
        use(monkeypatch, house.settings.data_dir, "development")
        serve(port=free_port)
        assert "recommender train" in said.getvalue()

    def test_a_taken_port_is_one_sentence(self, development, said):
        with (
            socket.create_server(("127.0.0.1", 0)) as taken,
            pytest.raises(InvalidInput, match="Choose another port by --port"),
        ):
            serve(port=taken.getsockname()[1])

    def test_a_store_without_tables(self, tmp_path, monkeypatch, said, free_port):
        use(monkeypatch, tmp_path, "development")
        with pytest.raises(StoreUnavailable, match="db upgrade"):
            serve(port=free_port)

    def test_production_needs_a_key_set(self, client, monkeypatch, said, free_port):
        use(monkeypatch, client.house.settings.data_dir, "production")
        with pytest.raises(SettingsRefused, match="RECOMMENDER_JWKS_FILE"):
            serve(port=free_port)

    def test_development_is_refused_beside_a_database_server(
        self, tmp_path, monkeypatch, said, free_port
    ):
        use(monkeypatch, tmp_path, "development")
        monkeypatch.setenv("RECOMMENDER_DATABASE_URL", "postgresql://db.example/real")
        with pytest.raises(SettingsRefused, match="database server"):
            serve(port=free_port)

    def test_the_name_of_the_development_issuer_is_kept(self, client, monkeypatch, said, tmp_path):
        use(monkeypatch, client.house.settings.data_dir, "production")
        monkeypatch.setenv("RECOMMENDER_JWKS_FILE", str(tmp_path / "jwks.json"))
        monkeypatch.setenv("RECOMMENDER_TOKEN_ISSUER", "development")
        with pytest.raises(SettingsRefused, match="RECOMMENDER_TOKEN_ISSUER"):
            serve()

    def test_listening_to_the_network_is_said(self, development, said, monkeypatch, free_port):
        monkeypatch.setattr(commands, "listen", lambda host, port: listen("127.0.0.1", port))
        serve(host=EVERYWHERE, port=free_port)
        assert "others on this network can reach it" in said.getvalue()


class TestGuests:
    def test_an_empty_store_has_none(self, sqlite_engine):
        with Session(sqlite_engine) as session:
            assert guests(session) == []

    def test_a_teacher_of_whom_little_is_known_is_better_than_none(self, sqlite_engine):
        StoreRows(sqlite_engine).teacher("only")
        with Session(sqlite_engine) as session:
            assert [guest.role for guest in guests(session)] == [Role.TEACHER, Role.DATA_STAFF]


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
        (EVERYWHERE, "127.0.0.1"),
        ("::", "[::1]"),
        ("::1", "[::1]"),
    ],
)
def test_the_address_to_open(host, shown):
    assert base_url(host, 80) == f"http://{shown}:80"
