"""The commands: one for each benchmark, and `report`."""

import argparse
import shlex
import sys
import time
from pathlib import Path

from benchmarks import report
from benchmarks.contestants.registry import OURS
from benchmarks.machine import machine_line
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
    return [name for peer in options.peers for name in peer.needs] + plot


def run(options: argparse.Namespace) -> None:
    """Do it; BenchmarkError or EmbeddedError with a sentence if that is impossible."""
    if options.command == "report":
        report.write(options.page, options.files)
        return
    trial = TRIALS[options.command]
    entries = line_up(trial, options)
    with Servers() as servers:
        results = Results(
            benchmark=trial.name,
            title=trial.title,
            command=shlex.join(["bin/benchmarks", *options.words]),
            machine=machine_line(servers, _packages(options)),
            taken_at=time.strftime("%Y-%m-%d"),
            measures=trial.measures,
        )
        print(results.machine, flush=True)
        Turns(servers, trial, options, entries).take(results)
    print(table(results))
    if not options.no_plot:
        for file in draw(results, _stem(options)):
            print(file)


def _packages(options: argparse.Namespace) -> tuple[str, ...]:
    """Whose versions matter: Celery and what the contestants need."""
    needs = (name for peer in (OURS, *options.peers) for name in peer.needs)
    return tuple(dict.fromkeys(("celery", *needs)))


def _stem(options: argparse.Namespace) -> Path:
    """Pictures are called like the file that the figures are kept in, or else what they show."""
    sizes = "-".join(map(str, options.schedules))
    name = options.json.stem if options.json else f"{options.command}-{sizes}"
    return Path(options.plot) / name
