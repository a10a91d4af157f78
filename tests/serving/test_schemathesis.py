"""Schemathesis over the whole description: no fault of ours, and no answer that is not documented.

A few cases run with the other tests; `make fuzz` runs 5,000 (`FUZZ_CASES=n` any number). Requests
go through the very app that serves, as the different kinds of callers in turn.
"""

import math
import os

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

from serving.app import create_app
from tests.serving.house import Client

CASES = int(os.environ.get("FUZZ_CASES", "150"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
CALLERS = ("ada", "cole", "staff", "admin")


@pytest.fixture(scope="module")
def described(trained, tmp_path_factory):
    """The API as it describes itself, and a token of each kind of caller."""
    house = trained.copy_to(tmp_path_factory.mktemp("schemathesis"))
    chosen = house.settings.model_copy(update={"requests_per_minute": 0})
    client = Client(create_app(chosen, house.engine), house)
    schema = schemathesis.openapi.from_asgi(
        "/openapi.json", client.app, config=SchemathesisConfig()
    )
    yield schema, {who: house.token(who) for who in CALLERS}
    house.engine.dispose()


def test_no_fault_and_nothing_undocumented(described):
    schema, tokens = described
    operations = [found.ok() for found in schema.get_all_operations()]
    # Some operations take so little that there are fewer different cases than their share.
    share = max(math.ceil(1.1 * CASES / len(operations)), 4)
    tried = answered = 0
    for operation in operations:

        @settings(
            max_examples=share,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            case=operation.as_strategy(GenerationMode.POSITIVE)
            | operation.as_strategy(GenerationMode.NEGATIVE),
            who=st.sampled_from([None, *CALLERS]),
        )
        def try_it(case, who):
            nonlocal tried, answered
            headers = {"Authorization": f"Bearer {tokens[who]}"} if who else {}
            answer = case.call(headers=headers)
            tried += 1
            answered += answer.status_code < 400
            case.validate_response(answer, checks=CHECKS)

        try_it()
    assert tried >= CASES * 0.9
    assert answered > tried / 50
