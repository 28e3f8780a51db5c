"""What the admin pages of all apps share."""

from collections.abc import Sequence
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import quote, unquote
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.views import ChangeList

from journal.history import history_of, is_kept
from scheduler_project import admin_search
from scheduler_project.admin_deleting import Deleting
from scheduler_project.admin_rows import Pages, Rows, key_of


class Listed(Deleting):
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

    def whose(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the rows that this site shows to whoever asks: all."""
        return rows

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

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page of one object, with a way to its history where there is one.

        Of what the journal does not know, Django notes what was done by a form.
        """
        by_form = self.has_change_permission(request, context.get("original"))
        context["show_history"] = is_kept(self.model) or by_form
        return super().render_change_form(request, context, *args, **kwargs)

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
