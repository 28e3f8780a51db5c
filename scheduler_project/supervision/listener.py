"""The web server's socket: opened first and held, so that nobody else gets the port."""

import socket

from scheduler_project.supervision.supervisor import UpError

HOST = "127.0.0.1"
DEFAULT_PORT = 8000
PORTS_TO_TRY = 100
BACKLOG = 2048


def listen(port: int | None) -> socket.socket:
    """A listening socket on the port, or on the first free one from 8000 when it is None.

    UpError with a sentence when that is impossible.
    """
    ports = [port] if port is not None else range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TO_TRY)
    reason = ""
    for candidate in ports:
        try:
            return _open(candidate)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
    which = f"Port {port}" if port is not None else f"Every port from {DEFAULT_PORT} on"
    raise UpError(f"{which} cannot be used ({reason}): choose another one with --port.")


def _open(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # Connections of a stopped server, which still time out, do not block the port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Inherited by accepted connections; uvicorn sets it only on sockets of its own.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((HOST, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def port_of(listener: socket.socket) -> int:
    """The port that it listens on."""
    port: int = listener.getsockname()[1]
    return port
