"""What pages of the console share, beside the lists and forms that Django's admin makes."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views import View

from console.owners import OwnRows


class Page(View):
    """A page of one of the two sites; what may be seen on it is what the site's lists show."""

    # Which of the two is said where its address is; as_view() takes only what has a default.
    site: AdminSite = admin.site
    template: ClassVar[str]

    def rows(self, model: type[Model], needs: str = "view") -> QuerySet[Any]:
        """Those with which this person may do that on this site; PermissionDenied.

        `needs` is the name of one of the permissions of the model's admin.
        """
        if not self.site.is_registered(model):
            raise PermissionDenied
        known = self.site.get_model_admin(model)
        if not getattr(known, f"has_{needs}_permission")(self.request):
            raise PermissionDenied
        rows: QuerySet[Any] = known.get_queryset(self.request)
        return rows

    def whose(self, model: type[Model]) -> int | None:
        """The owner whose rows those are, None: everybody's; PermissionDenied.

        For what the admin has no list of its own of: sums, and SQL of a page.
        """
        self.rows(model)
        own = isinstance(self.site.get_model_admin(model), OwnRows)
        return self.request.user.pk if own else None

    def one(self, model: type[Model], key: Any, needs: str = "view") -> Any:
        """That row; PermissionDenied, or Http404 for what there is not, or is not theirs."""
        found = self.rows(model, needs).filter(pk=key).first()
        if found is None:
            raise Http404
        return found

    def may(self, model: type[Model], needs: str) -> bool:
        """Whether they may do that with the rows that they see."""
        try:
            self.rows(model, needs)
        except PermissionDenied:
            return False
        return True

    def url(self, name: str, *args: Any) -> str:
        """Of a page of this site, by its name."""
        return reverse(f"admin:{name}", args=args, current_app=self.site.name)

    def shown(self, title: str, **context: Any) -> TemplateResponse:
        """The page, in the site's frame."""
        self.request.current_app = self.site.name
        known = {**self.site.each_context(self.request), "title": title, **context}
        return TemplateResponse(self.request, self.template, known)
