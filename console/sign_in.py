"""Signing in to the consoles: with the lockout of the API, and its limit for each address."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from rest_framework.request import Request
from unfold.forms import AuthenticationForm as UnfoldForm

from accounts import lockout
from scheduler_project.api.throttles import SignIn


class StaffSignIn(UnfoldForm):
    """For staff."""

    def clean(self) -> dict[str, Any]:
        """Name and password, unless too many have been tried from this address."""
        if wait := _wait(self.request):
            self.request.must_wait = wait
            raise ValidationError(
                f"Too many tries from your address: try again in {wait:.0f} seconds."
            )
        found: dict[str, Any] = super().clean()
        return found

    def get_invalid_login_error(self) -> ValidationError:
        """Which of the two reasons it is."""
        if lockout.is_locked_out(self.request):
            return ValidationError(lockout.sentence())
        return super().get_invalid_login_error()


class OwnersSignIn(StaffSignIn):
    """For everybody who is active."""

    error_messages = AuthenticationForm.error_messages

    confirm_login_allowed = AuthenticationForm.confirm_login_allowed


def _wait(request: HttpRequest | None) -> float | None:
    """Seconds until this address may try again; None if it may now."""
    throttle = SignIn()
    if request is None or throttle.allow_request(Request(request), None):
        return None
    return throttle.wait()
