"""The admin of agent tasks, which can start one without a schedule, for whoever asks for it."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from agents.admin import AgentTaskAdmin
from agents.models import Agent, AgentTask
from scheduler_project.admin_forms import SavedByServices
from scheduler_project.errors import Conflict
from scheduler_project.forms import ServedForm
from schedules import services
from schedules.services.agent_tasks import LONGEST_TIMEOUT, USUAL_TIMEOUT

admin.site.unregister(AgentTask)


class StartForm(ServedForm):
    """The order for an agent task; what the services would refuse is shown here."""

    owner: User
    timeout_seconds = forms.IntegerField(
        min_value=1, max_value=LONGEST_TIMEOUT, initial=USUAL_TIMEOUT
    )

    class Meta:
        model = AgentTask
        fields = ["agent", "command"]

    def clean(self) -> dict[str, Any]:
        """The values, checked as the API's are."""
        values = super().clean() or {}
        if not self.errors:
            try:
                services.check_agent_task(owner=self.owner, command=values["command"])
            except Conflict as error:
                raise ValidationError(str(error)) from error
        return values


@admin.register(AgentTask)
class StartingAdmin(SavedByServices, AgentTaskAdmin):
    """Adding an agent task starts it; what it came to is a record."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who may add agent tasks may start them."""
        return request.user.has_perm("agents.add_agenttask")

    def get_fields(self, request: HttpRequest, obj: AgentTask | None = None) -> Any:
        """Of a task that is to be started its order, later all there is to know."""
        if obj is None:
            return [*StartForm.Meta.fields, "timeout_seconds"]
        return super().get_fields(request, obj)

    def get_form(
        self,
        request: HttpRequest,
        obj: AgentTask | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> Any:
        """The order is the requester's."""
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)
        form: Any = super().get_form(request, obj, change, **{"form": StartForm} | kwargs)
        form.owner = _requester(request)
        return form

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """There may be many agents, and whoever may not see them cannot search them."""
        return ["agent"] if self._agents().has_view_permission(request) else []

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """The agents that the requester may see: all, or at least their own."""
        if db_field.name == "agent":
            kwargs["queryset"] = self._visible_agents(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _agents(self) -> ModelAdmin:
        return self.admin_site.get_model_admin(Agent)

    def _visible_agents(self, request: HttpRequest) -> QuerySet[Agent]:
        agents = self._agents()
        if agents.has_view_permission(request):
            return agents.get_queryset(request)
        return Agent.objects.filter(owner=_requester(request))

    def save_model(self, request: HttpRequest, obj: AgentTask, form: Any, change: bool) -> None:
        """Start it, through the services."""
        started = services.start_agent_task(owner=_requester(request), **form.cleaned_data)
        obj.pk = started.pk
        obj.refresh_from_db()

    def response_post_save_add(self, request: HttpRequest, obj: AgentTask) -> HttpResponse:
        """To the task's page, for those who may see it."""
        if self.has_view_permission(request, obj):
            return redirect(self.address_of(obj.pk))
        return super().response_post_save_add(request, obj)


def _requester(request: HttpRequest) -> User:
    """The admin has no pages for nobody."""
    return cast(User, request.user)
