"""What docs/webhooks.md says is so."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from agents import signatures
from feed.events import EVENTS
from hooks import claims, secrets, sending
from hooks.facts import FACTS
from hooks.policies import MOST_ATTEMPTS, OFF_AFTER

PAGE = (Path(settings.BASE_DIR) / "docs/webhooks.md").read_text()
BODY = b'{"type": "ping"}'


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture
def is_genuine() -> Any:
    """The page's own function."""
    names: dict[str, Any] = {}
    exec(block("python"), names)
    return names["is_genuine"]


def signed(*given: str, at: float | None = None) -> dict[str, str]:
    moment = int(time.time() if at is None else at)
    return signatures.headers(given, message_id="delivery_1", timestamp=moment, body=BODY)


def test_its_function_knows_what_is_genuine(is_genuine: Any) -> None:
    secret, other = secrets.new(), secrets.new()
    assert is_genuine(signed(secret), BODY, secret)
    assert is_genuine(signed(other, secret), BODY, secret)
    assert not is_genuine(signed(other), BODY, secret)
    assert not is_genuine(signed(secret), BODY + b" ", secret)
    assert not is_genuine(signed(secret) | {"webhook-id": "delivery_2"}, BODY, secret)
    assert not is_genuine(signed(secret, at=time.time() - 3600), BODY, secret)


def test_its_events_are_all_there_are() -> None:
    named = set(re.findall(r"`(execution|schedule|notification)?\.(\w+)`", PAGE))
    known = {event.partition(".")[2] for event in EVENTS}
    assert {name for _, name in named} - {"hook_disabled"} == known - {"hook_disabled"}


def test_its_example_has_the_fields_that_are_sent() -> None:
    data = json.loads(block("json"))["data"]
    own = ["sequence", "execution", "schedule", "notification", "name", "attempt", "reason"]
    assert set(data) == {*own, *re.findall(r"'(\w+)', ", FACTS)}


def test_its_numbers() -> None:
    for sentence in (
        f"within {sending.TIMEOUT:.0f} seconds",
        {8: "Eight attempts"}[MOST_ATTEMPTS],
        {4: "**Four messages at once**"}[claims.EACH],
        {6.0: "for six hours"}[OFF_AFTER.total_seconds() / 3600],
        f"after {settings.HOOK_FAILURES_BEFORE_OFF} failed attempts",
        f"kept for {settings.DELIVERIES_KEPT_DAYS} days",
    ):
        assert sentence in PAGE
