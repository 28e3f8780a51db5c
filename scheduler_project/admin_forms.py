"""Admin pages with forms, whose changes are those of services."""

import json
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, JSONField, TextField
from django.forms import Field, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from scheduler_project.admin import Listed
from scheduler_project.admin_rows import visible_rows
from scheduler_project.errors import Conflict
from scheduler_project.forms import Lines
from scheduler_project.refusals import told
from scheduler_project.searchable import Searchable
from scheduler_project.versions import Stale


class BoundedDecoder(json.JSONDecoder):
    """For JSON fields of forms: nested without end, or an endless number, is no JSON, not a 500."""

    def decode(self, s: str, *args: Any) -> Any:
        """The value; JSONDecodeError."""
        try:
            return super().decode(s, *args)
        except json.JSONDecodeError:
            raise
        except (RecursionError, ValueError):
            raise json.JSONDecodeError(
                "It is too deep, or a number in it too long", "", 0
            ) from None


class SavedByServices(Listed):
    """Admin base: what a service refuses is shown in the form, with all that was typed.

    Its forms are ServedForms.
    """

    formfield_overrides = {
        JSONField: {"decoder": BoundedDecoder},
        # Nor do texts lose the end of their last line to whoever does not touch them.
        TextField: {"widget": Lines, "strip": False},
    }
    change_form_before_template = "console/version.html"

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """With a choice that needs no scripts where there is one that is searched."""
        if db_field.name in self.get_autocomplete_fields(request):
            offered = visible_rows(db_field.related_model, self.admin_site, request)
            kwargs.setdefault("widget", Searchable(db_field, self.admin_site, offered))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page to add or change one object; once more where a service refuses what was sent."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (Conflict, Stale, ValidationError) as error:
            request.refusal = error  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        """One that says what has been refused of it."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return cast(type[ModelForm], form)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Of what the address says, what the fields of that name can read."""
        fields = self.get_form(request).base_fields
        said = super().get_changeform_initial_data(request)
        known = fields.keys() & said.keys()
        return {name: said[name] for name in known if _reads(fields[name], said[name])}

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page to delete one object."""
        with told(request):
            return super().delete_view(request, *args, **kwargs)
        return HttpResponseRedirect(request.get_full_path())

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The list, and the actions on it."""
        with told(request):
            return super().changelist_view(request, *args, **kwargs)
        return HttpResponseRedirect(request.get_full_path())

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """To where `next` says, if that is here: whoever needed it there goes on."""
        wanted, here = request.GET.get("next", ""), {request.get_host()}
        if url_has_allowed_host_and_scheme(wanted, here, require_https=request.is_secure()):
            return HttpResponseRedirect(wanted)
        return super().response_post_save_add(request, obj)


def _reads(field: Field, value: str) -> bool:
    try:
        field.clean(value)
    except ValidationError:
        return False
    return True
