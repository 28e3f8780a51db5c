"""`python -m benchmarks COMMAND`; `bin/benchmarks` does the same in an environment that has all."""

import importlib.metadata
import signal
import sys

# Distributions without which nothing can be measured.
NEEDED = ("redis", "psycopg2-binary", "celery")
HOW = (
    "start bin/benchmarks instead of python -m benchmarks, "
    "or pip install -r requirements.txt -r benchmarks/requirements.txt"
)


def is_installed(distribution: str) -> bool:
    """Whether this Python has it."""
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def main() -> int:
    """Exit code 0: measured; 1: one sentence says why not."""
    if missing := [name for name in NEEDED if not is_installed(name)]:
        return refuse(f"{missing[0]} is not installed: {HOW}.")
    from benchmarks import commands
    from benchmarks.errors import BenchmarkError
    from scheduler_project.embedded import EmbeddedError

    options = commands.parse()
    wanted = commands.distributions(options)
    if missing := [name for name in wanted if not is_installed(name)]:
        return refuse(f"{missing[0]} is not installed: {HOW}; or do without (--peers, --no-plot).")
    # Both end the run in good order, also when it was started in the background.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        commands.run(options)
    except (BenchmarkError, EmbeddedError) as error:
        return refuse(str(error))
    except KeyboardInterrupt:
        return refuse("stopped before the end.")
    return 0


def refuse(sentence: str) -> int:
    """Say why there are no figures."""
    print(f"benchmarks: {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
