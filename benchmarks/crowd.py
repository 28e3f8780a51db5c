"""`python -m benchmarks.crowd KIND COUNT SECONDS`: so many runs at once, and what they took.

They ask the scripted model at MODEL_BASE_URL, which thinks for so long about each. `bare` sends the
requests as nothing but bytes: faster than that no Python program is, on this machine, today.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import urlsplit

import django

from benchmarks.processes import memory

LIMIT_SECONDS = 300.0


async def bare(count: int, command: str) -> float:
    """The wall time of so many requests by asyncio's streams alone."""
    url = urlsplit(os.environ["MODEL_BASE_URL"])
    body = json.dumps({"messages": [{"role": "user", "content": command}]})
    head = f"POST {url.path}/chat/completions HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n"

    async def ask() -> None:
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        writer.write(f"{head}{body}".encode())
        await reader.readuntil(b"\r\n\r\n")
        await reader.read(1)
        writer.close()

    return await _together(count, ask)


async def ours(count: int, command: str, stream: bool = False) -> float:
    """The wall time of so many runs through the runtime, without a database."""
    from agents import runtime
    from agents.orders import Usage
    from agents.tests.conftest import order

    pattern = order(command, timeout_seconds=LIMIT_SECONDS, options={"stream": stream})

    async def run() -> None:
        outcome = await runtime.run(replace(pattern), Usage())
        if outcome.state != "success":
            raise RuntimeError(outcome.error_message)

    await runtime.run(replace(pattern, command="say hello"), Usage())
    try:
        return await _together(count, run)
    finally:
        await runtime.close()


async def streamed(count: int, command: str) -> float:
    """The same, each answer streamed."""
    return await ours(count, command, stream=True)


KINDS = {kind.__name__: kind for kind in (ours, streamed, bare)}


async def _together(count: int, one: Callable[[], Awaitable[None]]) -> float:
    begun = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(count)))
    return time.perf_counter() - begun


def main(kind: str, count: int, seconds: str) -> None:
    """Print the figures as JSON."""
    django.setup()
    from agents import runners
    from scheduler_project import collector

    # As a worker begins.
    runners.load_all()
    collector.spare()
    before = time.process_time()
    wall = asyncio.run(KINDS[kind](count, f"sleep {seconds}"))
    cpu = time.process_time() - before
    print(json.dumps({"wall": wall, "cpu": cpu, "memory": memory(os.getpid()).rss}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
