"""What budgets leave to a run reaches it; what they refuse never begins."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from agents.models import Agent
from schedules import applicants
from schedules.models import Execution
from schedules.tests.integration.money import limit, stands
from schedules.tests.integration.worker.scripted_runs import Script
from schedules.tests.integration.worker.waits import becomes
from schedules.worker import Engine

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_run_knows_its_limits_and_settles_them(
    engine: Engine, give: Callable[..., Execution], script: Script
) -> None:
    applicants.load_prices()
    Agent.objects.update(model="openai:gpt-5")
    execution = give("hold")
    assert execution.schedule is not None
    tokens = limit(execution.schedule, 1_000, period="month")
    limit(execution.schedule, 2, unit="dollars")
    engine.submit(execution.id)
    begun = script.next()
    assert (begun.order.max_tokens, begun.order.max_cost) == (516, Decimal("0.04"))
    begun.release()
    becomes(execution, "success")
    assert stands(tokens) == (12, 0)


def test_a_run_that_is_refused_never_begins(
    engine: Engine, give: Callable[..., Execution], script: Script
) -> None:
    execution = give("hold")
    assert execution.schedule is not None
    limit(execution.schedule, 1)
    engine.submit(execution.id)
    becomes(execution, "skipped")
    assert script.nothing_more()
