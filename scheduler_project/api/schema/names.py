"""Names of operations that read well in a client: `list_agents`, `enable_scheduled_command`."""

from typing import Any

VERBS = {
    "retrieve": "get",
    "update": "replace",
    "partial_update": "update",
    "destroy": "delete",
}


def operation_id(view: Any) -> str | None:
    """The name of this operation of a view set; None for other views, which name their own."""
    if not getattr(view, "basename", None):
        return None
    one = view.basename.replace("-", "_")
    many = not view.detail and view.action != "create"
    return f"{VERBS.get(view.action, view.action)}_{one}{'s' if many else ''}"


def summary(operation_id: str) -> str:
    """The name in words."""
    words = operation_id.replace("_", " ").replace("api key", "API key")
    return words[0].upper() + words[1:]
