"""Admin pages of other apps, as the console looks."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm


class Users(ModelAdmin, UserAdmin):
    """Django's own, with the console's forms."""

    form, add_form = UserChangeForm, UserCreationForm
    change_password_form = AdminPasswordChangeForm


def restyle() -> None:
    """What is registered on the staff's console so far, but is not of its kind."""
    admin.site.unregister(User)
    admin.site.register(User, Users)
    for model, kind in list(admin.site._registry.items()):
        if not isinstance(kind, ModelAdmin):
            admin.site.unregister(model)
            base = type(kind)
            admin.site.register(model, type(base.__name__, (ModelAdmin, base), {}))
