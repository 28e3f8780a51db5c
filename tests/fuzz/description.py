"""The API's description, with what there is in the place of any id."""

import json
import re
from typing import Any

import schemathesis
from django.core.wsgi import get_wsgi_application
from schemathesis.schemas import BaseSchema

from tests import described
from tests.fuzz.world import World

# Where bodies refer to something.
REFERENCES = {
    ("ScheduleRequest", "agent"): "agents",
    ("PatchedScheduleRequest", "agent"): "agents",
    ("StartRequest", "agent"): "agents",
}


def of(world: World) -> BaseSchema:
    """For schemathesis, which calls the application in this process."""
    document = json.loads(json.dumps(described.document()))
    for path, methods in document["paths"].items():
        for operation in methods.values():
            _name_ids(path, operation, world)
    for (name, field), tag in REFERENCES.items():
        document["components"]["schemas"][name]["properties"][field]["enum"] = [world.ids[tag]]
    schema = schemathesis.openapi.from_dict(document)
    schema.app = get_wsgi_application()
    return schema


def _name_ids(path: str, operation: dict[str, Any], world: World) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            (of,) = re.findall(rf"([\w-]+)/\{{{parameter['name']}}}", path)
            parameter["schema"]["enum"] = [world.ids[of]]
