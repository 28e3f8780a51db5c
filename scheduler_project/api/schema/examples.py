"""Examples of operations: each app has them in the module `examples` beside its views."""

from importlib import import_module
from typing import Any, NamedTuple

from drf_spectacular.utils import OpenApiExample

SUCCESSES = ["200", "201", "202"]
MEDIA_TYPES = ("application/json", "application/yaml")


class Example(NamedTuple):
    """What an operation is given, and what it answers; of lists: one row."""

    request: Any = None
    response: Any = None


def of(view: Any, operation_id: str) -> list[OpenApiExample]:
    """The examples of an operation, by its name."""
    package = type(view).__module__.rpartition(".")[0]
    given: Example = import_module(f"{package}.examples").EXAMPLES.get(operation_id, Example())
    found = []
    for media_type in MEDIA_TYPES:
        if given.request is not None:
            found.append(_request(given.request, media_type))
        if given.response is not None:
            found.append(_response(given.response, media_type))
    return found


def _request(value: Any, media_type: str) -> OpenApiExample:
    return OpenApiExample("Request", value=value, request_only=True, media_type=media_type)


def _response(value: Any, media_type: str) -> OpenApiExample:
    return OpenApiExample(
        "Response",
        value=value,
        response_only=True,
        status_codes=SUCCESSES,
        media_type=media_type,
    )
