"""YAML, as people keep it in git: only what JSON could say as well.

Read and written by libyaml, with PyYAML's safe classes: no objects, no aliases (a few of which can
stand for gigabytes), no dates (a text is a text), no name twice.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO, Any

import yaml
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from scheduler_project import json_bounds
from scheduler_project.api.parsers import bounded_text

MEDIA_TYPE = "application/yaml"
TIMESTAMP = "tag:yaml.org,2002:timestamp"


class Loader(yaml.CSafeLoader):
    """Reads what JSON could say."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != TIMESTAMP]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """The object; ConstructorError for a name that comes twice."""
        found = super().construct_mapping(node, deep=True)
        if len(found) < len(node.value):
            problem = "something is said twice here"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return found


class YAMLParser(BaseParser):
    """Bodies in YAML, within the bounds of those in JSON."""

    media_type = MEDIA_TYPE

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The parsed body; ValidationError, RequestDataTooBig."""
        text = bounded_text(stream)
        try:
            _check(text)
            body = yaml.load(text, Loader)
        except (yaml.YAMLError, ValueError, TypeError) as error:
            sentence = " ".join(str(error).split())
            raise ValidationError(f"The body is not valid YAML: {sentence}.") from error
        if flaw := json_bounds.flaw(body):
            raise ValidationError({flaw.path or "non_field_errors": flaw.sentence})
        return body


def _check(text: bytes) -> None:
    """ValueError for aliases, and for what is nested so deep that reading it would end badly."""
    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("aliases (*name) are not read here: write it out")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > json_bounds.DEEPEST:
            raise ValueError("it is nested too deeply")


class Dumper(yaml.CSafeDumper):
    """Writes instants as JSON has them."""


def _instant(dumper: Dumper, value: datetime) -> yaml.Node:
    return dumper.represent_str(value.astimezone(UTC).isoformat().replace("+00:00", "Z"))


Dumper.add_representer(datetime, _instant)


class YAMLRenderer(BaseRenderer):
    """Answers in YAML, in the order in which they are given."""

    media_type = MEDIA_TYPE
    format = "yaml"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The text."""
        text: str = yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True)
        return text.encode()
