"""Requests made up from the description: no 500, no answer that it does not list, no leak."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.schemas import BaseSchema

from tests import described
from tests.fuzz import checks, description, world
from tests.fuzz.world import PERSONAS, World

pytestmark = pytest.mark.django_db
# Of each operation and persona; python -m tests.fuzz makes more of them.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4"))
SEED = int(os.environ.get("FUZZ_SEED", "0"))


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request does not close the connection that the test's transaction is on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def planted() -> World:
    return world.make()


@pytest.fixture
def schema(planted: World) -> BaseSchema:
    return description.of(planted)


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("operation", described.operations(), ids=lambda each: each.name)
def test_whatever_is_asked(
    planted: World, schema: BaseSchema, operation: described.Operation, persona: str
) -> None:
    tried = schema[operation.path][operation.method]
    modes = [tried.as_strategy(mode, feedback=NO_FEEDBACK) for mode in GenerationMode]

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(modes))
    def check(case: Case) -> None:
        answer = ask(case, planted.headers(persona))
        for text in planted.unseen(persona):
            assert text not in answer.text, f"{persona} sees {text}"

    check()


def ask(case: Case, headers: dict[str, str]) -> Any:
    """The answer, checked; all that the request has changed is undone."""
    with transaction.atomic():
        answer = case.call_and_validate(headers=headers, excluded_checks=checks.excluded(case))
        transaction.set_rollback(True)
    return answer
