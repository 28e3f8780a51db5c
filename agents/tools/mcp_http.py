"""HTTP to an MCP server: guarded, and with bounds on what it may send and how long it may take."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import httpx2
from fastmcp.client.transports import ClientTransport, StreamableHttpTransport

from agents.net import GuardedTransport

CONNECT_SECONDS = 30
# For the end of a session, which servers that do not answer must not put off.
GOODBYE_SECONDS = 1
# Of one answer, or one event of a stream of them: a tool's result is cut far below that.
MAX_ANSWER_BYTES = 2_000_000


class Unbearable(httpx2.StreamError):
    """An answer that is not read; the MCP client takes it for one that it cannot read."""


@dataclass
class Answers:
    """What is known of a server's answers so far."""

    statuses: list[int] = field(default_factory=list)
    problem: str = ""
    """Why one was not read, as the end of a sentence about the server."""

    async def note(self, response: httpx2.Response) -> None:
        """A hook for responses: reading one that is packed or too long raises Unbearable."""
        self.statuses.append(response.status_code)
        stream = cast(httpx2.AsyncByteStream, response.stream)
        kind = response.headers.get("content-type", "").strip().lower()
        # A stream of events has no end; the client has a limit for each of them.
        events = response.is_success and kind.startswith("text/event-stream")
        most = None if events else MAX_ANSWER_BYTES
        encoding = response.headers.pop("content-encoding", "").strip().lower()
        packed = encoding not in ("", "identity")
        response.stream = _Bounded(stream, self, packed, most)

    def refuse(self, problem: str) -> Unbearable:
        """Note why an answer is not read, for who reports it; what to raise."""
        self.problem = problem
        return Unbearable(problem)


class _Bounded(httpx2.AsyncByteStream):
    def __init__(
        self, stream: httpx2.AsyncByteStream, answers: Answers, packed: bool, most: int | None
    ) -> None:
        self._stream = stream
        self._answers = answers
        self._packed = packed
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        # A few packed bytes may unpack to more than memory holds.
        if self._packed:
            raise self._answers.refuse("packed its answer although it was asked not to")
        length = 0
        async for part in self._stream:
            length += len(part)
            if self._most is not None and length > self._most:
                raise self._answers.refuse(f"sent more than {self._most:,} bytes in one answer")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


def transport(url: str, headers: Mapping[str, str], answers: Answers) -> ClientTransport:
    """A way to the server at `url`; what it answers is noted in `answers`."""

    def client(
        headers: dict[str, str] | None = None,
        timeout: httpx2.Timeout | None = None,
        auth: httpx2.Auth | None = None,
        **_: Any,
    ) -> httpx2.AsyncClient:
        # Redirects are not followed here: the MCP client follows those within the same origin.
        return httpx2.AsyncClient(
            transport=GuardedTransport(),
            headers=(headers or {}) | {"Accept-Encoding": "identity"},
            timeout=timeout or CONNECT_SECONDS,
            auth=auth,
            trust_env=False,
            event_hooks={"request": [_hurry], "response": [answers.note]},
        )

    return StreamableHttpTransport(
        url,
        headers=dict(headers),
        httpx_client_factory=client,
        max_sse_event_size=MAX_ANSWER_BYTES,
    )


async def _hurry(request: httpx2.Request) -> None:
    """A hook for requests: the one that ends a session has no time."""
    if request.method == "DELETE":
        request.extensions["timeout"] = httpx2.Timeout(GOODBYE_SECONDS).as_dict()
