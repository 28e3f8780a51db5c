"""One bin/up, started from a test."""

import os
import signal
import subprocess
import sys
from pathlib import Path


class Running:
    """One bin/up; its lines are read as they come."""

    def __init__(self, project: Path, *options: str, **variables: str) -> None:
        # These servers are those of the whole test run: nothing has to start.
        environment = {**os.environ, "MODEL_BASE_URL": "http://127.0.0.1:9/v1", **variables}
        for name in ("DATA_DIR", "DJANGO_SETTINGS_MODULE"):
            environment.pop(name, None)
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scheduler_project.up", "--data", "data", *options],
            cwd=project,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until(self, beginning: str) -> str:
        """Read on to the line that begins like this."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith(beginning):
                return self.lines[-1]
        raise AssertionError(f"{self.lines}, {self.end()}")

    def end(self, number: signal.Signals | None = None) -> tuple[int, list[str], str]:
        """Exit code, all lines of standard output, standard error."""
        if number is not None:
            self.process.send_signal(number)
        out, error = self.process.communicate(timeout=60)
        self.lines += out.splitlines()
        return self.process.returncode, self.lines, error
