import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, select

from recommender.errors import NotSignedIn, SettingsRefused
from recommender.settings import Environment, Settings
from recommender.store.tables import Identity
from recommender.vocabulary import Role
from serving.auth.development import (
    ISSUER,
    KEY_FILE,
    DevelopmentKey,
    identity_for,
    require_development,
    sign_in_link,
)
from serving.auth.tokens import TokenVerifier


def development(tmp_path, **more):
    return Settings(environment=Environment.DEVELOPMENT, data_dir=tmp_path, **more)


def verifier(settings):
    return TokenVerifier([DevelopmentKey(settings).trusted], settings.token_audience)


def test_the_key_is_for_its_owner_only(tmp_path):
    DevelopmentKey(development(tmp_path / "new"))
    path = tmp_path / "new" / KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == [KEY_FILE]


def test_the_key_stays_the_same(tmp_path):
    settings = development(tmp_path)
    token = DevelopmentKey(settings).mint("ada")
    assert verifier(settings).verify(token).subject == "ada"


def test_the_trusted_half_holds_no_private_key(tmp_path):
    (key,) = DevelopmentKey(development(tmp_path)).trusted.keys.keys
    assert not key.is_private


def test_processes_that_start_at_once_agree_on_the_key(tmp_path):
    settings = development(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: DevelopmentKey(settings), range(16)))
    assert len({key.trusted.keys.keys[0].kid for key in keys}) == 1


@pytest.mark.parametrize("content", ["", "{}", '{"kty": "EC"}', "[1]"])
def test_a_damaged_key_is_named(tmp_path, content):
    (tmp_path / KEY_FILE).write_text(content)
    with pytest.raises(SettingsRefused, match=KEY_FILE):
        DevelopmentKey(development(tmp_path))


def test_a_token_expires(tmp_path):
    settings = development(tmp_path)
    with pytest.raises(NotSignedIn, match="expired"):
        verifier(settings).verify(DevelopmentKey(settings).mint("ada", expires_in=-100))


def test_a_key_of_another_service_signs_nobody_in(tmp_path):
    here, there = development(tmp_path / "here"), development(tmp_path / "there")
    with pytest.raises(NotSignedIn, match="not known"):
        verifier(here).verify(DevelopmentKey(there).mint("ada"))


def test_production_has_no_development_key(tmp_path):
    with pytest.raises(SettingsRefused, match="development mode"):
        DevelopmentKey(Settings(data_dir=tmp_path))
    assert not (tmp_path / KEY_FILE).exists()


def test_development_is_refused_beside_a_database_server(tmp_path):
    with pytest.raises(SettingsRefused, match="database server"):
        require_development(development(tmp_path, database_url="postgresql://db.example/real"))


def test_a_link_keeps_the_token_whole():
    assert sign_in_link("http://h:1/", "a.b+c") == "http://h:1/dev/sign-in?token=a.b%2Bc"


def test_an_identity_is_made_once(house):
    subjects = {house.subject("ada"), house.subject("ada")}
    assert subjects == {"teacher:north:ada"}
    with Session(house.engine) as session:
        (row,) = session.exec(select(Identity)).all()
    assert (row.issuer, row.role, row.district_id) == (ISSUER, Role.TEACHER, "north")
    assert row.coach_id is None
    assert row.teacher_id is not None


def test_data_staff_is_nobody_in_particular(house):
    with Session(house.engine) as session:
        subject = identity_for(session, Role.DATA_STAFF, "north")
        session.commit()
    assert subject == "data_staff:north:anyone"
