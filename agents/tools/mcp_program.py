"""MCP servers that are programs on this machine: a bound on what they may write, and their end."""

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import anyio
from anyio.abc import Process
from anyio.streams.text import TextReceiveStream
from fastmcp.client.transports import StdioTransport
from mcp.client import stdio

# Characters of one line, which is one answer.
MAX_LINE = 2_000_000
# Between the end of its input and SIGTERM; some time after that its run kills it.
TERMINATE_SECONDS = 1.0


class Lines(TextReceiveStream):
    """A program's output, which breaks off within a line of more than MAX_LINE characters."""

    async def receive(self) -> str:
        """The next piece; BrokenResourceError if it makes the line too long."""
        text = await super().receive()
        _, newline, rest = text.rpartition("\n")
        self._length = len(rest) + (0 if newline else getattr(self, "_length", 0))
        if self._length > MAX_LINE:
            # What the client would read on to the end, to throw it away.
            await self.aclose()
            raise anyio.BrokenResourceError
        return text


class Program(StdioTransport):
    """Started for one run. Of the worker's environment it gets PATH and the like, no secrets."""

    def __init__(self, server: Mapping[str, Any]) -> None:
        args = list(server.get("args", []))
        # Its stderr is for nobody here: it may hold a secret, or a forged line of the log.
        log = Path(os.devnull)
        super().__init__(server["command"], args, keep_alive=False, log_file=log)
        self._process: Process | None = None
        self._killed = False

    def connect_session(self, *args: Any, **options: Any) -> Any:
        """See ClientTransport.connect_session; called in the task that starts the program."""
        _starting.set(self)
        return super().connect_session(*args, **options)

    def started(self, process: Process) -> None:
        """It runs as this process; it does not run long if it has been killed by now."""
        self._process = process
        if self._killed:
            self.kill()

    def kill(self) -> None:
        """End it at once, with all that it has started; nothing if it has ended."""
        self._killed = True
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)


_starting: ContextVar[Program] = ContextVar("_starting")
_start = stdio._create_platform_compatible_process


async def _start_and_tell(*args: Any, **options: Any) -> Any:
    process: Any = await _start(*args, **options)
    _starting.get().started(process)
    return process


# The client has no such limits of its own, no place to set any, and keeps the process to itself.
vars(stdio).update(
    TextReceiveStream=Lines,
    PROCESS_TERMINATION_TIMEOUT=TERMINATE_SECONDS,
    _create_platform_compatible_process=_start_and_tell,
)
