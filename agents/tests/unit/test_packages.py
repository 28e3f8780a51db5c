"""What installed packages add, and what broken ones do not break."""

import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import runners, tools
from agents.errors import ErrorType, RunFailed
from agents.tests.packages import fresh, installed
from agents.tools import toolbox
from scheduler_project.text import suggestion

CODE = """
class Kind:
    def __init__(self): self.made = True
"""


def entries(**values: str) -> str:
    return "[agent_scheduler.runners]\n" + "".join(f"{k} = {v}\n" for k, v in values.items())


def test_a_runner_is_found(tmp_path: Path) -> None:
    with installed(tmp_path, "pack_one", CODE, entries(mine="pack_one:Kind")):
        assert runners.names() == ["function", "llm", "mine", "webhook"]
        assert runners.get("mine") is runners.get("mine")


def test_our_names_stay_ours(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with installed(tmp_path, "pack_two", CODE, entries(llm="pack_two:Kind")):
        assert type(runners.get("llm")).__name__ == "LlmRunner"
    assert "'llm' (pack_two:Kind) is left out: this project has its own" in caplog.text


def test_of_two_with_one_name_one_has_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with (
        installed(tmp_path / "b", "pack_b", CODE, entries(twice="pack_b:Kind")),
        installed(tmp_path / "a", "pack_a", CODE, entries(twice="pack_a:Kind")),
    ):
        assert type(runners.get("twice")).__module__ == "pack_a"
    assert "'twice' (pack_b:Kind) is left out: pack_a:Kind has that name already" in caplog.text


@pytest.mark.parametrize("name", ["with.dot", "1st", "x" * 31, "ü"])
def test_names_that_cannot_be_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    with installed(tmp_path, "pack_names", CODE, entries(**{name: "pack_names:Kind"})):
        assert runners.names() == ["function", "llm", "webhook"]
    assert "its name must be a letter" in caplog.text


@pytest.mark.parametrize(
    ("code", "value", "error"),
    [
        ("import nothing_of_that_name", "Kind", "ModuleNotFoundError"),
        ("raise ZeroDivisionError", "Kind", "ZeroDivisionError"),
        ("raise SystemExit(3)", "Kind", "SystemExit"),
        ("def broken(:", "Kind", "SyntaxError"),
        (CODE, "Other", "AttributeError"),
        (CODE, "Kind.made", "AttributeError"),
        ("class Kind:\n    def __init__(self, needed): pass", "Kind", "TypeError"),
        (CODE, "", "AttributeError"),
    ],
)
def test_a_broken_package_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, code: str, value: str, error: str
) -> None:
    with installed(tmp_path, "pack_broken", code, entries(broken=f"pack_broken:{value}")):
        runners.load_all()
        assert set(runners._loaded) == {"function", "llm", "webhook"}
        with pytest.raises(RunFailed, match=f"cannot be loaded here .{error}.") as caught:
            runners.get("broken")
    assert caught.value.error_type is ErrorType.UNKNOWN_RUNNER
    assert "The runner 'broken' cannot be loaded:\nTraceback" in caplog.text


def test_a_broken_tool_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    points = "[agent_scheduler.tools]\nbroken_tool = pack_tool:none\nfine_tool = pack_tool:fine\n"
    code = 'def fine() -> str:\n    """Fine."""\n    return "fine"\n'
    with installed(tmp_path, "pack_tool", code, points):
        runners.load_all()
        assert toolbox.load("fine_tool").description == "Fine."
        with pytest.raises(RunFailed, match="'broken_tool' cannot be loaded here"):
            toolbox.load("broken_tool")
    assert "The tool 'broken_tool' cannot be loaded:\nTraceback" in caplog.text


def test_entry_points_that_cannot_be_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with installed(tmp_path, "pack_garbage", CODE, "[agent_scheduler.runners]\ngarbage\n"):
        assert runners.names() == ["function", "llm", "webhook"]
    assert "entry points of installed packages cannot be read" in caplog.text


def test_nothing_is_imported_for_the_names(tmp_path: Path) -> None:
    code = "raise AssertionError('imported')"
    points = "[agent_scheduler.tools]\nfar = pack_lazy:far\n"
    with installed(tmp_path, "pack_lazy", code, points):
        assert "far" in tools.registry.names()
        tools.check({"far": "ask"})


def test_a_registry_without_names(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    with pytest.raises(RunFailed, match="There is no thing 'x' here; there is none"):
        fresh("thing", {}).load("x", str)


@given(st.text(max_size=150), st.lists(st.text(min_size=1, max_size=10), max_size=3))
def test_a_suggestion_is_something_that_there_is(word: str, known: list[str]) -> None:
    hint = suggestion(word, known)
    assert hint == "" or any(hint == f" Did you mean {name}?" for name in known)
