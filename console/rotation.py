"""The page that gives a webhook a new secret."""

from django.http import HttpRequest, HttpResponse

from console.once import shown_once
from console.pages import Page
from hooks import services
from hooks.models import Hook

USE = "Messages are signed with it, as Standard Webhooks says: give it to whatever receives them."


class RotationPage(Page):
    """Asks first: whatever receives the messages has to be given the new one within a day."""

    template = "console/rotation.html"

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        """Is one sure?"""
        hook = self.one(Hook, key, "change")
        return self.shown(f"A new secret for {hook.name}", hook=hook)

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        """The new one, once."""
        hook, secret = services.rotate_secret(hook=self.one(Hook, key, "change"))
        back = self.url("hooks_hook_change", hook.pk)
        title = f"The new secret of {hook.name}"
        return shown_once(request, self.site, title=title, secret=secret, use=USE, back=back)
