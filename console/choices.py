"""What is offered while somebody types into a field that is searched."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest

from scheduler_project.text import valid


class Choices(AutocompleteJsonView):
    """Django's own, for any text."""

    def process_request(self, request: HttpRequest) -> Any:
        """What is looked for, without what no text in the database has, and where."""
        term, *where = super().process_request(request)
        return (valid(term), *where)
