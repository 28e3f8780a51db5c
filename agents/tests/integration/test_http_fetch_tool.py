"""The tool http_fetch against a web server on loopback, through the guard."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic_ai import RunContext, RunUsage, ToolFailed
from pydantic_ai.models.test import TestModel

from agents import context
from agents.tests.conftest import order
from agents.tests.desks import MemoryDesk
from agents.tools.http_fetch import LONGEST_TEXT, http_fetch
from tests.scripted_web import ScriptedWeb, answer


@pytest.fixture
def web(settings: Any) -> Iterator[ScriptedWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    with ScriptedWeb() as server:
        yield server


def get(url: str) -> dict[str, Any]:
    here = context.of(order(), MemoryDesk())
    ctx = RunContext(deps=here, model=TestModel(), usage=RunUsage())
    return asyncio.run(http_fetch(ctx, url))


def test_a_page(web: ScriptedWeb) -> None:
    web.then(answer("Grüße".encode(), Content_Type="text/plain; charset=utf-8"))
    assert get(f"{web.url}/page?x=1") == {
        "status": 200,
        "content_type": "text/plain; charset=utf-8",
        "location": "",
        "text": "Grüße",
        "truncated": False,
    }
    assert (web.requests[0].method, web.requests[0].target) == ("GET", "/page?x=1")


def test_long_pages_are_cut(web: ScriptedWeb) -> None:
    web.then(answer(b"x" * 1_000_000))
    found = get(web.url)
    assert (len(found["text"]), found["truncated"]) == (LONGEST_TEXT, True)


def test_errors_and_redirects_are_answers(web: ScriptedWeb) -> None:
    web.then(answer(b"gone", 404))
    assert get(web.url)["status"] == 404
    web.then(answer(b"", 302, Location="http://10.0.0.1/"))
    assert (get(web.url)["location"], len(web.requests)) == ("http://10.0.0.1/", 2)


def test_the_model_hears_of_refusals(web: ScriptedWeb, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = []
    for url in (web.url, "http://10.1.1.1"):
        with pytest.raises(ToolFailed, match="not public"):
            get(url)
    with pytest.raises(ToolFailed, match="https://"):
        get("ftp://x")
    assert web.requests == []


def test_the_model_hears_of_servers_that_are_away(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    with ScriptedWeb() as server:
        url = server.url
    with pytest.raises(ToolFailed, match="cannot be reached"):
        get(url)
