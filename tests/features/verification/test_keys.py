import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey

from features.verification.keys import KeyNotReadable, base58, jwk_keys, multikey, named_key
from tests.features import badge_signer
from tests.features.badge_signer import Signer


@given(st.binary(max_size=80))
def test_base58_goes_both_ways(content):
    assert base58(badge_signer.base58(content)) == content


def test_a_key_is_found_in_its_name():
    signer = Signer()
    expected = signer.jwk.thumbprint()
    for name in (signer.multikey, signer.did, f"{signer.did}#{signer.multikey}"):
        assert named_key(name).thumbprint() == expected


def test_a_key_on_p256():
    # The example of the did:key method's own description.
    key = multikey("zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169")
    assert key.as_dict()["crv"] == "P-256"


@pytest.mark.parametrize(
    "name", ["", "z", "did:web:a", "z6Mk", "zDnaer", "u7QE", "z" + "2" * 400, "did:key:z6LSbysY2"]
)
def test_what_is_no_key(name):
    with pytest.raises(KeyNotReadable):
        named_key(name)


def test_key_sets_hold_public_keys_alone():
    public = ECKey.generate_key("P-256").as_dict(private=False)
    assert len(jwk_keys({"keys": [public]})) == 1
    for keys in (
        None,
        [{}],
        ["x"],
        [ECKey.generate_key("P-256").as_dict(private=True)],
        [OctKey.generate_key(256).as_dict()],
        [{"kty": "RSA", "e": "AQAB", "n": "s" * 171}],
    ):
        with pytest.raises(KeyNotReadable):
            jwk_keys({"keys": keys})
