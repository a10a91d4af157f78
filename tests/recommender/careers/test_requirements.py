"""The language of `requires`."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.careers.requirements import (
    CredentialItem,
    HoursItem,
    OtherItem,
    Several,
    StackItem,
    parse_requirement,
)
from recommender.errors import InvalidInput

A, B, C = (CredentialItem(name) for name in "ABC")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("credential:A", A),
        (" credential : A ", A),
        ("stack:Data Literacy", StackItem("Data Literacy")),
        ("hours:12.5", HoursItem(Fraction(25, 2))),
        ('other:"three years, or more (here)"', OtherItem("three years, or more (here)")),
        ("credential:A & credential:B", Several(2, (A, B))),
        ("credential:A | credential:B", Several(1, (A, B))),
        ("credential:A | credential:B & credential:C", Several(1, (A, Several(2, (B, C))))),
        ("(credential:A | credential:B) & credential:C", Several(2, (Several(1, (A, B)), C))),
        ("2 of (credential:A, credential:B, credential:C)", Several(2, (A, B, C))),
        ("1 of(credential:A&credential:B, credential:C)", Several(1, (Several(2, (A, B)), C))),
        ("credential:https://a.example/badge?1", CredentialItem("https://a.example/badge?1")),
        ("((credential:A))", A),
        ("credential:A credential:", CredentialItem("A credential:")),
    ],
)
def test_it_is_read_as_written(text, tree):
    assert parse_requirement(text) == tree


@pytest.mark.parametrize(
    ("text", "place", "rule"),
    [
        ("", 1, "expected credential:"),
        ("credential:A &", 15, "expected credential:"),
        ("badge:A", 1, "'badge:' is not known"),
        ("credential:A & ?", 16, "expected credential:"),
        ("(credential:A", 14, "expected ')'"),
        ("credential:A)", 13, "')' does not belong here"),
        ("3 of (credential:A, credential:B)", 1, "asks for 3 of 2"),
        ("9" * 5000 + " of (credential:A)", 1, "expected credential:"),
        ("0 of (credential:A)", 1, "asks for 0 of 1"),
        ("hours:many", 1, "must be a number above zero"),
        ("hours:0", 1, "must be a number above zero"),
        ("hours:-1", 1, "must be a number above zero"),
        ('credential:""', 1, "names nothing"),
        ("(" * 30 + "credential:A" + ")" * 30, 22, "more than 20 brackets"),
    ],
)
def test_what_breaks_the_language_is_refused_with_its_place(text, place, rule):
    with pytest.raises(InvalidInput) as refused:
        parse_requirement(text)
    assert f"at character {place}: " in refused.value.detail
    assert rule in refused.value.detail


def test_a_very_long_one_is_refused():
    with pytest.raises(InvalidInput, match="at most 10,000 characters"):
        parse_requirement("credential:A & " * 1000)


@given(st.text(alphabet='credntialso fhu:12&|,()" ', max_size=60))
def test_any_text_is_read_or_refused(text):
    with suppress(InvalidInput):
        parse_requirement(text)
