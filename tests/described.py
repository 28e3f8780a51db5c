"""The API's description, and whether an answer is what it promises."""

import re
from functools import cache
from threading import Lock
from typing import Any, NamedTuple

import jsonschema_rs
import yaml
from django.http import HttpRequest
from drf_spectacular.generators import SchemaGenerator

METHODS = {"get", "post", "put", "patch", "delete"}


class Operation(NamedTuple):
    """One method of one address."""

    path: str
    method: str
    description: dict[str, Any]

    @property
    def name(self) -> str:
        """What clients call it."""
        return str(self.description["operationId"])

    def response(self, status: int) -> dict[str, Any] | None:
        """What is described for this status, if anything is."""
        found = self.description["responses"].get(str(status))
        return None if found is None else resolved(found)


def document() -> dict[str, Any]:
    """The whole description, as JSON."""
    # The generator is not made for threads, and requests come from several.
    with _one_at_a_time:
        return _document()


@cache
def _document() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator(urlconf="scheduler_project.urls").get_schema(
        public=True
    )
    return found


_one_at_a_time = Lock()


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """The part, or the component that it refers to."""
    found: Any = document()
    if "$ref" not in part:
        return part
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


@cache
def operations() -> list[Operation]:
    """All of them."""
    return [
        Operation(path, method, description)
        for path, methods in document()["paths"].items()
        for method, description in methods.items()
        if method in METHODS
    ]


@cache
def _patterns() -> list[tuple[re.Pattern[str], Operation]]:
    # Addresses without variables first: by-name is no id.
    ordered = sorted(operations(), key=lambda operation: operation.path.count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", each.path)), each) for each in ordered]


@cache
def operation_of(method: str, path: str) -> Operation | None:
    """Which operation a request is of."""
    for pattern, operation in _patterns():
        if operation.method == method.lower() and pattern.fullmatch(path.rstrip("/")):
            return operation
    return None


@cache
def _closed() -> dict[str, Any]:
    """The components, with no field that they do not name."""
    return {
        name: {**schema, "unevaluatedProperties": False} if "properties" in schema else schema
        for name, schema in document()["components"]["schemas"].items()
    }


def validator(schema: dict[str, Any]) -> Any:
    """Of values against a schema of the description, its formats included."""
    whole = {**schema, "components": {"schemas": _closed()}}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


@cache
def _answers(name: str, status: int, media_type: str) -> Any:
    (operation,) = (each for each in operations() if each.name == name)
    described = operation.response(status)
    assert described is not None, f"{name} answers {status}, which its description does not list"
    content = described.get("content", {})
    if not content:
        return None
    assert media_type in content, f"{name} answers {status} with {media_type}"
    return validator(content[media_type]["schema"])


def check(request: HttpRequest, response: Any) -> None:
    """AssertionError unless the answer is one that its operation's description lists."""
    operation = operation_of(request.method or "", request.path)
    # 405 is about no operation, and a 500 is what no test expects unless it provokes it.
    if operation is None or response.status_code in {405, 500}:
        return
    media_type = response.get("Content-Type", "").partition(";")[0]
    if media_type == "text/html" and media_type in request.headers.get("Accept", ""):
        return
    answers = _answers(operation.name, response.status_code, media_type)
    if answers is None:
        assert response.content == b"", f"{operation.name}: a body with {response.status_code}"
        return
    said = yaml.safe_load(response.content) if "yaml" in media_type else response.json()
    error = next(answers.iter_errors(said), None)
    assert error is None, f"{operation.name}, {response.status_code}: {error}"
