"""The long run: `python -m tests.fuzz --cases 5000`."""

import argparse
import os
import sys

import pytest

TRIED_TOGETHER = 186
"""Operations times personas, roughly: each of them gets its share of the cases."""


def main() -> int:
    """Run it; pytest's exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=5000, help="about so many requests")
    parser.add_argument("--seed", type=int, default=0, help="other cases for another seed")
    asked = parser.parse_args()
    examples = max(1, -(-asked.cases // TRIED_TOGETHER))
    os.environ.update(FUZZ_EXAMPLES=str(examples), FUZZ_SEED=str(asked.seed))
    return int(pytest.main(["tests/fuzz", "-q"]))


if __name__ == "__main__":
    sys.exit(main())
