"""What the admin pages of all apps share."""

import json
from collections.abc import Sequence
from secrets import token_hex
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ForeignKey, JSONField, Model, Q, QuerySet, TextField
from django.forms import Field, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from journal.history import history_of, is_kept
from scheduler_project import admin_search
from scheduler_project.admin_rows import Pages, Rows, key_of
from scheduler_project.errors import Conflict
from scheduler_project.forms import Lines
from scheduler_project.ids import number
from scheduler_project.refusals import told
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


class ReferenceSelect(AutocompleteSelect):
    """A choice that shows a form again although what was sent as an id is none.

    Django would look that up as it is, and the page would fail.
    """

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """The options for what can be an id."""
        ids = [each for each in value if number(str(each)) is not None]
        return super().optgroups(name, ids, attr)


class Listed(ModelAdmin):
    """Admin base of all lists: they may be of a million rows, which nobody counts."""

    paginator = Pages
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    # Columns that an index has in order, or of a table that stays small.
    sortable_by: Sequence[str] = ()
    # Parameters of addresses that pages link to, beside those of the filters.
    linked_lookups: Sequence[str] = ()
    list_filter_submit = True
    change_list_template = "console/list/page.html"
    delete_confirmation_template = "console/delete.html"
    # The name of the page of one row, where that is not the form.
    row_page = ""
    # What a list without any rows says.
    nothing_yet = ""
    # Whether what the list shows can be had as CSV.
    exported = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The kind of list."""
        return Rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """On indexes."""
        term = search_term.strip()
        return (queryset.filter(self.searched(request, term)) if term else queryset), False

    def searched(self, request: HttpRequest, term: str) -> Q:
        """What is looked for, among the rows of other models as well that this site has."""

        def seen(model: type[Model]) -> QuerySet[Any]:
            rows: QuerySet[Any] = self.admin_site.get_model_admin(model).get_queryset(request)
            return rows

        return admin_search.matching(self.model, term, self.get_search_fields(request), seen)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """What an action has done, or that what was selected cannot be rows."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if any(key_of(self.model, each) is None for each in chosen):
            self.message_user(request, "There are no such rows.", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset)

    def in_bulk(self, request: HttpRequest, do: str) -> HttpResponse:
        """To the page that does it with what is selected, be it thousands, and shows how far it is.

        That is rows by their ids, or all that the list's filters show.
        """
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        everything = request.POST.get("select_across") == "1"
        selection = (
            {"filters": request.GET.urlencode()} if everything else {"ids": ",".join(chosen)}
        )
        address = reverse(
            "admin:bulk",
            args=[self.opts.app_label, self.opts.model_name, do],
            current_app=self.admin_site.name,
        )
        job = {"job": token_hex(8)}
        return HttpResponseRedirect(f"{address}?{urlencode(job | selection)}")

    def address_of(self, key: Any) -> str:
        """Of the page of one row, on this site."""
        name = self.row_page or f"{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(f"admin:{name}", args=[quote(key)], current_app=self.admin_site.name)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one object's history: the journal's, where that knows of such objects."""
        if not is_kept(self.model):
            return super().history_view(request, object_id, extra_context)
        found = self.get_object(request, unquote(object_id))
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, found):
            raise PermissionDenied
        request.current_app = self.admin_site.name
        shown = {"title": f"History of {found}", "table": history_of(found)}
        about = {"object": found, "opts": self.opts, "module_name": self.opts.verbose_name_plural}
        context = {**self.admin_site.each_context(request), **shown, **about}
        return TemplateResponse(request, "journal/history.html", context)


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
        """With a choice that survives forged ids where there is one that is searched."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ReferenceSelect(db_field, self.admin_site))
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


class ReadOnly(Listed):
    """Admin base for records: nobody adds, changes or deletes them here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Records are made by runs."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Records do not change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Records stay."""
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """For actions on them: whoever may change such rows, although not by a form."""
        codename = get_permission_codename("change", self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{codename}")
