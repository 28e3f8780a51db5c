"""One set of model clients per event loop: a connection cannot move between loops."""

import asyncio
from collections.abc import AsyncGenerator
from functools import lru_cache
from inspect import signature
from typing import Any
from weakref import WeakKeyDictionary

import httpx2
from pydantic_ai.models import Model, create_async_httpx2_client, infer_model
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers import Provider, infer_provider, infer_provider_class
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from agents.errors import ErrorType, RunFailed
from agents.limits.gate import Gate
from agents.runners.llm_connections import Connections
from agents.runners.llm_openai import LeanOpenAI
from agents.runners.llm_size import UNPACKED, bounded

CONNECT_SECONDS = 10
# Upper bounds only: each run sends its own timeout with every request.
TIMEOUT = httpx2.Timeout(3600, connect=CONNECT_SECONDS)
# By a client itself: llm_patience tries again, asks the gate for each try, and says so.
RETRIES = 0
MODELS_KEPT = 100
# Nobody's key and command are carried there unasked.
ELSEWHERE = "MODEL_BASE_URL leads to another address: name that one instead."
# What OpenAI's client wants where the endpoint asks for no key.
NO_KEY = "none"


class Clients:
    """The HTTP client of one event loop, the models that use it, and the gate before them.

    Making a model takes up to 50 ms (Google's), so each is made once.
    """

    def __init__(self) -> None:
        self.gate = Gate()
        self._connections = Connections()
        self._http = create_async_httpx2_client(timeout=TIMEOUT, transport=self._connections)
        self._http.headers["Accept-Encoding"] = UNPACKED
        self._http.event_hooks["response"].append(bounded)
        self.model = lru_cache(MODELS_KEPT)(self._model)
        self.local = lru_cache(MODELS_KEPT)(self._local)

    def _model(self, name: str) -> Model:
        """The model of a string such as `openai:gpt-5`; UserError without its credentials."""
        return infer_model(name, self._provider)

    def _local(self, name: str, base_url: str, api_key: str) -> Model:
        """The model that an OpenAI-compatible endpoint serves under this name."""
        client = LeanOpenAI(
            send=self._sent,
            base_url=base_url,
            api_key=api_key or NO_KEY,
            http_client=self._http,
            max_retries=RETRIES,
            default_headers={"Accept-Encoding": UNPACKED},
        )
        provider = OpenAICompatibleProvider("local", openai_client=client)
        return OpenAIChatModel(name, provider=provider)

    async def _sent(self, request: httpx2.Request) -> httpx2.Response:
        """The whole answer to a request that needs nothing of what httpx2's client could add."""
        response = await self._connections.handle_async_request(request)
        response.request = request
        if response.has_redirect_location:
            await response.aclose()
            raise RunFailed(ErrorType.REQUEST_REJECTED, ELSEWHERE)
        try:
            for hook in self._http.event_hooks["response"]:
                await hook(response)
            await response.aread()
        finally:
            await response.aclose()
        return response

    async def close(self) -> None:
        """Close all connections."""
        await self.gate.close()
        await self._http.aclose()

    @property
    def is_closed(self) -> bool:
        """Whether that was done."""
        return self._http.is_closed

    def _provider(self, name: str) -> Provider[Any]:
        provider = self._made(name)
        # Others are told with each request (llm_chain).
        if hasattr(provider.client, "max_retries"):
            provider.client.max_retries = RETRIES
        return provider

    def _made(self, name: str) -> Provider[Any]:
        if name.startswith("gateway/"):
            return infer_provider(name)
        kind: Any = infer_provider_class(name)
        # The few that do not speak HTTP, or not with httpx2, bring their own client.
        if "http_client" not in signature(kind).parameters:
            return kind()
        return kind(http_client=self._http)


_kept: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[Clients, AsyncGenerator[Clients]]]
_kept = WeakKeyDictionary()


async def of_this_loop() -> Clients:
    """The running loop's clients, made on first use.

    They are closed by `close`, or else when the loop shuts down its asynchronous
    generators, as asyncio.run does.
    """
    loop = asyncio.get_running_loop()
    if loop not in _kept:
        lifetime = _lifetime()
        _kept[loop] = (await anext(lifetime), lifetime)
    return _kept[loop][0]


async def close() -> None:
    """Close the running loop's clients, if there are any."""
    if found := _kept.get(asyncio.get_running_loop()):
        await found[1].aclose()


async def _lifetime() -> AsyncGenerator[Clients]:
    clients = Clients()
    try:
        yield clients
    finally:
        _kept.pop(asyncio.get_running_loop(), None)
        await clients.close()
