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

    What is chosen and not offered keeps its number, as `unseen` says it: whoever looks need not be
    allowed to know its name. What can be no id is no choice.
    """

    def __init__(
        self,
        field: Any,
        admin_site: AdminSite,
        offered: QuerySet[Any],
        unseen: str = "Number {}",
    ) -> None:
        super().__init__(field, admin_site)
        self.offered, self.unseen = offered, unseen

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """Nothing at first, where nothing is chosen yet; what is chosen; the first few."""
        chosen = [str(each) for each in value if number(str(each)) is not None]
        seen = {str(row.pk): row for row in self.offered.filter(pk__in=chosen)}
        few = [row for row in self.offered[:FEW] if str(row.pk) not in seen]
        choices = [] if self.is_required and chosen else [("", "")]
        choices += [(key, self._label(seen.get(key), key)) for key in chosen]
        choices += [(str(row.pk), self._label(row, "")) for row in few]
        options = [
            self.create_option(name, key, label, key in chosen, index)
            for index, (key, label) in enumerate(choices)
        ]
        return [(None, options, 0)]

    def _label(self, row: Any, key: str) -> str:
        if row is None:
            return self.unseen.format(key)
        return str(self.choices.field.label_from_instance(row))
