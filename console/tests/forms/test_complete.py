"""Whatever can be added has all that it needs on its page."""

from typing import Any

import pytest
from django.contrib.admin import site as staffs
from django.db.models import NOT_PROVIDED, Model
from django.test import Client

from console.sites import owners

pytestmark = pytest.mark.django_db
KINDS: list[Any] = [kind for site in (staffs, owners) for kind in site._registry.values()]
# Whose it is is who adds it; of a password the form has two; the others are written by runs.
NOT_ASKED = {"owner", "password", "started_at", "finished_at", "cost"}


def needed(model: type[Model]) -> set[str]:
    """Fields that no row can be without, and that nobody else fills in."""
    return {
        field.name
        for field in model._meta.concrete_fields
        if field.editable and not field.blank and not field.primary_key
        if not field.has_default() and field.db_default is NOT_PROVIDED
    } - NOT_ASKED


@pytest.mark.parametrize(
    "kind", KINDS, ids=lambda kind: f"{kind.admin_site.name}-{kind.opts.model_name}"
)
def test_a_page_to_add_something_has_all_that_it_needs(admin: Client, kind: Any) -> None:
    page = f"/{kind.admin_site.name}/{kind.opts.app_label}/{kind.opts.model_name}/add/"
    answer = admin.get(page)
    if answer.status_code == 403:
        return
    shown, text = answer.context["adminform"].form.fields, answer.content.decode()
    assert shown
    assert needed(kind.model) <= set(shown)
    assert not [name for name in shown if f'name="{name}' not in text]
