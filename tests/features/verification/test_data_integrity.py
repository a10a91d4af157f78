import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.verification import canonical
from features.verification.canonical import NotCanonical, canonical_text
from features.verification.data_integrity import holds, is_ours, proofs_of, signed_bytes
from features.verification.keys import KeyNotReadable, named_key
from tests.features.badge_signer import Signer, credential

SIGNER = Signer()
KEY = named_key(SIGNER.multikey)
SIGNED = SIGNER.proved(credential())


def verifies(document, keys=(KEY,)):
    """Whether a document is believed; what cannot be judged is not."""
    try:
        return any(holds(document, proof, keys) for proof in proofs_of(document) if is_ours(proof))
    except (NotCanonical, KeyNotReadable):
        return False


@pytest.fixture
def vector(pytestconfig):
    folder = pytestconfig.rootpath.parent / "shared" / "interop" / "data-integrity-eddsa-rdfc-2022"
    if not folder.exists():
        pytest.skip("the W3C's test vector is not beside this tree")
    return lambda name: (folder / name).read_text()


def test_the_vector_of_the_w3c_step_by_step(vector, monkeypatch):
    # The vector's second context is an example's: it gives every word a meaning.
    examples = {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}
    address = "https://www.w3.org/ns/credentials/examples/v2"
    monkeypatch.setattr(
        "features.verification.canonical.CONTEXTS",
        canonical.CONTEXTS | {address: examples},
    )
    canonical._loader.cache_clear()
    signed = json.loads(vector("signedDataInt.json"))
    assert canonical_text(json.loads(vector("unsigned.json"))) == vector("canonDocDataInt.txt")
    options = json.loads(vector("proofConfigDataInt.json"))
    assert canonical_text(options) == vector("proofCanonDataInt.txt")
    combined = vector("proofHashDataInt.txt").strip() + vector("docHashDataInt.txt").strip()
    assert signed_bytes(signed, signed["proof"]).hex() == combined
    assert verifies(signed, [named_key(signed["proof"]["verificationMethod"])])
    assert not verifies(signed)
    canonical._loader.cache_clear()


def test_what_our_signer_signs_holds():
    assert verifies(SIGNED)
    assert not verifies(SIGNED, [named_key(Signer("another").multikey)])
    assert not verifies(SIGNED, [])


@given(data=st.data())
def test_any_changed_byte_is_noticed(data):
    """Whatever byte is changed, it is no JSON, or means the same JSON, or does not hold."""
    content = json.dumps(SIGNED).encode()
    at = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(32, 126).filter(lambda value: value != content[at]))
    changed = content[:at] + bytes([byte]) + content[at + 1 :]
    try:
        document = json.loads(changed)
    except ValueError:
        return
    assert document == SIGNED or not (isinstance(document, dict) and verifies(document))


def places(value, path=()):
    """Yield the path of each single value of a document."""
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for name, part in parts:
        if isinstance(part, dict | list):
            yield from places(part, (*path, name))
        else:
            yield (*path, name)


@given(path=st.sampled_from(list(places(SIGNED))), text=st.text(min_size=1, max_size=20))
def test_any_other_value_in_any_place_is_noticed(path, text):
    changed = copy.deepcopy(SIGNED)
    *inside, last = path
    holder = changed
    for name in inside:
        holder = holder[name]
    if holder[last] == text:
        return
    holder[last] = text
    assert not verifies(changed)


@given(st.sampled_from(["name", "evil", "https://schema.org/name", "@foo", "image"]))
def test_a_member_that_is_added_is_noticed(name):
    assert not verifies(SIGNED | {name: "x"})
    inside = copy.deepcopy(SIGNED)
    inside["credentialSubject"]["achievement"]["evil"] = "x"
    assert not verifies(inside)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"@context": [*SIGNED["@context"], {"name": None}]}, "a context of its own"),
        ({"@context": [*SIGNED["@context"], "https://evil.example/c"]}, "is not known here"),
        ({"unknown": 1}, "known to none of its contexts"),
        ({"id": "relative"}, "not a full address"),
        ({"@included": [{"id": "urn:x"}]}, "which no credential needs"),
        (
            {"evidence": [{"id": f"urn:e{n}", "type": ["Evidence"]} for n in range(20_000)]},
            "20,000",
        ),
    ],
)
def test_what_could_hide_something_is_refused(change, why):
    with pytest.raises(NotCanonical, match=why):
        canonical_text({name: part for name, part in SIGNED.items() if name != "proof"} | change)


def test_a_graph_made_to_take_for_ever_is_given_up():
    alike = [{"type": ["Alignment"], "targetName": "same"} for _ in range(12)]
    subject = {
        "type": ["AchievementSubject"],
        "achievement": {"type": ["Achievement"], "name": "same", "alignment": alike},
    }
    document = {name: part for name, part in SIGNED.items() if name != "proof"}
    with pytest.raises(NotCanonical, match="look alike"):
        canonical_text(document | {"credentialSubject": [subject, subject]})
    few = subject["achievement"] | {"alignment": alike[:5]}
    assert canonical_text(document | {"credentialSubject": [subject | {"achievement": few}] * 2})


def test_a_proof_for_another_purpose_is_none_of_ours():
    for options in ({"proofPurpose": "authentication"}, {"cryptosuite": "ecdsa-rdfc-2019"}):
        assert not verifies(SIGNER.proved(credential(), **options))


def test_several_proofs_one_of_which_holds():
    two = SIGNED | {"proof": [Signer("other").proved(credential())["proof"], SIGNED["proof"]]}
    assert verifies(two)


@pytest.mark.parametrize("value", ["", "z", "zzz", "uAAAA", "z" + "1" * 500, "z0OIl"])
def test_a_signature_that_is_none(value):
    document = SIGNED | {"proof": SIGNED["proof"] | {"proofValue": value}}
    assert not verifies(document)
