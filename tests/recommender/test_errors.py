"""The family of errors."""

import re

import pytest

from recommender import errors

FAMILY = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.RecommenderError)
]


@pytest.mark.parametrize("kind", FAMILY, ids=lambda kind: kind.__name__)
def test_each_kind_has_what_the_api_and_the_command_line_need(kind):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.type)
    assert kind.title
    assert 400 <= kind.status <= 599
    assert 1 <= kind.exit_code <= 125
    assert str(kind("A sentence.")) == kind("A sentence.").detail == "A sentence."


def test_each_type_is_used_once():
    types = [kind.type for kind in FAMILY]
    assert len(types) == len(set(types))
