"""MCP servers that are programs on this machine, with a bound on what they may write."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
from anyio.streams.text import TextReceiveStream
from fastmcp.client.transports import ClientTransport, StdioTransport
from mcp.client import stdio

# Characters of one line, which is one answer.
MAX_LINE = 2_000_000


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


# The client has no limit of its own, and no place to set one.
vars(stdio)["TextReceiveStream"] = Lines


def transport(server: Mapping[str, Any]) -> ClientTransport:
    """Started for one run. Of the worker's environment it gets PATH and the like, no secrets."""
    # Celery's stand-in for sys.stderr is no file.
    log = sys.__stderr__ or Path(os.devnull)
    args = list(server.get("args", []))
    return StdioTransport(server["command"], args, keep_alive=False, log_file=log)
