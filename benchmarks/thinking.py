"""How many agent runs does one worker carry at once? Everything is recorded as ever."""

import json
import time
from argparse import ArgumentParser, Namespace

from benchmarks import agents, databases
from benchmarks.clock import ticks
from benchmarks.errors import BenchmarkError, NotInTimeError
from benchmarks.figures import Value
from benchmarks.filled import LIMIT_SECONDS, Filled
from benchmarks.options import add_output, count, positive
from benchmarks.processes import memory
from benchmarks.progress import Progress
from benchmarks.results import Results, Row
from benchmarks.servers import Servers
from scheduler_project.embedded.process import Child

NAME, TITLE = "thinking", "Agent runs at once in one worker"
WALL, TO_IDEAL = "first claim to last outcome [s]", "to ideal"
MEMORY, CONNECTIONS = "memory [MiB]", "database connections"
MEASURES = (WALL, TO_IDEAL, MEMORY, CONNECTIONS)
POLL_SECONDS = 0.2
LEFT_AND_CONNECTIONS = """
SELECT (SELECT count(*) FROM schedules_execution WHERE state IN ('pending', 'running')),
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
          AND backend_type = 'client backend' AND pid <> pg_backend_pid())
"""


def add_arguments(parser: ArgumentParser) -> None:
    """How many runs, and how long the model thinks about each."""
    parser.add_argument("--runs", type=count, default=1_000, help="at once (1,000)")
    parser.add_argument("--seconds", type=positive, default=2.0, help="that each takes (2)")
    add_output(parser)


def take(options: Namespace, servers: Servers, results: Results) -> None:
    """One turn after the other, each with a database, a queue and a worker of its own."""
    row = Row("ours", options.runs)
    results.rows = [row]
    progress = Progress(options.repeats)
    for _ in range(options.repeats):
        progress.turn(row.contestant)
        row.add(_measured(servers, options.runs, options.seconds))
    progress.close()


def _measured(servers: Servers, runs: int, seconds: float) -> dict[str, Value]:
    with agents.scripted_model() as url:
        model = {"AGENT_MODEL": "local", "MODEL_BASE_URL": url}
        filled = Filled(servers, "thinking", WORKER_SLOTS=str(runs), **model)
        filled.hand("fill", str(runs), f"{seconds:g}")
        with filled.working() as worker:
            used = _watch(filled, worker)
        began, ended, done = json.loads(filled.hand("done"))
    if done != runs:
        raise BenchmarkError(f"{runs - done:,} of {runs:,} runs failed.")
    return {WALL: ended - began, TO_IDEAL: (ended - began) / seconds, **used}


def _watch(filled: Filled, worker: Child) -> dict[str, Value]:
    """The most of each that was seen until nothing was left to do."""
    most = dict.fromkeys((MEMORY, CONNECTIONS), 0.0)
    for _ in ticks(POLL_SECONDS, time.time() + LIMIT_SECONDS):
        ((left, connections),) = databases.on_server(filled.database_url, LEFT_AND_CONNECTIONS)
        most[MEMORY] = max(most[MEMORY], memory(worker.popen.pid).rss)
        most[CONNECTIONS] = max(most[CONNECTIONS], float(connections))
        if not int(left):
            return dict(most)
    raise NotInTimeError(f"{left:,} runs are left.")
