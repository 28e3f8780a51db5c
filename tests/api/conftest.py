"""A real web server on loopback, in a thread of this process, on the tests' database."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from scheduler_project.embedded.waiting import wait_until
from schedules.tests.integration.connections import terminate_others


@pytest.fixture
def web(transactional_db: None) -> Iterator[str]:
    """Its host and port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(
            "scheduler_project.asgi:application", log_config=None, lifespan="off"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        assert wait_until(lambda: server.started, 30)
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
    terminate_others()
