"""Schemathesis over the whole description: no fault of ours, and no answer that is not documented.

A few cases run with the other tests; `make fuzz` runs 5,000 (`FUZZ_CASES=n` any number) and tells
how far they came. Requests go through the very app that serves. Most cases name what is there, as
somebody who may ask for it, so that they come through to the work; the others try the door.
"""

import math
import os
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from recommender.console import print_table
from serving.app import create_app
from tests.serving.furnished import ACTING, Things, acting_for, addressed, furnish, named
from tests.serving.house import Client

CASES = int(os.environ.get("FUZZ_CASES", "150"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
CALLERS = ("ada", "bob", "zoe", "cole", "sam", "staff", "admin", "admin of south")
KINDS = ("furnished", "furnished", "furnished", "mistaken", "described", "broken")
"""`furnished`: all that it names is there; `mistaken`: at a right address, as one who may, but not
as described; `described`: anything that the description allows, as anybody; `broken`: the rest."""


@pytest.fixture(scope="module")
def described(districts, tmp_path_factory):
    """The API as it describes itself, a token of each kind of caller, and things to work on."""
    house = districts(champion=True).copy_to(tmp_path_factory.mktemp("schemathesis"))
    chosen = house.settings.model_copy(update={"requests_per_minute": 0})
    client = Client(create_app(chosen, house.engine), house)
    furnish(client)
    schema = schemathesis.openapi.from_asgi(
        "/openapi.json", client.app, config=SchemathesisConfig()
    )
    tokens = {who: {"Authorization": f"Bearer {house.token(who)}"} for who in CALLERS}
    yield schema, tokens | {ACTING: acting_for(client, "ada")}, Things(client)
    house.engine.dispose()


def drawn(draw, kind, operation, things):
    """Return a case of a kind, and who sends it."""
    wrong = kind in {"mistaken", "broken"}
    mode = GenerationMode.NEGATIVE if wrong else GenerationMode.POSITIVE
    case = draw(operation.as_strategy(mode))
    if kind in {"described", "broken"}:
        return case, draw(st.sampled_from((None, ACTING, *CALLERS)))
    operation_id = operation.definition.raw["operationId"]
    if kind == "furnished":
        if "requestBody" in operation.definition.raw and not draw(st.booleans()):
            case.body = draw(st.sampled_from(examples_of(operation)))
        named(draw, case, operation_id)
    return case, addressed(draw, case, operation_id, things)


def examples_of(operation):
    """Return the examples of a body."""
    schemas = operation.schema.raw_schema["components"]["schemas"]
    (content,) = operation.definition.raw["requestBody"]["content"].values()
    return schemas[content["schema"]["$ref"].rpartition("/")[2]]["examples"]


def trying(operation, share, tokens, things, tried, answered):
    """Return the test of one operation."""

    @settings(
        max_examples=share,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def try_it(data):
        kind = data.draw(st.sampled_from(KINDS))
        case, who = drawn(data.draw, kind, operation, things)
        answer = case.call(headers=tokens.get(who, {}))
        tried[operation.label, kind] += 1
        answered[operation.label, kind] += answer.status_code < 400
        case.validate_response(answer, checks=CHECKS)

    return try_it


def test_no_fault_and_nothing_undocumented(described, capsys):
    schema, tokens, things = described
    operations = [found.ok() for found in schema.get_all_operations()]
    # Some operations take so little that there are fewer different cases than their share.
    share = max(math.ceil(1.1 * CASES / len(operations)), 4)
    tried, answered = Counter(), Counter()
    for operation in operations:
        trying(operation, share, tokens, things, tried, answered)()
    if "FUZZ_CASES" in os.environ:
        with capsys.disabled():
            tell(tried, answered)
    assert tried.total() >= CASES * 0.9
    assert answered.total() > tried.total() / 3
    # The first case of each operation is the plainest that there is: it comes through.
    assert {label for label, _ in tried} == {label for (label, _), n in answered.items() if n}


def tell(tried, answered):
    title = f"{tried.total():,} cases, {answered.total() / tried.total():.1%} of them answered"
    rows = [
        (operation, kind, str(answered[operation, kind]), str(tried[operation, kind]))
        for operation, kind in tried
    ]
    print_table(title, ("operation", "kind", "answered", "tried"), rows)
