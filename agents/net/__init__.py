"""Requests to URLs that owners give: the only way out that they have."""

from agents.net.client import Answer, fetch
from agents.net.connections import GuardedTransport
from agents.net.errors import Refused, Unreachable
from agents.net.guard import check_url

__all__ = ["Answer", "GuardedTransport", "Refused", "Unreachable", "check_url", "fetch"]
