"""What many operations refer to: the problem, its responses and headers.

Problems are of RFC 9457: https://www.rfc-editor.org/rfc/rfc9457
"""

from typing import Any

from scheduler_project.api.field_errors import LONGEST_LIST
from scheduler_project.api.schema.failures import FAILURES, Failure
from scheduler_project.api.schema.headers import ANSWERED, LIMITS, OF_FAILURES

FIELD_ERROR = {
    "type": "object",
    "description": "One refused field, and why.",
    "required": ["field", "message"],
    "properties": {
        "field": {"type": "string", "description": 'Its dotted path; "" for the body as a whole.'},
        "message": {"type": "string", "description": "A sentence for whoever filled it in."},
    },
}
PROBLEM = {
    "type": "object",
    "description": "Why a request failed (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "A sentence for people."},
        "errors": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/FieldError"},
            "maxItems": LONGEST_LIST,
            "description": "Of a malformed request: its refused fields.",
        },
    },
}


def add(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular's postprocessing hook: the schema with these components."""
    components = result["components"]
    components["schemas"] |= {"FieldError": FIELD_ERROR, "Problem": PROBLEM}
    components["headers"] = {
        name: {"description": text, "schema": {"type": "string"}} for name, text in ANSWERED.items()
    }
    components["responses"] = {
        failure.name: _response(status, failure) for status, failure in FAILURES.items()
    }
    return result


def headers(names: Any) -> dict[str, Any]:
    """References to these headers."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def responses(statuses: list[int]) -> dict[str, Any]:
    """References to these failures, by status."""
    return {
        str(status): {"$ref": f"#/components/responses/{FAILURES[status].name}"}
        for status in statuses
    }


def _response(status: int, failure: Failure) -> dict[str, Any]:
    content = {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "examples": {failure.name: {"value": _example(status, failure)}},
    }
    return {
        "description": failure.description,
        "headers": headers((*OF_FAILURES.get(status, ()), *LIMITS)),
        "content": {"application/problem+json": content},
    }


def _example(status: int, failure: Failure) -> dict[str, Any]:
    problem = {"type": "about:blank", "title": _words(failure.name), "status": status}
    problem["detail"] = failure.detail
    if status == 400:
        problem["errors"] = [{"field": "cron_expresion", "message": failure.detail}]
    return problem


def _words(name: str) -> str:
    return "".join(f" {letter}" if letter.isupper() else letter for letter in name).strip()
