import base64
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, RSAKey

from features.verification.jws import LONGEST, read_signed, signed_by_any
from features.verification.keys import named_key
from tests.features.badge_signer import Signer, credential, signed_token

SIGNER = Signer()
KEY = named_key(SIGNER.did)
TOKEN = SIGNER.token({"vc": credential(), "iss": SIGNER.issuer})
RSA = RSAKey.generate_key(2048)
EC = ECKey.generate_key("P-256")


def believed(text, *keys):
    signed = read_signed(text)
    return signed is not None and signed_by_any(signed, keys or (KEY,))


@pytest.mark.parametrize(
    ("key", "alg"), [(RSA, "RS256"), (EC, "ES256"), (SIGNER.jwk, "EdDSA"), (SIGNER.jwk, "Ed25519")]
)
def test_three_ways_of_signing_hold(key, alg):
    text = signed_token({"a": 1}, key, alg, kid="any", jwk=key.as_dict(private=False))
    public = type(key).import_key(key.as_dict(private=False))
    assert believed(text, public)
    assert not believed(text, KEY) or public.thumbprint() == KEY.thumbprint()


@given(data=st.data())
def test_any_changed_character_is_noticed(data):
    at = data.draw(st.integers(0, len(TOKEN) - 1))
    character = data.draw(st.characters(codec="ascii").filter(lambda c: c != TOKEN[at]))
    assert not believed(TOKEN[:at] + character + TOKEN[at + 1 :])


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_no_algorithm_of_the_messages_choice():
    payload = TOKEN.split(".")[1]
    bare = f"{part({'alg': 'none'})}.{payload}."
    assert not believed(bare)
    secret = json.dumps(KEY.as_dict()).encode()
    begin = f"{part({'alg': 'HS256'})}.{payload}"
    digest = base64.urlsafe_b64encode(hmac.digest(secret, begin.encode(), "sha256")).decode()
    assert not believed(f"{begin}.{digest.rstrip('=')}")


def test_a_key_inside_the_message_proves_nothing():
    stranger = Signer("stranger")
    text = stranger.token({"a": 1}, jwk=stranger.jwk.as_dict(private=False), kid=stranger.did)
    assert not believed(text)


def test_a_header_that_must_be_understood_and_is_not():
    _, payload, _ = TOKEN.split(".")
    assert not believed(f"{part({'alg': 'EdDSA', 'crit': ['b64'], 'b64': False})}.{payload}.AAAA")


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "....", "é.é.é", "ab.c*.d", "a" * 50])
def test_what_is_no_signed_text(text):
    assert not believed(text)


def test_a_text_that_is_too_long_is_not_looked_at():
    assert read_signed(f"{TOKEN}{'A' * LONGEST}") is None
