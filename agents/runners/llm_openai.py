"""OpenAI's client without what takes most of its time."""

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import Any

import httpx2
from openai import (
    APIConnectionError,
    APITimeoutError,
    AsyncOpenAI,
    AsyncStream,
    NotGiven,
    Omit,
)
from openai.resources.chat import AsyncChat, AsyncCompletions
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import ValidationError

Send = Callable[[httpx2.Request], Awaitable[httpx2.Response]]

PATH = "/chat/completions"
# What the API's method calls them, and what the client does.
OPTIONS = {
    "extra_headers": "headers",
    "extra_query": "params",
    "extra_body": "extra_json",
    "timeout": "timeout",
}


class LeanOpenAI(AsyncOpenAI):
    """A client whose chat completions cost little; `send` brings back the whole answer."""

    def __init__(self, *, send: Send, **options: Any) -> None:
        super().__init__(**options)
        self._sent = send

    @cached_property
    def chat(self) -> AsyncChat:
        """The one below."""
        return LeanChat(self)

    async def complete(
        self, body: Mapping[str, Any], options: Mapping[str, Any]
    ) -> httpx2.Response:
        """The answer to one request; raises as the client's own `post` does, and tries once."""
        request = self._completion_request(body, options)
        try:
            response = await self._sent(request)
        except httpx2.TimeoutException as error:
            raise APITimeoutError(request) from error
        except httpx2.TransportError as error:
            raise APIConnectionError(request=request) from error
        if not response.is_success:
            raise self._make_status_error_from_response(response)
        return response

    @cached_property
    def _completions_url(self) -> httpx2.URL:
        return self._prepare_url(PATH)

    @cached_property
    def _headers(self) -> dict[str, str]:
        # Not what its maker would like to know of this machine with every request.
        told = {"Accept": "application/json", "Content-Type": "application/json"}
        return {**told, **self._custom_headers, **self.auth_headers}

    def _completion_request(
        self, body: Mapping[str, Any], options: Mapping[str, Any]
    ) -> httpx2.Request:
        whole = {**body, **options.get("extra_json", {})}
        return httpx2.Request(
            "POST",
            self._completions_url,
            params=options.get("params"),
            headers={**self._headers, **options.get("headers", {})},
            content=json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode(),
            extensions={"timeout": httpx2.Timeout(options.get("timeout", self.timeout)).as_dict()},
        )


class LeanChat(AsyncChat):
    """Whose completions are lean."""

    @cached_property
    def completions(self) -> AsyncCompletions:
        """The one below."""
        return LeanCompletions(self._client)


class LeanCompletions(AsyncCompletions):
    """Sends the body as it is given, and reads the answer with pydantic.

    The method that this replaces compares every value of the body with the types of the API, to
    rename fields that are none of ours, and every value of the answer, to forgive what does not
    fit. That, and what the client does to send it, takes four times as long as the request.
    """

    _client: LeanOpenAI

    async def create(self, *, stream: bool = False, **given: Any) -> Any:  # type: ignore[override]
        """A completion, or its chunks."""
        given = {k: v for k, v in given.items() if not isinstance(v, NotGiven | Omit)}
        found = {OPTIONS[k]: given.pop(k) for k in OPTIONS if k in given}
        options: Any = {k: v for k, v in found.items() if v is not None}
        body = {**given, "stream": stream}
        if not stream:
            return _completion(await self._client.complete(body, options))
        return await self._client.post(
            PATH,
            body=body,
            options=options,
            cast_to=ChatCompletion,
            stream=True,
            stream_cls=AsyncStream[ChatCompletionChunk],
        )


def _completion(response: httpx2.Response) -> ChatCompletion | str:
    """The answer; its text where it is no object. JSONDecodeError if it is no JSON."""
    found = response.json()
    if not isinstance(found, dict):
        return response.text
    try:
        return ChatCompletion.model_validate(found)
    except ValidationError:
        # Not every endpoint gives every field; what can be forgiven pydantic-ai decides.
        return ChatCompletion.construct(**found)
