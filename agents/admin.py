"""Django admin of agents and their tasks."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, DropdownFilter
from unfold.widgets import UnfoldAdminTextareaWidget

from agents import runners, secrets, services
from agents.models import Agent, AgentTask, Spending
from scheduler_project.admin import ReadOnly
from scheduler_project.admin_filters import Days, RecordedDays, Searched
from scheduler_project.admin_forms import BoundedDecoder, SavedByServices
from scheduler_project.forms import ServedForm


class Unshown(UnfoldAdminTextareaWidget):
    """A text area that does not show again what was written into it."""

    def format_value(self, value: Any) -> str:
        """Nothing, whatever was written."""
        return ""


class AgentForm(ServedForm):
    """Shows what the services would refuse at the field that it concerns."""

    new_secrets = forms.JSONField(
        required=False, decoder=BoundedDecoder, widget=Unshown(attrs={"rows": 4})
    )

    class Meta:
        model = Agent
        fields = ["owner", *services.FIELDS]

    known_as = {"secrets": "new_secrets"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = ", ".join(secrets.names(self.instance.secrets)) or "none"
        example = '{"webhook": "whsec_..."}'
        self.fields[
            "new_secrets"
        ].help_text = f"Values by name, as in {example}; null removes one. There now: {there}."

    def clean_new_secrets(self) -> dict[str, Any]:
        """An object; what is in it is checked by the services."""
        given = self.cleaned_data["new_secrets"] or {}
        if not isinstance(given, dict):
            raise ValidationError("Give an object of names and values.")
        return given

    def clean(self) -> dict[str, Any]:
        """The values, checked as the API's are; JSON that is left empty is its default."""
        values = super().clean() or {}
        for name in services.FIELDS:
            field: Any = Agent._meta.get_field(name)
            if values.get(name, "") is None and not field.null:
                values[name] = field.get_default()
        given = {name: values[name] for name in services.FIELDS if name in values}
        agent = Agent(secrets=self.instance.secrets, **given)
        services.check_agent(agent, given, values.get("new_secrets"))
        return values

    def changes(self) -> dict[str, Any]:
        """With the secrets under their name."""
        found = super().changes()
        return found | {"secrets": found.pop("new_secrets", {})}


class Runner(DropdownFilter):
    """By the kind of runner."""

    title = "runner"
    parameter_name = "runner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All that there are."""
        return [(name, name) for name in runners.names()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of that kind."""
        chosen = self.value()
        return queryset.filter(runner=chosen) if chosen else queryset


@admin.register(Agent)
class AgentAdmin(SavedByServices):
    """Agents of all owners."""

    form = AgentForm
    list_display = ["name", "owner", "runner", "model", "max_output_tokens", "max_llm_calls"]
    list_filter = [Runner]
    list_select_related = ["owner"]
    search_fields = ["id", "name", "owner__username"]
    sortable_by = ["name", "runner", "model"]
    nothing_yet = (
        "An agent runs what schedules say: a model, instructions, tools and limits. A name is "
        "enough to begin with."
    )
    autocomplete_fields = ["owner"]
    exclude = ["secrets"]
    ordering = ["-id"]

    def get_readonly_fields(self, request: HttpRequest, obj: Agent | None = None) -> list[str]:
        """An agent keeps its owner: schedules and budgets depend on it."""
        return [] if obj is None else ["owner"]

    def save_model(self, request: HttpRequest, obj: Agent, form: AgentForm, change: bool) -> None:
        """Save through the services."""
        fields = form.changes()
        if change:
            services.update_agent(agent=obj, changes=fields, versions=form.versions)
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

    row_page = "agent_task"
    list_display = ["id", "owner", "agent", "state", "created_at", "tokens", "cost", "error_type"]
    list_filter = [
        ("state", ChoicesCheckboxFilter),
        ("agent", Searched),
        ("owner", Searched),
        ("created_at", RecordedDays),
    ]
    list_select_related = ["owner", "agent"]
    search_fields = ["id", "owner__username"]
    nothing_yet = (
        "Each run of an agent is a row here: a command, its trace, its result and what it cost, "
        "whether a schedule started it or somebody did."
    )
    ordering = ["-id"]

    @admin.display(description="Tokens")
    def tokens(self, task: AgentTask) -> str:
        """Into and out of the model."""
        return f"{task.input_tokens} + {task.output_tokens}"


@admin.register(Spending)
class SpendingAdmin(ReadOnly):
    """What was spent in each hour, the latest first."""

    list_display = [
        *("hour", "owner", "schedule_id", "model", "runs", "input_tokens", "output_tokens"),
        *("llm_calls", "tool_calls", "cost", "unpriced_runs", "estimated_tokens"),
        "estimated_cost",
    ]
    list_filter = [("hour", Days), ("owner", Searched)]
    list_select_related = ["owner"]
    search_fields = ["owner__username"]
    nothing_yet = "What runs cost is added up here, hour by hour. The first run begins it."
    ordering = ["-hour", "-id"]
