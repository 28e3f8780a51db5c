"""Examples of operations: each app has them in the module `examples` beside its views."""

from importlib import import_module
from typing import Any, NamedTuple

from drf_spectacular.utils import OpenApiExample

SUCCESSES = ["200", "201", "202"]


class Example(NamedTuple):
    """What an operation is given, and what it answers; of lists: one row."""

    request: Any = None
    response: Any = None


def of(view: Any, operation_id: str) -> list[OpenApiExample]:
    """The examples of an operation, by its name."""
    package = type(view).__module__.rpartition(".")[0]
    given: Example = import_module(f"{package}.examples").EXAMPLES.get(operation_id, Example())
    found = []
    if given.request is not None:
        found.append(OpenApiExample("Request", value=given.request, request_only=True))
    if given.response is not None:
        found.append(
            OpenApiExample(
                "Response", value=given.response, response_only=True, status_codes=SUCCESSES
            )
        )
    return found
