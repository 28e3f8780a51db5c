"""What lists of schedules and executions can be narrowed down to."""

from django_filters import rest_framework as filters

from agents.models import Agent
from scheduler_project.api.permissions import own
from schedules.models import Execution, Schedule


class ScheduleFilter(filters.FilterSet):
    """By switch, type and agent."""

    agent = filters.ModelChoiceFilter(queryset=own(Agent))

    class Meta:
        model = Schedule
        fields = ["enabled", "schedule_type", "agent"]


class ExecutionFilter(filters.FilterSet):
    """By state, trigger, schedule and agent."""

    schedule = filters.ModelChoiceFilter(queryset=own(Schedule))
    agent = filters.ModelChoiceFilter(queryset=own(Agent))

    class Meta:
        model = Execution
        fields = ["state", "trigger", "schedule", "agent"]
