import json

import pytest
from joserfc.jwk import ECKey

from features.verification.fetching import NotFetched
from features.verification.trust import did_web_address, read_trust
from recommender.errors import SettingsRefused
from tests.features.badge_signer import Signer

SIGNER = Signer()


@pytest.fixture
def trusting(tmp_path):
    def read(text):
        path = tmp_path / "issuers.toml"
        path.write_text(text)
        return read_trust(path)

    return read


def test_nobody_is_trusted_without_a_file():
    trust = read_trust(None)
    assert trust.empty
    assert trust.issuer("x") is None
    with pytest.raises(NotFetched):
        trust.fetcher.fetch("https://issuer.example/")


def test_keys_come_from_names_sets_and_the_issuers_own_name(trusting, tmp_path):
    public = ECKey.generate_key("P-256").as_dict(private=False)
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [public]}))
    trust = trusting(
        f'[[issuers]]\nid = "https://a.example/i"\nkeys = ["{SIGNER.did}"]\njwks = "keys.json"\n'
        f'[[issuers]]\nid = "{SIGNER.did}"\nname = "A"\n'
    )
    assert len(trust.keys_of(trust.issuer("https://a.example/i"))) == 2
    (key,) = trust.keys_of(trust.issuer(SIGNER.did))
    assert key.thumbprint() == SIGNER.jwk.thumbprint()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x", "is not TOML"),
        ("[[issuers]]\nid = 'a'\ncolour = 1", r"issuers\.0\.colour"),
        ("[[issuers]]\nname = 'a'", r"issuers\.0\.id"),
        ("[fetch]\nseconds = 1000", "fetch.seconds"),
        ("[[issuers]]\nid = 'a'\nkeys = ['abc']", "the keys of a: a text is not multibase"),
        ("[[issuers]]\nid = 'a'\njwks = 'none.json'", "cannot be read"),
        ("[[issuers]]\nid = 'did:key:zzz'", "the keys of did:key:zzz"),
    ],
)
def test_a_file_that_says_it_wrong_is_refused_with_the_place(trusting, text, why):
    with pytest.raises(SettingsRefused, match=why):
        trusting(text)


def test_a_key_set_that_is_none_is_refused(trusting, tmp_path):
    for content in ("x", "[]", '{"keys": [{"kty": "oct", "k": "AAAA"}]}'):
        (tmp_path / "k.json").write_text(content)
        with pytest.raises(SettingsRefused, match="the keys of a"):
            trusting("[[issuers]]\nid = 'a'\njwks = 'k.json'")


def test_pages_belong_to_an_issuer_by_host_or_by_what_the_file_says(trusting):
    trust = trusting(
        "[[issuers]]\nid = 'https://a.example/i'\n"
        "[[issuers]]\nid = 'https://b.example/i'\npages = ['https://cdn.example/b/']\n"
        "[[issuers]]\nid = 'did:web:c.example'\n"
    )
    owners = {
        "https://a.example/badge/1": "https://a.example/i",
        "https://a.example.evil/badge": None,
        "https://x@a.example/badge": None,
        "https://cdn.example/b/1": "https://b.example/i",
        "https://cdn.example/c/1": None,
        "https://b.example/1": None,
        "urn:x": None,
        "": None,
        "https://[": None,
    }
    for address, owner in owners.items():
        found = trust.owner(address)
        assert (found.id if found else None) == owner


def test_a_did_web_is_asked_for_its_keys_where_that_is_allowed(trusting, monkeypatch):
    trust = trusting("[[issuers]]\nid = 'did:web:c.example:staff'\n")
    issuer = trust.issuer("did:web:c.example:staff")
    methods = [
        {"publicKeyMultibase": SIGNER.multikey},
        {"publicKeyJwk": ECKey.generate_key("P-256").as_dict(private=False)},
        {"publicKeyJwk": ECKey.generate_key("P-256").as_dict(private=True)},
        {"publicKeyMultibase": "z"},
        3,
    ]
    document = {"id": issuer.id, "verificationMethod": methods}
    asked = []

    def fetch(url):
        asked.append(url)
        return json.dumps(document).encode()

    monkeypatch.setattr(trust.fetcher, "fetch", fetch)
    assert len(trust.keys_of(issuer)) == 2
    assert asked == ["https://c.example/staff/did.json"]
    for wrong in ({"id": "did:web:other"}, [], {"id": issuer.id}):
        again = trusting("[[issuers]]\nid = 'did:web:c.example:staff'\n")
        monkeypatch.setattr(again.fetcher, "fetch", lambda _, w=wrong: json.dumps(w).encode())
        assert again.keys_of(again.issuer(issuer.id)) == []


def test_where_the_document_of_a_did_web_stands():
    assert did_web_address("did:web:a.example") == "https://a.example/.well-known/did.json"
    assert did_web_address("did:web:a.example:u:v") == "https://a.example/u/v/did.json"
