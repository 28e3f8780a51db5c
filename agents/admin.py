"""Django admin of agents and their tasks."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from agents import services
from agents.models import Agent, AgentTask
from scheduler_project.admin import ReadOnly, SavedByServices


class AgentForm(forms.ModelForm):
    """Shows what the services would refuse at the field that it concerns."""

    class Meta:
        model = Agent
        fields = ["owner", *services.FIELDS]

    def clean(self) -> dict[str, Any]:
        """The values, checked as the API's are."""
        values = super().clean() or {}
        for name in ("tools", "mcp_servers"):
            if values.get(name, ()) is None:  # left empty
                values[name] = getattr(Agent(), name)
        given = {name: values[name] for name in services.FIELDS if name in values}
        services.check_agent(Agent(**given), given)
        return values


@admin.register(Agent)
class AgentAdmin(SavedByServices):
    """Agents of all owners."""

    form = AgentForm
    list_display = ["name", "owner", "runner", "model", "max_output_tokens", "max_llm_calls"]
    list_filter = ["runner"]
    list_select_related = ["owner"]
    search_fields = ["name", "description", "owner__username"]
    autocomplete_fields = ["owner"]
    ordering = ["-id"]

    def get_readonly_fields(self, request: HttpRequest, obj: Agent | None = None) -> list[str]:
        """An agent keeps its owner: schedules and budgets depend on it."""
        return [] if obj is None else ["owner"]

    def save_model(self, request: HttpRequest, obj: Agent, form: AgentForm, change: bool) -> None:
        """Save through the services."""
        fields = {name: form.cleaned_data[name] for name in services.FIELDS}
        if change:
            services.update_agent(agent=obj, changes=fields)
        else:
            created = services.create_agent(owner=obj.owner, fields=fields)
            obj.pk = created.pk

    def delete_model(self, request: HttpRequest, obj: Agent) -> None:
        """Delete through the services."""
        services.delete_agent(agent=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Agent]) -> None:
        """Delete through the services, one by one."""
        for agent in queryset:
            services.delete_agent(agent=agent)


@admin.register(AgentTask)
class AgentTaskAdmin(ReadOnly):
    """Agent runs of all owners, newest first."""

    list_display = ["id", "owner", "agent", "state", "created_at", "llm_calls", "error_type"]
    list_filter = ["state", "error_type", "created_at"]
    list_select_related = ["owner", "agent"]
    search_fields = ["id", "owner__username", "agent__name"]
    ordering = ["-id"]
    # Counting all rows of a large history takes seconds.
    show_full_result_count = False
