"""How many agent runs does one event loop carry at once? Without a database."""

import json
import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.errors import BenchmarkError
from benchmarks.figures import Value
from benchmarks.options import add_output, count, positive
from benchmarks.progress import Progress
from benchmarks.results import Results, Row

NAME, TITLE = "agents", "Agent runs at once on one event loop"
WALL, TO_IDEAL, CPU, MEMORY = "wall [s]", "to ideal", "CPU of a run [ms]", "memory [MiB]"
MEASURES = (WALL, TO_IDEAL, CPU, MEMORY)
PACKAGES = ("pydantic-ai-slim", "openai")
TITLES = {"bare": "asyncio alone", "ours": "ours", "streamed": "ours, streamed"}
LIMIT_SECONDS = 600
# No process of these connects to a server of ours.
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "scheduler_project.settings",
    "DATABASE_URL": "postgresql:///none",
    "REDIS_URL": "redis://none",
    "SECRET_KEY": "benchmarks",
    "AGENT_MODEL": "local",
    "LOG_LEVEL": "WARNING",
}


def add_arguments(parser: ArgumentParser) -> None:
    """How many runs, and how long the model thinks about each."""
    parser.add_argument("--runs", type=count, default=1_000, help="at once (1,000)")
    parser.add_argument("--seconds", type=positive, default=2.0, help="that each takes (2)")
    add_output(parser)


def take(options: Namespace, results: Results) -> None:
    """Each kind in turn, then each of them again."""
    rows = {kind: Row(title, options.runs) for kind, title in TITLES.items()}
    results.rows = list(rows.values())
    progress = Progress(options.repeats * len(rows))
    for _ in range(options.repeats):
        for kind, row in rows.items():
            progress.turn(row.contestant)
            row.add(_measured(kind, options.runs, options.seconds))
    progress.close()


def _measured(kind: str, runs: int, seconds: float) -> dict[str, Value]:
    with scripted_model() as url:
        environment = {**os.environ, **ENVIRONMENT, "MODEL_BASE_URL": url}
        command = [sys.executable, "-m", "benchmarks.crowd", kind, str(runs), f"{seconds:g}"]
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
    if done.returncode:
        raise BenchmarkError(f"{TITLES[kind]} failed:\n{done.stderr[-2000:]}")
    found = json.loads(done.stdout)
    wall = found["wall"]
    return {
        WALL: wall,
        TO_IDEAL: wall / seconds,
        CPU: 1000 * found["cpu"] / runs,
        MEMORY: found["memory"],
    }


@contextmanager
def scripted_model() -> Iterator[str]:
    """A scripted model in a process of its own; its base URL."""
    command = [sys.executable, "-m", "tests.scripted_model"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()
