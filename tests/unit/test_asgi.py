"""A crowd of requests waits at the door."""

import asyncio
import importlib
from typing import Any

import pytest


@pytest.fixture
def asgi(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DATABASE_CONNECTION_AGE", "0")
    return importlib.reload(importlib.import_module("scheduler_project.asgi"))


def test_requests_at_work_are_bounded(asgi: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    working, most = 0, 0

    async def django(*_: Any) -> None:
        nonlocal working, most
        working += 1
        most = max(most, working)
        await asyncio.sleep(0)
        working -= 1

    async def crowd() -> None:
        await asyncio.gather(*(asgi.application({"type": "http"}, None, None) for _ in range(200)))

    monkeypatch.setattr(asgi, "http", django)
    asyncio.run(crowd())
    assert most == asgi.REQUESTS_AT_ONCE
