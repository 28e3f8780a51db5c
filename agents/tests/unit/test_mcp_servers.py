"""What an agent's list of MCP servers may say."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import RunFailed
from agents.tools import mcp_servers
from agents.tools.mcp_servers import MAX_ENTRIES, MAX_SERVERS, filled

WIKI = {"name": "wiki", "url": "https://wiki.example.com/mcp"}


@pytest.mark.parametrize(
    "server",
    [
        WIKI,
        WIKI | {"headers": {"Authorization": "Bearer ${wiki_token}"}},
        WIKI | {"tools": {"search": "allow", "edit.page": "ask"}, "default": "deny"},
        {"name": "a-1", "url": "http://1.1.1.1:8080/mcp"},
    ],
)
def test_allowed(server: dict[str, Any]) -> None:
    mcp_servers.check([server])
    mcp_servers.check([])


@pytest.mark.parametrize(
    ("servers", "hint"),
    [
        ({}, "Give a list of servers"),
        ("x", "Give a list of servers"),
        ([5], "name"),
        ([{}], "name"),
        ([WIKI | {"name": "Wiki"}], "small letters"),
        ([WIKI | {"name": "x" * 31}], "at most 30"),
        ([WIKI, WIKI], "Two servers are named 'wiki'"),
        ([WIKI | {"name": f"w{n}"} for n in range(MAX_SERVERS + 1)], "at most 10"),
        ([{"name": "wiki"}], "Server 'wiki': Give either a url or a command."),
        ([WIKI | {"command": "x"}], "either a url or a command"),
        ([WIKI | {"headrs": {}}], "Unknown field 'headrs'. Did you mean headers?"),
        ([WIKI | {"url": 5}], "url must be a text"),
        ([WIKI | {"url": "wiki.example.com"}], "begins with https://"),
        ([WIKI | {"url": "http://127.0.0.1/mcp"}], "not public"),
        ([WIKI | {"url": "http://localhost:8000/mcp"}], "not public"),
        ([WIKI | {"args": []}], "Give args with a command only"),
        ([{"name": "wiki", "command": "x"}], "ALLOW_STDIO_MCP"),
        ([WIKI | {"headers": []}], "headers must be an object"),
        ([WIKI | {"headers": {"Host": "x"}}], "'Host' is no header that can be chosen"),
        ([WIKI | {"headers": {"a b": "x"}}], "'a b' is no header"),
        ([WIKI | {"headers": {"X-A": "a\r\nB: c"}}], "printable ASCII"),
        ([WIKI | {"headers": {"X-A": "\x00"}}], "NUL"),
        ([WIKI | {"headers": {"X-A": "ü"}}], "printable ASCII"),
        ([WIKI | {"headers": {"X-A": 5}}], "The header X-A must be a text"),
        ([WIKI | {"headers": {"X-A": "x" * 2_001}}], "at most 2000"),
        ([WIKI | {"headers": {f"X-{n}": "x" for n in range(MAX_ENTRIES + 1)}}], "at most 100"),
        ([WIKI | {"tools": {"a": "alow"}}], "'a' can be allow, ask or deny, not 'alow'"),
        ([WIKI | {"tools": {"a\x00": "allow"}}], "NUL"),
        ([WIKI | {"default": "maybe"}], "'default' can be allow, ask or deny"),
    ],
)
def test_refused(servers: Any, hint: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        mcp_servers.check(servers)
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        ({}, ""),
        ({"args": ["-m", "wiki"]}, ""),
        ({"command": " "}, "Give a command"),
        ({"args": "-m wiki"}, "args must be a list"),
        ({"args": [5]}, "Each of args must be a text"),
        ({"args": ["\x00"]}, "NUL"),
        ({"headers": {}}, "Give headers with a url only"),
    ],
)
def test_programs(settings: Any, more: dict[str, Any], hint: str) -> None:
    settings.ALLOW_STDIO_MCP = True
    servers = [{"name": "wiki", "command": "wiki-mcp"} | more]
    if not hint:
        mcp_servers.check(servers)
        return
    with pytest.raises(ValueError, match=hint):
        mcp_servers.check(servers)


def test_names_of_tools_do_not_meet() -> None:
    with pytest.raises(ValueError, match=r"'http' another name.*'http_fetch'"):
        mcp_servers.check_beside([{"name": "http"}], {"http_fetch": "ask"})
    mcp_servers.check_beside([{"name": "http"}, 5], {"http_fetch": "deny", "memory": "allow"})
    mcp_servers.check_beside([{"name": "wiki"}], None)


@pytest.mark.parametrize("secret", ["planted\n", "pl\u00e4nted"])
def test_a_secret_that_no_header_can_hold(secret: str) -> None:
    with pytest.raises(RunFailed, match="X-Key") as caught:
        mcp_servers.header("X-Key", "${key}", "wiki", {"key": secret})
    assert caught.value.error_type == "bad_credentials"
    assert "nted" not in caught.value.message


SECRETS = st.dictionaries(st.from_regex(r"[a-z_]{1,9}", fullmatch=True), st.text(max_size=20))


@given(SECRETS, st.text(st.characters(exclude_characters="$")))
def test_every_placeholder_is_filled_once(secrets: dict[str, str], between: str) -> None:
    """Also where a secret looks like a placeholder itself."""
    text = between.join(f"${{{name}}}" for name in secrets)
    assert filled(text, "wiki", secrets) == between.join(secrets.values())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*mcp_servers.FIELDS, "x"]), inner, max_size=5)
    ),
)


@given(JSON)
def test_any_json_is_taken_or_refused(value: Any) -> None:
    with suppress(ValueError):
        mcp_servers.check(value)
