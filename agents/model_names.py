"""The model string behind what an agent names: "" and `local` are the deployment's choice."""

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

LOCAL = "local"


def resolve(model: str) -> str:
    """The model string that is really used: "" is the deployment's AGENT_MODEL."""
    chosen = model or settings.AGENT_MODEL
    return f"{LOCAL}:{settings.MODEL_NAME}" if chosen == LOCAL else chosen


def is_local(model: str) -> bool:
    """Whether a resolved string means the endpoint at MODEL_BASE_URL."""
    return model.startswith(f"{LOCAL}:")


@lru_cache(maxsize=1000)
def is_loopback(url: str) -> bool:
    """Whether the URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
