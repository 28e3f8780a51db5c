"""What lists of schedules and executions can be narrowed down to."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from agents.api.filters import own_agents
from scheduler_project.api.permissions import visible_to
from schedules.models import Execution, Schedule


def own_schedules(request: Any) -> QuerySet[Schedule]:
    """The schedules that a request may name; any other does not exist."""
    schedules = Schedule.objects.all()
    # Without a request the schema is being written.
    return schedules if request is None else visible_to(request.user, schedules)


class ScheduleFilter(filters.FilterSet):
    """By switch, type and agent."""

    agent = filters.ModelChoiceFilter(queryset=own_agents)

    class Meta:
        model = Schedule
        fields = ["enabled", "schedule_type", "agent"]


class ExecutionFilter(filters.FilterSet):
    """By state, trigger, schedule and agent."""

    schedule = filters.ModelChoiceFilter(queryset=own_schedules)
    agent = filters.ModelChoiceFilter(queryset=own_agents)

    class Meta:
        model = Execution
        fields = ["state", "trigger", "schedule", "agent"]
