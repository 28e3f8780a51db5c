"""Web servers with much in the database, asked for one address after the other."""

import json
from argparse import ArgumentParser, Namespace
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.figures import Value, percentile
from benchmarks.filled import Filled
from benchmarks.options import add_output, count, positive
from benchmarks.processes import cpu_seconds
from benchmarks.progress import Progress
from benchmarks.results import Results, Row
from benchmarks.servers import Servers
from benchmarks.web import Web, asked

MEDIAN, LATE, RATE, CPU = "p50 [ms]", "p99 [ms]", "requests [1/s]", "CPU of web [ms]"
MEASURES = (MEDIAN, LATE, RATE, CPU)


def add_arguments(parser: ArgumentParser, *, clients: int, webs: int, seconds: float) -> None:
    """How much there is, and who asks; the numbers are what is meant where nothing is said."""
    parser.add_argument(
        "--schedules", dest="stored", metavar="N", type=count, default=100_000, help="(100,000)"
    )
    parser.add_argument("--executions", type=count, default=1_000_000, help="(1,000,000)")
    parser.add_argument(
        "--clients", type=count, default=clients, help=f"at the same time ({clients})"
    )
    parser.add_argument("--webs", type=count, default=webs, help=f"web processes ({webs})")
    parser.add_argument(
        "--seconds", type=positive, default=seconds, help=f"for each address ({seconds:g})"
    )
    parser.add_argument("--only", default="", help="addresses with this in their titles (all)")
    add_output(parser)


def take(options: Namespace, servers: Servers, results: Results, application: str) -> None:
    """One address after the other, then each of them again.

    `application` is the module of benchmarks.workers that fills the database and names them.
    """
    filled = Filled(servers, application, REQUESTS_PER_MINUTE="0", SIGN_INS_PER_MINUTE="0")
    filled.hand("fill", str(options.stored), str(options.executions))
    known: dict[str, dict[str, Any]] = json.loads(filled.hand("cases"))
    cases = {title: case for title, case in known.items() if options.only in title}
    if not cases:
        raise BenchmarkError(f"No title has {options.only!r}: {'; '.join(known)}.")
    rows = {title: Row(title, options.stored) for title in cases}
    results.rows = list(rows.values())
    progress = Progress(options.repeats * len(cases))
    with Web(servers, filled, options.webs) as web:
        for _ in range(options.repeats):
            for title, case in cases.items():
                progress.turn(title)
                rows[title].add(_measured(web, case, options))
    progress.close()


def _measured(web: Web, case: dict[str, Any], options: Namespace) -> dict[str, Value]:
    asking = {"clients": options.clients, "seconds": options.seconds, **case}
    before = sum(map(cpu_seconds, web.pids))
    seconds = asked(web.urls, asking)
    used = sum(map(cpu_seconds, web.pids)) - before
    return {
        MEDIAN: 1000 * percentile(seconds, 50),
        LATE: 1000 * percentile(seconds, 99),
        RATE: len(seconds) / options.seconds,
        CPU: 1000 * used / len(seconds),
    }
