"""Receivers, and couriers that come to their end with the test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from hooks.courier import Courier
from tests.connections import terminate_others
from tests.scripted_web import ScriptedWeb


@pytest.fixture
def allowed(settings: Settings) -> None:
    """Receivers on this machine may be called."""
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]


@pytest.fixture
def web(allowed: None) -> Iterator[ScriptedWeb]:
    """A receiver, which answers 200 unless told otherwise."""
    with ScriptedWeb() as web:
        yield web


@pytest.fixture
def courier(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Courier]]:
    """Starts couriers that need not wait long for what is new."""
    monkeypatch.setattr("hooks.courier.POLL_SECONDS", 0.05)
    started: list[Courier] = []

    def start(at_once: int = 100, **options: Any) -> Courier:
        started.append(Courier(at_once, **options))
        return started[-1]

    yield start
    for each in started:
        each.drain(0)
    terminate_others()
