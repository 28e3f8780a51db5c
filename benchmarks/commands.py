"""The commands: one for each benchmark, and `report`."""

import argparse
import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import agents, api, audit, pages, recurrence, report, thinking, worker
from benchmarks.contestants.registry import OURS
from benchmarks.machine import machine_line, versioned
from benchmarks.options import PICTURES, add_common
from benchmarks.plot import draw
from benchmarks.results import Results
from benchmarks.servers import Servers
from benchmarks.table import table
from benchmarks.trials import change, dispatch, failover, idle, lateness, start
from benchmarks.turns import Turns, line_up

TRIALS = {
    module.TRIAL.name: module.TRIAL
    for module in (dispatch, start, change, idle, lateness, failover)
}
# Those that need no beat, and those that need no servers either.
ON_SERVERS = (audit, worker, thinking, api, pages)
ON_NOTHING = (recurrence, agents)
PAGE = PICTURES.with_suffix(".md")


def parse(words: list[str] | None = None) -> argparse.Namespace:
    """The command line; ends the program with a sentence if it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure our beat beside others, on the same servers of the run's own.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for trial in TRIALS.values():
        command = commands.add_parser(trial.name, help=trial.title)
        add_common(command, trial.schedules)
        trial.add_arguments(command)
    for alone in (*ON_NOTHING, *ON_SERVERS):
        alone.add_arguments(commands.add_parser(alone.NAME, help=alone.TITLE))
    tables = commands.add_parser("report", help="write kept figures into docs/benchmarks.md")
    tables.add_argument("files", nargs="+", type=Path, metavar="FILE", help="made by --json")
    tables.add_argument("--page", type=Path, default=PAGE, help="(docs/benchmarks.md)")
    options = parser.parse_args(words)
    options.words = sys.argv[1:] if words is None else words
    return options


def distributions(options: argparse.Namespace) -> list[str]:
    """What has to be installed for that, beyond what always has."""
    if options.command == "report":
        return []
    plot = [] if options.no_plot else ["matplotlib"]
    peers = getattr(options, "peers", ())
    return [name for peer in peers for name in peer.needs] + plot


def run(options: argparse.Namespace) -> None:
    """Do it; BenchmarkError or EmbeddedError with a sentence if that is impossible."""
    if options.command == "report":
        report.write(options.page, options.files)
        return
    results = ALONE.get(options.command, _of_beats)(options)
    print(table(results))
    if not options.no_plot:
        for file in draw(results, _stem(options)):
            print(file)


def _of_beats(options: argparse.Namespace) -> Results:
    trial = TRIALS[options.command]
    entries = line_up(trial, options)
    with Servers() as servers:
        machine = machine_line(*servers.versions(), *_packages(options))
        results = _results(options, trial.title, trial.measures, machine)
        Turns(servers, trial, options, entries).take(results)
    return results


def _on_nothing(options: argparse.Namespace) -> Results:
    (alone,) = (module for module in ON_NOTHING if options.command == module.NAME)
    machine = machine_line(*map(versioned, alone.PACKAGES))
    results = _results(options, alone.TITLE, alone.MEASURES, machine)
    alone.take(options, results)
    if options.json:
        results.write(options.json)
    return results


def _on_servers(options: argparse.Namespace) -> Results:
    (alone,) = (module for module in ON_SERVERS if options.command == module.NAME)
    with Servers() as servers:
        machine = machine_line(*servers.versions(), versioned("celery"))
        results = _results(options, alone.TITLE, alone.MEASURES, machine)
        alone.take(options, servers, results)
    if options.json:
        results.write(options.json)
    return results


ALONE = {
    **{module.NAME: _on_nothing for module in ON_NOTHING},
    **{module.NAME: _on_servers for module in ON_SERVERS},
}


def _results(
    options: argparse.Namespace, title: str, measures: Sequence[str], machine: str
) -> Results:
    print(machine, flush=True)
    return Results(
        benchmark=options.command,
        title=title,
        command=shlex.join(["bin/benchmarks", *options.words]),
        machine=machine,
        taken_at=time.strftime("%Y-%m-%d"),
        measures=measures,
    )


def _packages(options: argparse.Namespace) -> list[str]:
    """Those whose versions matter: Celery and what the contestants need."""
    needs = (name for peer in (OURS, *options.peers) for name in peer.needs)
    return [versioned(name) for name in dict.fromkeys(("celery", *needs))]


def _stem(options: argparse.Namespace) -> Path:
    """Pictures are called like the file that the figures are kept in, or else what they show."""
    sizes = "".join(f"-{size}" for size in getattr(options, "schedules", ()))
    name = options.json.stem if options.json else f"{options.command}{sizes}"
    return Path(options.plot) / name
