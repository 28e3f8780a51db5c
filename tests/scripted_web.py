"""A web server for tests, on loopback: it sends the very bytes that it is given.

In a test: `with ScriptedWeb() as web: ...`, then web.url. Without a script it answers "ok".
"""

import ssl
import threading
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Self

Script = Iterable[bytes | threading.Event]


@dataclass(frozen=True)
class Received:
    """One request, as it came."""

    method: str
    target: str
    headers: dict[str, str]
    """By name in small letters."""
    body: bytes


def answer(body: bytes = b"ok", status: int = 200, **headers: str) -> list[bytes]:
    """A whole answer; of header names, `_` becomes `-`."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ["\r\n".join(lines).encode("latin-1"), b"\r\n\r\n", body]


class ScriptedWeb(ThreadingTCPServer):
    """The server; a context manager. It speaks TLS if it is given what for."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.port = self.server_address[1]
        self.connections = 0
        self.requests: list[Received] = []
        self._script: deque[Script] = deque()
        self._tls = tls
        if tls:
            # Shaken hands on in the connection's own thread, with the first read.
            self.socket = tls.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    @property
    def url(self) -> str:
        """The address, without a path."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def then(self, script: Script) -> None:
        """Answer the next request with these bytes; before what follows an event, wait for it."""
        self._script.append(script)

    def next_script(self) -> Script:
        """How the request that has just come is answered."""
        return self._script.popleft() if self._script else answer()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(StreamRequestHandler):
    server: ScriptedWeb

    def handle(self) -> None:
        # The client may hang up at any time, and does so on a certificate that it does not trust.
        with suppress(OSError):
            self.server.connections += 1
            if received := self._read():
                self.server.requests.append(received)
                for piece in self.server.next_script():
                    self._send(piece)

    def _send(self, piece: bytes | threading.Event) -> None:
        if isinstance(piece, threading.Event):
            piece.wait(60)
        else:
            self.wfile.write(piece)

    def _read(self) -> Received | None:
        """One request; None if the client sends none, or dies in its first line."""
        head = list(iter(lambda: self.rfile.readline().decode("latin-1").strip(), ""))
        words = head[0].split() if head else []
        if len(words) != 3:
            return None
        method, target, _ = words
        pairs = (line.partition(":") for line in head[1:])
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        return Received(method, target, headers, body)
