"""API keys on the owners' console: made, shown once, revoked."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts import keys
from accounts.admin import ApiKeyAdmin
from accounts.models import ApiKey
from console.once import shown_once
from scheduler_project.admin_forms import SavedByServices
from scheduler_project.forms import ServedForm

USE = "Programs send it to the API behind Authorization: Bearer. It acts as you, within its scope."


class KeyForm(ServedForm):
    """Shows what `keys` would refuse at the field that it concerns."""

    class Meta:
        model = ApiKey
        fields = ["name", "scope", "expires_at"]
        help_texts = {
            "name": "What the key is for.",
            "scope": "Whether it may only read, or change things as well.",
            "expires_at": f"In {keys.LONGEST_LIFE.days} days at most; "
            f"empty: in {keys.USUAL_LIFE.days} days.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "expires_at" in self.fields:
            self.fields["expires_at"].required = False

    def clean(self) -> dict[str, Any]:
        """The values, checked as the API's are."""
        values = super().clean() or {}
        if not self.errors:
            keys.check(values["name"], values["expires_at"])
        return values


class OwnKeysAdmin(SavedByServices, ApiKeyAdmin):
    """One's own keys."""

    form = KeyForm

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        """Of a new key what can be said; later all there is to know."""
        return KeyForm.Meta.fields if obj is None else super().get_fields(request, obj)

    def save_model(self, request: Any, obj: ApiKey, form: Any, change: bool) -> None:
        """Issue it."""
        made, request.new_key = keys.issue(owner=cast(User, request.user), **form.cleaned_data)
        obj.pk = made.pk
        obj.refresh_from_db()

    def response_add(
        self, request: Any, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The key itself, once."""
        back = reverse("admin:accounts_apikey_changelist", current_app=self.admin_site.name)
        return shown_once(
            request,
            self.admin_site,
            title=f"The key {obj.name}",
            secret=request.new_key,
            use=USE,
            back=back,
        )
