"""How long does `manage.py audit` take to account for every execution of a long past?"""

import time
from argparse import ArgumentParser, Namespace

from benchmarks.errors import BenchmarkError
from benchmarks.figures import Value
from benchmarks.options import add_output, count
from benchmarks.past import SCHEDULES
from benchmarks.progress import Progress
from benchmarks.results import Results, Row
from benchmarks.servers import Servers

NAME, TITLE = "audit", "Every occurrence of a long past, computed again and found"
SECONDS, RATE = "whole process [s]", "occurrences [1/s]"
MEASURES = (SECONDS, RATE)
DATABASE = "past"
LIMIT_SECONDS = 1200


def add_arguments(parser: ArgumentParser) -> None:
    """How many executions."""
    parser.add_argument("--executions", type=count, default=1_000_000, help="(1,000,000)")
    add_output(parser)


def take(options: Namespace, servers: Servers, results: Results) -> None:
    """Make the past once, then audit it as often as is asked for, each time by a new process."""
    row = Row(f"ours, {options.executions:,} executions", SCHEDULES)
    results.rows = [row]
    progress = Progress(1 + options.repeats)
    progress.turn(f"living a past of {options.executions:,} executions")
    url = servers.make_database(DATABASE)
    _run(servers, url, "benchmarks.past", str(options.executions))
    for _ in range(options.repeats):
        progress.turn("auditing it")
        row.add(_audited(servers, url, options.executions))
    progress.close()


def _audited(servers: Servers, url: str, executions: int) -> dict[str, Value]:
    begun = time.monotonic()
    said = _run(servers, url, "django", "audit")
    seconds = time.monotonic() - begun
    if f"{executions:,} occurrences" not in said[0]:
        raise BenchmarkError(f"The audit found another number of them: {said[0]}")
    return {SECONDS: seconds, RATE: executions / seconds}


def _run(servers: Servers, url: str, *command: str) -> list[str]:
    """What a module of ours prints; BenchmarkError with its last words if it fails."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "scheduler_project.settings",
        "DATABASE_URL": url,
        "REDIS_URL": servers.make_redis(1),
        "SECRET_KEY": "benchmarks",
    }
    child = servers.child(command[0], command, environment)
    ended = child.wait(LIMIT_SECONDS)
    child.finish(0)
    lines = child.last_lines(15)
    if not ended or child.popen.returncode:
        raise BenchmarkError("\n".join([f"{' '.join(command)} failed:", *lines]))
    return lines
