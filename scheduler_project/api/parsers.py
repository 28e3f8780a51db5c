"""How bodies are read."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser

from scheduler_project import json_bounds


def bounded_text(stream: IO[Any]) -> bytes:
    """What a body says; RequestDataTooBig."""
    text: bytes = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    if len(text) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RequestDataTooBig
    return text


class BoundedJSONParser(JSONParser):
    """JSON of bounded depth and size, without anything that no field can hold (json_bounds)."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The parsed body; ParseError with a sentence, or ValidationError under its field.

        RequestDataTooBig beyond DATA_UPLOAD_MAX_MEMORY_SIZE bytes.
        """
        text = bounded_text(stream)
        try:
            body = json_bounds.read(text.decode())
        except RecursionError:
            raise ParseError("it is nested too deeply") from None
        except ValueError as error:
            raise ParseError(str(error)) from error
        if flaw := json_bounds.flaw(body):
            raise ValidationError({flaw.path or "non_field_errors": flaw.sentence})
        return body
