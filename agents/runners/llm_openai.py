"""OpenAI's client without what takes most of its time."""

from functools import cached_property
from typing import Any

import httpx2
from openai import AsyncOpenAI, AsyncStream, NotGiven, Omit
from openai.resources.chat import AsyncChat, AsyncCompletions
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import ValidationError

PATH = "/chat/completions"
# What the API's method calls them, and what the client does.
OPTIONS = {
    "extra_headers": "headers",
    "extra_query": "params",
    "extra_body": "extra_json",
    "timeout": "timeout",
}


class LeanCompletions(AsyncCompletions):
    """Sends the body as it is given, and reads the answer with pydantic.

    The method that this replaces compares every value of the body with the types of the API, to
    rename fields that are none of ours, and every value of the answer, to forgive what does not
    fit. Together that takes as long as all the rest of a request.
    """

    async def create(self, *, stream: bool = False, **given: Any) -> Any:  # type: ignore[override]
        """A completion, or its chunks."""
        given = {k: v for k, v in given.items() if not isinstance(v, NotGiven | Omit)}
        found = {OPTIONS[k]: given.pop(k) for k in OPTIONS if k in given}
        options: Any = {k: v for k, v in found.items() if v is not None}
        body = {**given, "stream": stream}
        if stream:
            return await self._client.post(
                PATH,
                body=body,
                options=options,
                cast_to=ChatCompletion,
                stream=True,
                stream_cls=AsyncStream[ChatCompletionChunk],
            )
        response = await self._client.post(
            PATH, body=body, options=options, cast_to=httpx2.Response
        )
        return _completion(response)


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
