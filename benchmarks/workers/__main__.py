"""`python -m benchmarks.workers APPLICATION fill COUNT` or `... done`, in a process of its own."""

import json
import sys
from importlib import import_module


def main(application: str, what: str, *count: str) -> None:
    """Put so many messages on the queue; or say when each was recorded as done, as JSON."""
    module = import_module(f"benchmarks.workers.{application}")
    if what == "fill":
        module.fill(int(*count))
    else:
        print(json.dumps(module.done()))


if __name__ == "__main__":
    main(*sys.argv[1:])
