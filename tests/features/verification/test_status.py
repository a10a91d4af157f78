import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.verification import status
from features.verification.status import StatusNotKnown, bit_of, names_badge
from tests.features.badge_signer import status_list


@given(st.sets(st.integers(0, 131_071), max_size=20), st.integers(0, 131_071))
def test_a_bit_is_what_was_set(taken, asked):
    assert bit_of(status_list(*taken), "revocation", str(asked)) == (asked in taken)


@pytest.mark.parametrize(
    ("change", "index", "why"),
    [
        ({}, 131_072, "lies outside"),
        ({}, "-1", "is no number"),
        ({}, True, "is no number"),
        ({}, "9" * 4000, "is no number"),
        ({}, None, "is no number"),
        ({"encodedList": "u!!!"}, 1, "cannot be unpacked"),
        ({"encodedList": "uAAAA"}, 1, "cannot be unpacked"),
        ({"encodedList": 3}, 1, "holds no list"),
        ({"statusPurpose": "message"}, 1, "another purpose"),
    ],
)
def test_a_list_that_does_not_say(change, index, why):
    listed = status_list(7)
    listed["credentialSubject"] |= change
    with pytest.raises(StatusNotKnown, match=why):
        bit_of(listed, "revocation", index)


def test_a_bomb_is_not_unpacked(monkeypatch):
    with pytest.raises(StatusNotKnown, match="more than 67,108,864 entries"):
        bit_of(status_list(size=status.MAX_BITS * 8), "revocation", 1)


def test_lists_of_badges():
    assert names_badge({"revokedAssertions": ["a", {"id": "b"}]}, "b")
    assert names_badge({"revokedCredential": [{"id": "b", "revoked": True}]}, "b")
    assert not names_badge({"revokedAssertions": []}, "b")
    with pytest.raises(StatusNotKnown):
        names_badge({}, "b")
