"""What lists of agent tasks can be narrowed down to."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from agents.models import Agent, AgentTask
from scheduler_project.api.permissions import visible_to


def own_agents(request: Any) -> QuerySet[Agent]:
    """The agents that a request may name; any other does not exist."""
    agents = Agent.objects.all()
    # Without a request the schema is being written.
    return agents if request is None else visible_to(request.user, agents)


class AgentTaskFilter(filters.FilterSet):
    """By agent and by state."""

    agent = filters.ModelChoiceFilter(queryset=own_agents)

    class Meta:
        model = AgentTask
        fields = ["agent", "state"]
