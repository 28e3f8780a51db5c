"""The command line: what it takes, each refusal a sentence."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contestants.registry import PEERS, Contestant

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "benchmarks"
LARGEST = 10_000_000


def positive(text: str) -> float:
    """A number above 0."""
    value = not_negative(text)
    if not value:
        raise argparse.ArgumentTypeError("0 is too little")
    return value


def not_negative(text: str) -> float:
    """A number from 0 on."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 on")
    return value


def count(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {LARGEST:,}")
    return int(text)


def counts(text: str) -> tuple[int, ...]:
    """A list such as 1000,100000."""
    return tuple(count(item) for item in text.split(","))


def peers(text: str) -> tuple[Contestant, ...]:
    """A list of peers by name; an empty one for none."""
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in PEERS:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(PEERS)}")
    return tuple(PEERS[name] for name in names)


def add_common(parser: argparse.ArgumentParser, schedules: Sequence[int]) -> None:
    """What every benchmark of beats takes."""
    parser.add_argument(
        "--schedules",
        type=counts,
        default=tuple(schedules),
        metavar="LIST",
        help=f"how many, such as 1000,100000 (default {','.join(map(str, schedules))})",
    )
    parser.add_argument(
        "--peers",
        type=peers,
        default=(),
        metavar="LIST",
        help=f"whom to measure beside ours: {','.join(PEERS)} (default none)",
    )
    parser.add_argument(
        "--limit",
        type=positive,
        default=120.0,
        metavar="SECONDS",
        help="how long to wait for a contestant before its turn is over (default 120)",
    )
    parser.add_argument("--no-warm-up", action="store_true", help="measure the first start, too")
    add_output(parser)


def add_output(parser: argparse.ArgumentParser) -> None:
    """How often, and where the figures go."""
    parser.add_argument("--repeats", type=count, default=3, help="turns of each (default 3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures there")
    parser.add_argument(
        "--plot", type=Path, default=PICTURES, metavar="DIR", help="for pictures (docs/benchmarks)"
    )
    parser.add_argument("--no-plot", action="store_true", help="draw no pictures")
