"""Requests through the guard, to a real server on loopback."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from agents.net import Answer, Refused, fetch
from tests.scripted_web import ScriptedWeb, answer


@pytest.fixture
def web(settings: Any) -> Iterator[ScriptedWeb]:
    """A server that the deployment allows by its address."""
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    with ScriptedWeb() as server:
        yield server


def get(url: str, method: str = "GET", **changes: Any) -> Answer:
    """One request on an event loop of its own."""
    options: dict[str, Any] = {"headers": {}, "timeout": 20, "max_bytes": 1000}
    return asyncio.run(fetch(method, url, **(options | changes)))


def leading_to(*answers: Sequence[str]) -> Any:
    """A resolver that gives these answers, one at each call, and no more."""
    left = iter(answers)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return next(left)

    return resolve


def test_one_request_and_its_answer(web: ScriptedWeb) -> None:
    web.then(answer("hällo".encode(), 201, X_Thing="5", Content_Type="text/plain"))
    got = get(f"{web.url}/a?b=c#d", "POST", headers={"X-Mine": "1"}, content=b"{}")
    assert (got.status, got.text, got.truncated) == (201, "hällo", False)
    assert got.headers["x-thing"] == "5"
    (sent,) = web.requests
    assert (sent.method, sent.target, sent.body) == ("POST", "/a?b=c", b"{}")
    assert sent.headers["host"] == f"127.0.0.1:{web.port}"
    assert (sent.headers["x-mine"], sent.headers["accept-encoding"]) == ("1", "identity")


def test_nothing_private_is_reached(web: ScriptedWeb, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = []
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::1]"):
        with pytest.raises(Refused, match="not public"):
            get(f"http://{host}:{web.port}/")
    assert web.connections == 0
