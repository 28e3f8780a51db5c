"""Choices of one row among thousands."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet

from scheduler_project.ids import number

# So many stand in the page itself, for browsers without scripts.
FEW = 50


class Searchable(AutocompleteSelect):
    """What is offered is found by typing; where no scripts run, the first few can be chosen.

    It also shows a form again although what was sent as an id is none: Django would look that up
    as it is, and the page would fail.
    """

    def __init__(self, field: Any, admin_site: AdminSite, offered: QuerySet[Any]) -> None:
        super().__init__(field, admin_site)
        self.offered = offered

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """What is chosen, and the first few."""
        ids = [each for each in value if number(str(each)) is not None]
        groups = super().optgroups(name, ids, attr)
        options = groups[0][1]
        there = {str(option["value"]) for option in options}
        for row in self.offered[:FEW]:
            if str(row.pk) not in there:
                label = self.choices.field.label_from_instance(row)
                options.append(self.create_option(name, row.pk, label, False, len(options)))
        return groups
