"""Admin pages of one owner's own rows: what the owners' console is made of."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest


class OwnRows(ModelAdmin):
    """Mixin, leftmost: rows whose owner is asking, and whom the page therefore need not name.

    Staff may do with everybody's rows what Django's permissions say; owners may do with their own
    what `may` says.
    """

    may: frozenset[str] = frozenset()
    owner_path = "owner"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """One's own."""
        return self.whose(request, super().get_queryset(request))

    def whose(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """One's own of them."""
        return rows.filter(**{self.owner_path: request.user})

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Everybody has some."""
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of one's own."""
        return "view" in self.may

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of one's own."""
        return "add" in self.may

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of one's own."""
        return "change" in self.may

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of one's own."""
        return "delete" in self.may

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Of actions on what nobody changes by a form."""
        return "act" in self.may

    def get_list_display(self, request: HttpRequest) -> Any:
        """All but the owner."""
        return _without_owner(super().get_list_display(request))

    def get_list_filter(self, request: HttpRequest) -> Any:
        """All but the owner."""
        return _without_owner(super().get_list_filter(request))

    def get_search_fields(self, request: HttpRequest) -> Any:
        """All but the owner's name."""
        found = super().get_search_fields(request)
        return [name for name in found if not name.startswith("owner__")]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All but the owner."""
        return _without_owner(super().get_readonly_fields(request, obj))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """All but the owner."""
        return [
            (title, {**options, "fields": _without_owner(options["fields"])})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        """One for rows of whoever asks."""
        form: Any = super().get_form(request, obj, change, **kwargs)

        class Own(form):
            owner = request.user
            site = self.admin_site

            def __init__(self, *args: Any, **options: Any) -> None:
                super().__init__(*args, **options)
                if self.instance._state.adding:
                    self.instance.owner = request.user

        return Own

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """A choice of what is one's own, too."""
        if hasattr(db_field.related_model, "owner_id"):
            kwargs["queryset"] = db_field.related_model._default_manager.filter(owner=request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def owned(
    kind: type[ModelAdmin], may: Iterable[str], owner_path: str = "owner", **facts: Any
) -> type[ModelAdmin]:
    """The same pages as staff have, for owners; `facts` are what differs with them."""
    facts |= {
        "may": frozenset(may),
        "owner_path": owner_path,
        "autocomplete_fields": _without_owner(kind.autocomplete_fields),
        "__doc__": kind.__doc__,
        "__module__": __name__,
    }
    return type(f"Own{kind.__name__}", (OwnRows, kind), facts)


def _without_owner(names: Iterable[Any]) -> list[Any]:
    """Filters may come as a pair, of a field's name and their class."""
    return [each for each in names if (each[0] if isinstance(each, tuple) else each) != "owner"]
