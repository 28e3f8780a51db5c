"""The page that gives a webhook a new secret."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from console.once import shown_once
from console.pages import Page
from hooks import services
from hooks.models import Hook
from scheduler_project.versions import Stale, tag

USE = "Messages are signed with it, as Standard Webhooks says: give it to whatever receives them."
ALREADY = (
    "Nothing was done: it has a new secret already, or was changed, since you opened the page. "
    "Another one would end what the former secret still signs."
)


class RotationPage(Page):
    """Asks first: whatever receives the messages has to be given the new one within a day."""

    template = "console/rotation.html"

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        """Is one sure?"""
        hook = self.one(Hook, key, "change")
        version = tag(hook.updated_at)
        return self.shown(f"A new secret for {hook.name}", hook=hook, version=version)

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        """The new one, once: whoever sends the form again takes no further secret away."""
        hook, asked_for = self.one(Hook, key, "change"), request.POST.get("version", "")
        try:
            hook, secret = services.rotate_secret(hook=hook, versions=frozenset([asked_for]))
        except Stale:
            messages.error(request, ALREADY)
            return redirect(request.get_full_path())
        back = self.url("hooks_hook_change", hook.pk)
        title = f"The new secret of {hook.name}"
        return shown_once(request, self.site, title=title, secret=secret, use=USE, back=back)
