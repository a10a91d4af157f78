import pytest

from recommender.cli import run
from training.quality.peers.outside import environments


@pytest.fixture
def made(data_dir, monkeypatch):
    """Environments are noted as made, not made; RecTools' cannot be."""
    names = []

    def set_up(library):
        if library == "rectools":
            raise environments.SetUpFailed("The environment of rectools could not be made: no.")
        names.append(library)

    monkeypatch.setattr(environments, "set_up", set_up)
    return names


def test_those_named_are_set_up(made, capsys):
    assert run(["benchmark", "setup-peers", "lightfm", "lenskit"]) == 0
    assert made == ["lenskit", "lightfm"]
    assert "lightfm is ready now" in capsys.readouterr().err


def test_what_is_ready_is_left_alone_unless_asked(made, monkeypatch, capsys):
    monkeypatch.setattr(environments, "why_not", lambda library: "")
    assert run(["benchmark", "setup-peers", "lenskit"]) == 0
    assert made == []
    assert "lenskit is ready." in capsys.readouterr().err
    assert run(["benchmark", "setup-peers", "--again", "lenskit"]) == 0
    assert made == ["lenskit"]


def test_a_failure_is_a_sentence(made, capsys):
    assert run(["benchmark", "setup-peers"]) == 1
    assert "The environment of rectools could not be made: no." in capsys.readouterr().err


def test_an_unknown_name_is_a_sentence(made, capsys):
    assert run(["benchmark", "setup-peers", "surprise"]) == 2
    assert "There is no peer 'surprise'" in capsys.readouterr().err
    assert made == []
