"""What lists of agent tasks can be narrowed down to."""

from django_filters import rest_framework as filters

from agents.models import Agent, AgentTask
from scheduler_project.api.permissions import own


class AgentTaskFilter(filters.FilterSet):
    """By agent and by state."""

    agent = filters.ModelChoiceFilter(queryset=own(Agent))

    class Meta:
        model = AgentTask
        fields = ["agent", "state"]
