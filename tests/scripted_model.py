"""A language model for tests: OpenAI's chat completions on loopback, told what to answer.

In a test: `with ScriptedModel() as model: ...`, then MODEL_BASE_URL = model.url.
As a process: `python -m tests.scripted_model [--port P]` prints `listening URL` and ends
at SIGTERM; `GET /requests` on it returns what it received.

Words in the command choose what happens; without any it answers "You said: ...".
"""

import argparse
import asyncio
import json
import signal
import threading
from collections import Counter, deque
from contextlib import suppress
from typing import Any, Self

from tests.scripted_behaviour import Behaviour, chunks, completion, words

# Connections that may wait to be accepted: without it a crowd's connections take a second longer.
BACKLOG = 4096
HEAD = "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n"
STREAM_HEAD = (
    b"HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)


class ScriptedModel:
    """The server, in a thread of its own; a context manager."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.requests: list[dict[str, Any]] = []
        """Every request: {"path", "headers" (lower-case names), "body"}."""
        self.most_at_once = 0
        self._now = 0
        self._script: deque[Behaviour] = deque()
        self._seen: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        """The base URL for OpenAI's clients."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def commands(self) -> list[str]:
        """The last user message of each request."""
        return [_command(request["body"]) for request in self.requests]

    def then(self, behaviour: Behaviour) -> None:
        """Answer the next request without a script this way, whatever its command says."""
        self._script.append(behaviour)

    def __enter__(self) -> Self:
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=BACKLOG)
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        serving = asyncio.all_tasks() - {asyncio.current_task()}
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: request after request until the other side or a script ends it."""
        try:
            # A stopped server cancels this task, and asyncio would log that.
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._answer(reader, writer):
                    pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read one request and answer it; False when the connection shall end."""
        request = await _request(reader)
        if request["path"] == "/requests":
            _send(writer, 200, json.dumps(self.requests).encode())
            return True
        self.requests.append(request)
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            return await self._act(request["body"], writer)
        finally:
            self._now -= 1

    async def _act(self, body: dict[str, Any], writer: asyncio.StreamWriter) -> bool:
        command = _command(body)
        behaviour = self._script.popleft() if self._script else words(command)
        self._seen[command] += 1
        await behaviour.wait()
        if body.get("stream") and behaviour.status == 200:
            return await self._stream(behaviour, body, writer)
        if behaviour.drop:
            return False
        if behaviour.status != 200 and self._seen[command] <= behaviour.times:
            code, message = behaviour.code, behaviour.message
            error = {"error": {"message": message, "type": "scripted", "code": code}}
            after = behaviour.retry_after
            _send(writer, behaviour.status, json.dumps(error).encode(), after)
        elif behaviour.malformed:
            _send(writer, 200, b'{"choices": [')
        else:
            _send(writer, 200, json.dumps(completion(behaviour, body, command)).encode())
        await writer.drain()
        return True

    async def _stream(
        self, behaviour: Behaviour, body: dict[str, Any], writer: asyncio.StreamWriter
    ) -> bool:
        """Server-sent events, as HTTP chunks."""
        writer.write(STREAM_HEAD)
        for number, chunk in enumerate(chunks(behaviour, body, _command(body))):
            _send_event(writer, '{"choices": [' if behaviour.malformed else json.dumps(chunk))
            await writer.drain()
            if behaviour.drop:
                return False
            if number == 0:
                await behaviour.wait_for_rest()
        _send_event(writer, "[DONE]")
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True


def _send_event(writer: asyncio.StreamWriter, data: str) -> None:
    event = f"data: {data}\n\n".encode()
    writer.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")


async def _request(reader: asyncio.StreamReader) -> dict[str, Any]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    data = await reader.readexactly(int(headers.get("content-length", 0)))
    body = json.loads(data) if data else {}
    return {"path": head[0].split()[1], "headers": headers, "body": body}


def _send(
    writer: asyncio.StreamWriter, status: int, body: bytes, retry_after: float | None = None
) -> None:
    head = HEAD.format(status=status, length=len(body))
    if retry_after is not None:
        head += f"Retry-After: {retry_after:g}\r\n"
    writer.write(head.encode() + b"\r\n" + body)


def _command(body: dict[str, Any]) -> str:
    """The text of the last user message."""
    said = [m["content"] for m in body.get("messages", []) if m["role"] == "user"]
    return str(said[-1]) if said else ""


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with ScriptedModel(parser.parse_args().port) as model:
        print(f"listening {model.url}", flush=True)  # noqa: T201
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
