"""Attacks on the token, and the tokens that hold."""

import base64
import hashlib
import hmac
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey

from recommender.errors import NotSignedIn, SettingsRefused
from serving.auth.tokens import PinnedAlgorithms, TokenVerifier, TrustedKeys, read_jwks

ISSUER, AUDIENCE = "https://id.example", "recommender"
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})
KEYS = {"RS256": RSA, "ES256": EC, "EdDSA": ED}


def public(key):
    return type(key).import_key(dict(key.as_dict(private=False)))


VERIFIER = TokenVerifier(
    [TrustedKeys(ISSUER, KeySet([public(key) for key in KEYS.values()]))], AUDIENCE
)


def sign(key=EC, alg="ES256", header=None, **changes):
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "exp": now + 60} | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(
        {"alg": alg, "kid": key.kid} | (header or {}),
        claims,
        key,
        registry=PinnedAlgorithms(strict_check_header=False),
    )


def encode(part) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("alg", KEYS)
def test_each_allowed_algorithm_holds(alg):
    claims = VERIFIER.verify(sign(KEYS[alg], alg))
    assert (claims.issuer, claims.subject) == (ISSUER, "ada")


def test_an_audience_among_several_holds():
    assert VERIFIER.verify(sign(aud=["other", AUDIENCE])).subject == "ada"


def test_a_header_of_the_providers_own_is_ignored():
    assert VERIFIER.verify(sign(header={"x-provider": "yes"})).subject == "ada"


def test_a_token_that_just_expired_still_holds_for_clocks_that_differ():
    assert VERIFIER.verify(sign(exp=int(time.time()) - 30)).subject == "ada"


REFUSED = {
    "expired": {"exp": 1_000_000_000},
    "no expiry": {"exp": None},
    "not a number": {"exp": "tomorrow"},
    "never": {"exp": float("nan")},
    "not yet": {"nbf": 4_000_000_000},
    "made in the future": {"iat": 4_000_000_000},
    "another audience": {"aud": "someone else"},
    "no audience": {"aud": None},
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is no text": {"sub": 7},
    "a subject with control characters": {"sub": "ada\x00"},
    "an over-long subject": {"sub": "a" * 300},
}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED.keys())
def test_claims_that_do_not_hold(changes):
    with pytest.raises(NotSignedIn):
        VERIFIER.verify(sign(**changes))


def test_alg_none_is_refused():
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "exp": 4_000_000_000}
    for alg in ("none", "None", "NONE", ""):
        with pytest.raises(NotSignedIn):
            VERIFIER.verify(f"{encode({'alg': alg, 'kid': 'ec'})}.{encode(claims)}.")


@pytest.mark.parametrize("form", ["pem", "der", "jwk"])
def test_hs256_keyed_with_the_public_key_is_refused(form):
    secret = {
        "pem": RSA.as_pem(private=False),
        "der": RSA.as_der(private=False),
        "jwk": json.dumps(RSA.as_dict(private=False)).encode(),
    }[form]
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "exp": 4_000_000_000}
    signed = f"{encode({'alg': 'HS256', 'kid': 'rsa'})}.{encode(claims)}"
    mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
    with pytest.raises(NotSignedIn, match="not accepted here"):
        VERIFIER.verify(f"{signed}.{signature}")


def test_an_unknown_key_is_refused():
    stranger = ECKey.generate_key("P-256", {"kid": "stranger"})
    with pytest.raises(NotSignedIn, match="not known"):
        VERIFIER.verify(sign(stranger))


def test_anothers_key_under_a_known_name_is_refused():
    impostor = ECKey.generate_key("P-256", {"kid": "ec"})
    with pytest.raises(NotSignedIn, match="signature"):
        VERIFIER.verify(sign(impostor))


def test_a_key_inside_the_token_is_not_trusted():
    stranger = ECKey.generate_key("P-256", {"kid": "ec"})
    with pytest.raises(NotSignedIn):
        VERIFIER.verify(sign(stranger, header={"jwk": stranger.as_dict(private=False)}))


def test_a_token_must_name_its_key():
    lone = TokenVerifier([TrustedKeys(ISSUER, KeySet([public(EC)]))], AUDIENCE)
    with pytest.raises(NotSignedIn, match="not known"):
        lone.verify(sign(header={"kid": ""}))


def test_an_algorithm_of_another_kind_of_key_is_refused():
    with pytest.raises(NotSignedIn):
        VERIFIER.verify(sign(EC, header={"kid": "rsa"}))


def test_each_issuer_signs_with_its_own_keys_only():
    two = TokenVerifier(
        [TrustedKeys(ISSUER, KeySet([public(EC)])), TrustedKeys("other", KeySet([public(ED)]))],
        AUDIENCE,
    )
    assert two.verify(sign(EC)).issuer == ISSUER
    with pytest.raises(NotSignedIn):
        two.verify(sign(ED, "EdDSA"))
    assert two.verify(sign(ED, "EdDSA", iss="other")).issuer == "other"


def test_a_changed_payload_is_refused():
    head, _, signature = sign().split(".")
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "bob", "exp": 4_000_000_000}
    with pytest.raises(NotSignedIn, match="signature"):
        VERIFIER.verify(f"{head}.{encode(claims)}.{signature}")


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b.c", "é.é.é", "a" * 10_000, "\x00", "\ud800", "e30.e30."]
)
def test_what_is_no_token_at_all(text):
    with pytest.raises(NotSignedIn):
        VERIFIER.verify(text)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_is_refused_calmly(text):
    with pytest.raises(NotSignedIn):
        VERIFIER.verify(text)


@given(
    st.dictionaries(
        st.sampled_from(["alg", "kid", "crit", "b64", "zip"]), st.integers() | st.text()
    )
)
def test_any_header_is_refused_calmly(header):
    with pytest.raises(NotSignedIn):
        VERIFIER.verify(f"{encode(header)}.{encode({'sub': 'ada'})}.e30")


def test_no_message_repeats_the_token():
    token = sign(exp=1)
    with pytest.raises(NotSignedIn) as refused:
        VERIFIER.verify(token)
    assert not any(part in str(refused.value) for part in token.split("."))


class TestKeySetFile:
    def write(self, tmp_path, content):
        path = tmp_path / "jwks.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def test_public_keys_are_read(self, tmp_path):
        keys = [{**key.as_dict(private=False), "x5c": ["MII"]} for key in KEYS.values()]
        read = read_jwks(self.write(tmp_path, {"keys": keys, "more": 1}))
        assert [key.kid for key in read.keys] == ["rsa", "ec", "ed"]

    @pytest.mark.parametrize(
        "content",
        [
            "not json",
            [],
            {"keys": []},
            {"keys": [{}]},
            {"keys": [OctKey.generate_key(256, {"kid": "oct"}).as_dict()]},
            {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "bad"}]},
            {"keys": [{"kty": "RSA", "n": 5, "e": "AQAB", "kid": "bad"}]},
            {"keys": [ECKey.generate_key("P-256").as_dict(private=False)]},
        ],
    )
    def test_what_cannot_be_used_is_refused(self, tmp_path, content):
        with pytest.raises(SettingsRefused, match=r"jwks\.json"):
            read_jwks(self.write(tmp_path, content))

    def test_a_missing_file_is_refused(self, tmp_path):
        with pytest.raises(SettingsRefused, match="cannot be read"):
            read_jwks(tmp_path / "none.json")
