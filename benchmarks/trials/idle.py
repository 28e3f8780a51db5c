"""What a beat costs while nothing is due."""

import time
from argparse import ArgumentParser, Namespace

from benchmarks.options import positive
from benchmarks.processes import cpu_seconds, memory
from benchmarks.stage import Stage
from benchmarks.trials.trial import DAY_SECONDS, Entry, Outcome, Trial

CPU, SERVERS_CPU = "CPU [s/min]", "servers' CPU [s/min]"
RSS, PSS = "RSS [MiB]", "PSS [MiB]"


def measure(stage: Stage, entry: Entry, options: Namespace) -> Outcome:
    """Load what is due tomorrow, start, let it settle, and look on."""
    stage.load(entry.schedules, due_at=time.time() + DAY_SECONDS)
    stage.start_beats()
    stage.look_on(time.time() + options.settle, "settling")
    (beat,) = stage.beats.running
    begun, before, servers = time.time(), cpu_seconds(beat.pid), stage.servers.cpu_seconds()
    stage.look_on(begun + options.window, "nothing is due")
    used, of_servers = cpu_seconds(beat.pid) - before, stage.servers.cpu_seconds() - servers
    minutes, now = (time.time() - begun) / 60, memory(beat.pid)
    values = {CPU: used / minutes, SERVERS_CPU: of_servers / minutes, RSS: now.rss, PSS: now.pss}
    return Outcome({**values})


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--settle",
        type=positive,
        default=10.0,
        metavar="SECONDS",
        help="after the start (default 10)",
    )
    parser.add_argument(
        "--window",
        type=positive,
        default=60.0,
        metavar="SECONDS",
        help="how long it is measured (default 60)",
    )


TRIAL = Trial(
    name="idle",
    title="A beat while nothing is due",
    measures=(CPU, SERVERS_CPU, RSS, PSS),
    measure=measure,
    add_arguments=add_arguments,
)
