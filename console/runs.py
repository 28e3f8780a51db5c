"""What pages of executions and of agent tasks share: the trace, the answer, the way to others."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.db.models import Model

from agents import events
from agents.models import Agent, AgentTask
from console.advice import advice
from console.markdown import rendered
from console.owners import OwnRows
from console.pages import Page
from console.run_facts import trace_id
from console.trace_lines import lines

# Events on a page when it opens; trace.js fetches what follows.
FIRST = 300


def answer(result: str, error_type: str) -> dict[str, Any]:
    """What came of it, to be shown."""
    return {"result": result, "markdown": rendered(result), "advice": advice(error_type)}


def spans(task: AgentTask | None) -> dict[str, str]:
    """The trace id, and where it can be looked at, if the run has one."""
    found = trace_id(task.pk) if task else ""
    address = settings.TRACE_URL.replace("{trace_id}", found) if found else ""
    return {"trace_id": found, "trace_url": address}


def trace(task: AgentTask | None, after: str = "") -> dict[str, Any]:
    """The beginning of the trace, or what follows a number of it."""
    if task is None:
        return {}
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 10 else 0
    (page,) = events.pages([(task.pk, start)], FIRST)
    if page is None:  # deleted at this very moment
        return {}
    last = page.events[-1]["number"] if page.events else start
    return {"traced": task.pk, "page": page, "lines": lines(page.events), "after": last}


def owner(page: Page, row: Any) -> str:
    """Whose it is, where not all is one's own; else ""."""
    own = isinstance(page.site.get_model_admin(type(row)), OwnRows)
    return "" if own else row.owner.get_username()


def agent_url(page: Page, agent: Agent | None) -> str:
    """Where it can be looked at, for those who may; else ""."""
    return address(page.site, agent) if agent and page.may(Agent, "view") else ""


def address(site: AdminSite, row: Model) -> str:
    """Of the row's page on that site."""
    known: Any = site.get_model_admin(type(row))
    found: str = known.address_of(row.pk)
    return found
