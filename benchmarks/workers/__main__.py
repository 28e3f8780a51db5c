"""`python -m benchmarks.workers APPLICATION fill COUNT [SECONDS]` or `... done`, on its own."""

import json
import sys
from importlib import import_module


def main(application: str, what: str, *numbers: str) -> None:
    """Put so many messages on the queue; or say, as JSON, what became of them and when."""
    module = import_module(f"benchmarks.workers.{application}")
    if what == "fill":
        module.fill(*map(json.loads, numbers))
    else:
        print(json.dumps(module.done()))


if __name__ == "__main__":
    main(*sys.argv[1:])
