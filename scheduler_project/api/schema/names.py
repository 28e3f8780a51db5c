"""Names of operations that read well in a client: `list_agents`, `enable_scheduled_command`."""

from typing import Any

VERBS = {
    "retrieve": "get",
    "update": "replace",
    "partial_update": "update",
    "destroy": "delete",
}
PLURALS = {"delivery": "deliveries"}


def operation_id(view: Any) -> str | None:
    """The name of this operation of a view set; None for other views, which name their own."""
    if not getattr(view, "basename", None):
        return None
    one = view.basename.replace("-", "_")
    if not view.detail and view.action != "create":
        one = PLURALS.get(one, f"{one}s")
    return f"{VERBS.get(view.action, view.action)}_{one}"


def summary(operation_id: str) -> str:
    """The name in words."""
    words = operation_id.replace("_", " ").replace("api key", "API key")
    return words[0].upper() + words[1:]
