"""`python -m benchmarks.workers APPLICATION fill COUNT [NUMBER]`, or what to ask it afterwards."""

import json
import sys
from importlib import import_module


def main(application: str, what: str, *numbers: str) -> None:
    """Put so much on the queue or into the database; or say something about it, as JSON."""
    module = import_module(f"benchmarks.workers.{application}")
    if what == "fill":
        module.fill(*map(json.loads, numbers))
    else:
        print(json.dumps(getattr(module, what)()))


if __name__ == "__main__":
    main(*sys.argv[1:])
