"""OpenAI's client without what takes most of its time."""

from functools import cached_property
from typing import Any

from openai import AsyncOpenAI, AsyncStream, NotGiven, Omit
from openai.resources.chat import AsyncChat, AsyncCompletions
from openai.types.chat import ChatCompletion, ChatCompletionChunk

# What the API's method calls them, and what the client does.
OPTIONS = {
    "extra_headers": "headers",
    "extra_query": "params",
    "extra_body": "extra_json",
    "timeout": "timeout",
}


class LeanCompletions(AsyncCompletions):
    """Sends the body as it is given.

    The method that this replaces compares every value of the body with the types of the API, to
    rename fields that are none of ours. That takes as long as all the rest of a request.
    """

    async def create(self, *, stream: bool = False, **given: Any) -> Any:  # type: ignore[override]
        """A completion, or its chunks."""
        given = {k: v for k, v in given.items() if not isinstance(v, NotGiven | Omit)}
        found = {OPTIONS[k]: given.pop(k) for k in OPTIONS if k in given}
        options: Any = {k: v for k, v in found.items() if v is not None}
        return await self._client.post(
            "/chat/completions",
            body={**given, "stream": stream},
            options=options,
            cast_to=ChatCompletion,
            stream=stream,
            stream_cls=AsyncStream[ChatCompletionChunk],
        )


class LeanChat(AsyncChat):
    """Whose completions are lean."""

    @cached_property
    def completions(self) -> AsyncCompletions:
        """The above."""
        return LeanCompletions(self._client)


class LeanOpenAI(AsyncOpenAI):
    """A client whose chat completions cost little."""

    @cached_property
    def chat(self) -> AsyncChat:
        """The above."""
        return LeanChat(self)
