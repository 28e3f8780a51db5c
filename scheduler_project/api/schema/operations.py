"""Operations of the API, documented by what their views are."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_doc
from drf_spectacular.utils import OpenApiExample

from scheduler_project.api.pagination import Keyset
from scheduler_project.api.schema import components, examples, failures, headers, names

# What the methods of DRF's view sets do is said at the hooks that do it.
HOOKS = {
    "create": "perform_create",
    "update": "perform_update",
    "partial_update": "perform_update",
    "destroy": "perform_destroy",
}
IN_PAGES = "In numbered pages, with how many there are."
BY_ID = "One of them, by its id."
BY_CURSOR = "In pages that `next` leads through: the last one takes no longer than the first."


class Schema(AutoSchema):
    """DEFAULT_SCHEMA_CLASS."""

    def get_operation_id(self) -> str:
        """The name of the operation in a client."""
        return names.operation_id(self.view) or super().get_operation_id()

    def get_summary(self) -> str:
        """The name in words."""
        return names.summary(self.get_operation_id())

    def get_description(self) -> str:  # type: ignore[override]
        """What the view shows, and what this operation of it does."""
        said, action = super().get_description(), getattr(self.view, "action", "")
        if action in HOOKS and hasattr(self.view, HOOKS[action]):
            hook = get_doc(getattr(self.view, HOOKS[action]))
            return said if hook in said else f"{said}\n\n{hook}"
        if action == "list":
            by_cursor = getattr(self.view, "pagination_class", None) is Keyset
            paging = BY_CURSOR if by_cursor else IN_PAGES
            return f"{said}\n\n{paging}"
        return f"{said}\n\n{BY_ID}" if action == "retrieve" else said

    def get_override_parameters(self) -> list[Any]:
        """With the headers that many operations share."""
        return [*super().get_override_parameters(), *headers.asked(self.view, self.method)]

    def get_examples(self) -> list[OpenApiExample]:
        """Those beside the view."""
        return examples.of(self.view, self.get_operation_id())

    def get_operation(self, *args: Any) -> dict[str, Any] | None:
        """The whole operation, with the headers of its answers and each way to fail."""
        operation: dict[str, Any] | None = super().get_operation(*args)
        if operation is None:
            return None
        for status, response in operation["responses"].items():
            response["description"] = response["description"] or "Done."
            found = headers.answered(self.view, self.method, status)
            response["headers"] = components.headers(found)
        failed = failures.statuses(self.view, self.method, self.path, operation)
        operation["responses"] |= components.responses(failed)
        return operation
