"""`python -m tests.chaos --minutes 60`: chaos for as long as you like, judged at its end."""

import argparse
import secrets
import signal
import sys
import time
from pathlib import Path

from tests.chaos.checker import check
from tests.chaos.random_run import RandomRun
from tests.chaos.report import describe, failure, write
from tests.chaos.run import run
from tests.chaos.servers import Servers

SECONDS_BETWEEN_FAULTS = 5.5


def main() -> int:
    """Exit code 0: the promise held; 1: the breaches are printed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen, page = choose()
    begun = time.monotonic()

    def say(text: str) -> None:
        sys.stdout.write(f"{time.monotonic() - begun:7.1f}  {text}\n")
        sys.stdout.flush()

    say(f"seed {chosen.seed}")
    with Servers(say) as servers:
        versions = servers.versions()
        result = run(servers, chosen.wishes(), say)
    breaches = check(result.facts)
    if breaches:
        sys.stdout.write(failure(breaches, chosen.again(), result.logs) + "\n")
    sys.stdout.write(describe(result, versions) + "\n")
    if page is not None and not breaches:
        write(page, result, versions, sys.argv[1:])
    return 1 if breaches else 0


def choose(words: list[str] | None = None) -> tuple[RandomRun, Path | None]:
    """The run that the command line asks for, and the page that its figures go into."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0, help="how long faults go on")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="makes the same run again")
    parser.add_argument("--schedules", type=int, default=200)
    parser.add_argument("--faults", type=int, help="how many; else one every few seconds")
    parser.add_argument("--page", type=Path, help="write the figures into this page")
    given = parser.parse_args(words)
    seconds = given.minutes * 60
    faults = given.faults or max(1, int(seconds / SECONDS_BETWEEN_FAULTS))
    return RandomRun(given.seed, seconds, faults, given.schedules), given.page


if __name__ == "__main__":
    sys.exit(main())
