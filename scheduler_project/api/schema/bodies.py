"""Bodies as they are; imported by urls.py, as it registers itself."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema

from scheduler_project.api.serializers import StrictSerializer


class Exact(OpenApiSerializerExtension):
    """What a serializer gives it gives always; a strict one takes nothing else."""

    target_class = "rest_framework.serializers.Serializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """The schema of the component."""
        schema: dict[str, Any] = auto_schema._map_serializer(
            self.target, direction, bypass_extensions=True
        )
        if direction == "response":
            schema["required"] = sorted(schema["properties"])
        elif isinstance(self.target, StrictSerializer):
            schema["additionalProperties"] = False
        return schema
