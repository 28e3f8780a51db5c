"""What the user asks of bin/up: its command line, and what the environment leaves to it."""

import argparse
import os
from pathlib import Path

from scheduler_project.supervision.listener import DEFAULT_PORT
from scheduler_project.supervision.stack import ROOT

SMOKE_SECONDS = 180


def parse(words: list[str] | None = None) -> argparse.Namespace:
    """The command line; ends the program with a sentence if it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="bin/up", description="Run the whole scheduler on this machine."
    )
    data = Path(os.environ.get("DATA_DIR", "").strip() or ROOT / ".data")
    parser.add_argument("--port", type=port, help=f"of the web server (default {DEFAULT_PORT})")
    parser.add_argument("--data", type=Path, default=data, help="data directory (%(default)s)")
    parser.add_argument("--beats", type=count, default=1, help="how many (%(default)s)")
    parser.add_argument("--workers", type=count, default=1, help="how many (%(default)s)")
    parser.add_argument("--no-demo", action="store_true", help="no demo owner and schedules")
    parser.add_argument(
        "--smoke",
        action="store_true",
        help="print the first successful timed run as JSON and end; "
        f"fail after {SMOKE_SECONDS} seconds",
    )
    options = parser.parse_args(words)
    if options.smoke and options.no_demo:
        parser.error("--smoke waits for a run of the demo: leave out --no-demo")
    return options


def port(text: str) -> int:
    """A port number; 0 means any free one."""
    return _number(text, 65535, "port")


def count(text: str) -> int:
    """A number of processes."""
    return _number(text, 100, "number")


def _number(text: str, largest: int, what: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > largest:
        raise argparse.ArgumentTypeError(f"{text!r} is not a {what} from 0 to {largest}")
    return int(text)


def missing_servers() -> dict[str, bool]:
    """Which servers nothing in the environment names, so that the embedded ones have to run."""
    other_model = os.environ.get("AGENT_MODEL", "").strip() not in {"", "local"}
    return {
        "database": not os.environ.get("DATABASE_URL", "").strip(),
        "redis": not os.environ.get("REDIS_URL", "").strip(),
        "model": not (other_model or os.environ.get("MODEL_BASE_URL", "").strip()),
    }
