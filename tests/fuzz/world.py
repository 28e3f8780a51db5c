"""What there is while requests are tried: an owner's things, all of which can be recognised."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts import keys
from agents import services as agents
from agents.models import Agent
from hooks import services as hooks
from schedules import services
from schedules.models import Notification
from schedules.tests.integration.scenes import park, running

MARK = "planted"
"""In every text of the owner's: a stranger who sees it sees too much."""
SECRET = "secret-that-nobody-shows"
HOOK = {"name": f"{MARK} hook", "url": f"https://example.com/{MARK}", "events": ["*"]}
PERSONAS = ("owner", "stranger", "nobody")


@dataclass(frozen=True)
class World:
    """The people, and what the owner has, by what stands before it in addresses."""

    owner: User
    stranger: User
    ids: dict[str, object]
    hidden: tuple[str, ...]

    def headers(self, persona: str) -> dict[str, str]:
        """Who asks, in a token that has just begun."""
        user = {"owner": self.owner, "stranger": self.stranger}.get(persona)
        return {"Authorization": f"Bearer {AccessToken.for_user(user)}"} if user else {}

    def unseen(self, persona: str) -> tuple[str, ...]:
        """What no answer to them may have in it."""
        return self.hidden if persona == "owner" else (*self.hidden, MARK)


def make() -> World:
    """All of it, in the database."""
    owner, stranger = (
        User.objects.create(username=name, password=f"md5$salt${SECRET}")
        for name in (f"{MARK} owner", "stranger")
    )
    agent = agents.create_agent(
        owner=owner, fields={"name": f"{MARK} agent", "secrets": {"token": SECRET}}
    )
    schedule, parked = (
        services.create_schedule(owner=owner, fields=_order(agent, number)) for number in (1, 2)
    )
    execution = services.run_now(schedule=schedule)
    (approval,) = park(running(parked), MARK)
    task = services.start_agent_task(owner=owner, agent=agent, command=MARK, timeout_seconds=60)
    budget = services.create_budget(
        owner=owner,
        fields={"schedule_id": schedule.pk, "unit": "tokens", "period": "day", "amount": 1},
    )
    notification = Notification.objects.create(owner=owner, kind="budget_alert", message=MARK)
    hook, signing = hooks.create_hook(owner=owner, fields=HOOK)
    key, text = keys.issue(owner=owner, name=f"{MARK} key")
    ids: dict[str, object] = {
        "agents": agent.pk,
        "scheduled-commands": schedule.pk,
        "approvals": approval.pk,
    }
    ids |= {"executions": str(execution.pk), "agent-tasks": str(task.pk), "api-keys": key.pk}
    ids |= {"hooks": hook.pk, "deliveries": hooks.ping(hook=hook).pk, "by-name": "by name"}
    ids |= {"budgets": budget.pk, "notifications": notification.pk}
    hidden = (SECRET, signing, text, key.hashed, owner.password, str(RefreshToken.for_user(owner)))
    return World(owner, stranger, ids, hidden)


def _order(agent: Agent, number: int) -> dict[str, Any]:
    order = {"name": f"{MARK} order {number}", "agent": agent, "command": MARK}
    return order | {"schedule_type": "manual"}
