"""Pages that delete something: what they say of what goes with it, and where they lead."""

from typing import Any

from django.apps import apps
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from unfold.admin import ModelAdmin


class Deleting(ModelAdmin):
    """Admin base: says what goes, and leads back."""

    delete_confirmation_template = "console/delete.html"

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes as well, but for what has no names."""
        listed, counts, *rest = super().get_deleted_objects(objs, request)
        return _without_links(listed), _without_counts_of_links(counts), *rest

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        """To the list; Django would lead home whoever may only delete."""
        usual = super().response_delete(request, obj_display, obj_id)
        if IS_POPUP_VAR in request.POST or not self.has_view_permission(request):
            return usual
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        shown = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        address = reverse(name, current_app=self.admin_site.name)
        return HttpResponseRedirect(add_preserved_filters(shown, address))


def _without_links(listed: list[Any]) -> list[Any]:
    """A nested list of what is deleted, as Django writes it, but for rows that link two others.

    Tables of many-to-many fields have no names that say anything to people.
    """
    heads = tuple(f"{capfirst(each._meta.verbose_name)}: " for each in _links())
    return _pruned(listed, heads)


def _without_counts_of_links(counts: dict[str, int]) -> dict[str, int]:
    """The same of how many there are, by the names of their kinds."""
    names = {str(each._meta.verbose_name_plural) for each in _links()}
    return {name: count for name, count in counts.items() if str(name) not in names}


def _links() -> list[type[Model]]:
    found = apps.get_models(include_auto_created=True)
    return [each for each in found if each._meta.auto_created]


def _pruned(listed: list[Any], heads: tuple[str, ...]) -> list[Any]:
    lists = [_pruned(each, heads) if isinstance(each, list) else each for each in listed]
    return [each for each in lists if each and not str(each).startswith(heads)]
