"""An agent's list of MCP servers: what it may say, and how secrets come into it.

An entry has a name and either a url, perhaps with headers, or a command with its args. `tools`
are policies by the server's own names of its tools; `default` is the policy of all others.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings

from agents import tools
from agents.errors import ErrorType, RunFailed
from agents.net import check_url
from agents.net.client import OURS
from scheduler_project.text import problem_with, suggestion

EXAMPLE = '[{"name": "wiki", "url": "https://example.com/mcp", "tools": {"search": "allow"}}]'
MAX_SERVERS = 10
MAX_ENTRIES = 100
LONGEST = 2_000
# With the server's tool's name after it, it is a tool's name for the provider.
NAME = re.compile(r"[a-z][a-z0-9-]{0,29}")
# RFC 9110, section 5.6.2; values as HTTP carries them without harm.
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
HEADER_VALUE = re.compile(r"[\x20-\x7e]*")
SECRET = re.compile(r"\$\{([^}]*)\}")


def check(servers: Sequence[Mapping[str, Any]]) -> None:
    """ValueError with a sentence unless an agent can have these servers."""
    if not isinstance(servers, list):
        raise ValueError(f"Give a list of servers, such as {EXAMPLE}.")
    if len(servers) > MAX_SERVERS:
        raise ValueError(f"There are {len(servers)} servers; at most {MAX_SERVERS} are allowed.")
    seen: set[str] = set()
    for server in servers:
        name = _name(server)
        if name in seen:
            raise ValueError(f"Two servers are named {name!r}; names must differ.")
        seen.add(name)
        try:
            _check(server)
        except ValueError as error:
            raise ValueError(f"Server {name!r}: {error}") from error


def check_beside(servers: Any, own: Any) -> None:
    """ValueError with a sentence if a server's tools could be named like one of the agent's own.

    Whatever else may be wrong with them is for others to say.
    """
    names = [s.get("name") for s in servers if isinstance(s, Mapping)]
    offered = [n for n, policy in own.items() if policy != "deny"] if hasattr(own, "items") else []
    for server in names:
        for tool in offered:
            if tool.startswith(f"{server}_"):
                raise ValueError(
                    f"Give the server {server!r} another name: "
                    f"its tools would be named like the agent's own {tool!r}."
                )


def header(name: str, text: str, server: str, secrets: Mapping[str, str]) -> str:
    """A header's value with its secrets; RunFailed if one is missing, or cannot be sent."""
    value = filled(text, server, secrets)
    if not HEADER_VALUE.fullmatch(value):
        raise RunFailed(
            ErrorType.BAD_CREDENTIALS,
            f"The MCP server {server!r} cannot be given the header {name}: "
            "a secret in it is not of printable ASCII characters.",
        )
    return value


def filled(text: str, server: str, secrets: Mapping[str, str]) -> str:
    """`text` with each ${name} replaced by the secret; RunFailed if there is no such secret."""

    def secret(found: re.Match[str]) -> str:
        if found[1] not in secrets:
            raise RunFailed(
                ErrorType.BAD_CREDENTIALS,
                f"The MCP server {server!r} needs the secret {found[1]!r}, "
                "which the agent does not have.",
            )
        return secrets[found[1]]

    return SECRET.sub(secret, text)


def _name(server: Any) -> str:
    name = server.get("name") if isinstance(server, Mapping) else None
    if not (isinstance(name, str) and NAME.fullmatch(name)):
        raise ValueError(
            f"Give each server a name of small letters, digits and -, at most 30: {EXAMPLE}."
        )
    return name


def _check(server: Mapping[str, Any]) -> None:
    for field in server:
        if field not in FIELDS:
            raise ValueError(f"Unknown field {field!r:.100}.{suggestion(field, FIELDS)}")
    if ("url" in server) == ("command" in server):
        raise ValueError("Give either a url or a command.")
    for first, second in (("headers", "url"), ("args", "command")):
        if first in server and second not in server:
            raise ValueError(f"Give {first} with a {second} only.")
    for field, value in server.items():
        FIELDS[field](value)


def _check_url(value: Any) -> None:
    check_url(_text("url", value))


def _check_command(value: Any) -> None:
    if not settings.ALLOW_STDIO_MCP:
        raise ValueError("Give a url: this deployment runs no commands (ALLOW_STDIO_MCP=0).")
    if not _text("command", value).strip():
        raise ValueError("Give a command.")


def _check_args(value: Any) -> None:
    if not isinstance(value, list) or len(value) > MAX_ENTRIES:
        raise ValueError(f"args must be a list of at most {MAX_ENTRIES} texts.")
    for argument in value:
        _text("Each of args", argument)


def _check_headers(value: Any) -> None:
    for name, text in _entries("headers", value):
        if not HEADER_NAME.fullmatch(name) or name.lower() in OURS:
            raise ValueError(f"{name!r:.100} is no header that can be chosen.")
        if not HEADER_VALUE.fullmatch(_text(f"The header {name}", text)):
            raise ValueError(f"The header {name} must be of printable ASCII characters.")


def _check_tools(value: Any) -> None:
    for name, policy in _entries("tools", value):
        _text("The name of each tool", name)
        tools.check_policy(name, policy)


def _check_default(value: Any) -> None:
    tools.check_policy("default", value)


def _entries(field: str, value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, Mapping) or len(value) > MAX_ENTRIES:
        raise ValueError(f"{field} must be an object of at most {MAX_ENTRIES} entries.")
    return list(value.items())


def _text(what: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{what} must be a text.")
    if problem := problem_with(value, LONGEST):
        raise ValueError(f"{what} cannot be stored. {problem}")
    return value


FIELDS: dict[str, Callable[[Any], None]] = {
    "name": lambda value: None,  # checked before all else
    "url": _check_url,
    "headers": _check_headers,
    "command": _check_command,
    "args": _check_args,
    "tools": _check_tools,
    "default": _check_default,
}
