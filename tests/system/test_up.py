"""bin/up's supervisor with real children: the real uvicorn and celery around scripted code."""

import http.client
import json
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from scheduler_project import embedded
from tests.system.conftest import processes_in, soon


def answer(ready: str) -> dict:
    """What the scripted web server says."""
    connection = http.client.HTTPConnection(ready.rpartition("/")[2], timeout=10)
    connection.request("GET", "/")
    content: dict = json.loads(connection.getresponse().read())
    connection.close()
    return content


def running(project: Path, word: str) -> list[str]:
    return [command for command in processes_in(project) if word in command]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_signal_ends_everything(up, project, number):
    run = up("--beats", "2", "--workers", "2")
    run.until("a run")
    soon(lambda: len(running(project, "celery")) == 4)
    code, lines, error = run.end(number)
    assert (code, error) == (0, "")
    assert len([line for line in lines if line.startswith("ready: http://127.0.0.1:")]) == 1
    assert "login: demo / secret" in lines
    assert lines[-1] == "Stopping; Ctrl-C again hurries."
    assert processes_in(project) == []


def test_a_second_stop_signal_does_not_wait_for_what_is_slow(up, project):
    run = up("--port", "0", STUBBORN="worker")
    run.until("a run")
    run.process.send_signal(signal.SIGINT)
    run.until("Stopping")
    began = time.monotonic()
    assert run.end(signal.SIGINT)[0] == 0
    assert time.monotonic() - began < 15
    assert processes_in(project) == []


def test_children_get_the_environment_and_the_port(up, project):
    run = up("--port", "0", REDIS_URL="")
    content = answer(run.until("ready: "))
    assert content["DATABASE_URL"] == os.environ["DATABASE_URL"]
    assert content["MODEL_BASE_URL"] == "http://127.0.0.1:9/v1"
    assert content["DATA_DIR"] == str(project / "data")
    assert content["client"] == "127.0.0.1"
    # Only what was not given is started, and a command typed by hand finds it.
    found = embedded.running(project / "data")
    assert found == {"REDIS_URL": content["REDIS_URL"]}
    assert found["REDIS_URL"] != os.environ["REDIS_URL"]


def test_smoke_ends_with_the_line_of_the_run(up, project):
    code, lines, error = up("--smoke", "--port", "0").end()
    assert (code, error) == (0, "")
    assert lines[-3:] == ["a run", "another run", '{"state": "success"}']
    assert processes_in(project) == []


def test_smoke_fails_when_no_run_succeeds(up, project):
    code, _, error = up("--smoke", "--port", "0", WATCH_EXIT="3").end()
    assert code == 1
    assert error.startswith("bin/up: No successful timed run was seen (exit code 3)")


def test_smoke_has_a_deadline(up, project):
    source = project / "scheduler_project" / "supervision" / "options.py"
    source.write_text(source.read_text().replace("SMOKE_SECONDS = 180", "SMOKE_SECONDS = 6"))
    code, _, error = up("--smoke", "--port", "0", NEVER="1").end()
    assert code == 1
    assert "Still waiting for the first successful timed run after 6 s" in error
    assert "worker 1:" in error
    assert processes_in(project) == []


def test_smoke_that_is_stopped_is_no_success(up):
    run = up("--smoke", "--port", "0", NEVER="1")
    run.until("ready: ")
    code, _, error = run.end(signal.SIGTERM)
    assert (code, error) == (
        1,
        "bin/up: stopped by a signal before a timed run had succeeded\n",
    )


def test_a_port_that_was_asked_for_and_is_taken(up):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, lines, error = up("--port", str(port)).end()
    assert (code, lines) == (1, [])
    assert error == (
        f"bin/up: Port {port} cannot be used (address already in use): "
        "choose another one with --port.\n"
    )


def test_two_installations_take_different_ports(up, project):
    first = up()
    port = int(first.until("ready: ").rpartition(":")[2])
    second = up("--data", str(project / "second"))
    other = int(second.until("ready: ").rpartition(":")[2])
    assert second.end(signal.SIGINT)[0] == 0
    assert other != port
    assert f"Port 8000 is taken: using {other}." in second.lines
    assert answer(f"http://127.0.0.1:{port}")["DATA_DIR"] == str(project / "data")


def test_a_second_one_on_the_same_data_is_refused(up):
    first = up("--port", "0")
    first.until("ready: ")
    code, _, error = up("--port", "0").end()
    assert code == 1
    assert f"already running (process {first.process.pid})" in error
    assert error.count("\n") == 1


def test_a_supervisor_in_the_background_takes_its_children_along(up, project):
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGQUIT)}
    try:
        # As a shell does it for `bin/up &`; what is ignored is inherited.
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        run = up("--port", "0")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    run.until("a run")
    run.end(signal.SIGKILL)
    soon(lambda: processes_in(project) == [])


def test_a_killed_supervisor_takes_its_children_along_and_can_start_again(up, project):
    run = up("--port", "0", REDIS_URL="")
    run.until("a run")
    run.end(signal.SIGKILL)
    soon(lambda: processes_in(project) == [])
    again = up("--port", "0", REDIS_URL="")
    again.until("ready: ")
    assert again.end(signal.SIGINT)[0] == 0


def test_a_child_that_dies_is_started_again(up, project):
    run = up("--port", "0")
    ready = run.until("ready: ")
    before = answer(ready)["pid"]
    os.kill(before, signal.SIGKILL)
    run.until("web ended unexpectedly (signal SIGKILL): starting it again.")
    # Requests wait on the supervisor's socket: none is refused meanwhile.
    assert answer(ready)["pid"] != before


def test_an_embedded_server_that_dies_comes_back_at_its_address(up, project):
    run = up("--port", "0", REDIS_URL="")
    url = answer(run.until("ready: "))["REDIS_URL"]
    entries = json.loads((project / "data" / "processes.json").read_text())
    (valkey,) = [entry for entry in entries if entry["name"] == "Valkey"]
    os.kill(valkey["process"]["pid"], signal.SIGKILL)
    run.until("Valkey ended unexpectedly")
    port = int(url.rpartition(":")[2].partition("/")[0])
    soon(lambda: _listens(port))


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_a_child_that_always_dies_at_once_stops_everything_with_its_last_words(up, project):
    code, _, error = up("--port", "0", BROKEN="worker").end()
    assert code == 1
    assert "worker 1 ended at once 3 times (exit code 1)" in error
    assert "broken on purpose" in error
    assert processes_in(project) == []


def test_a_failed_migration_stops_everything_with_its_last_words(up, project):
    code, _, error = up("--port", "0", FAIL_MIGRATE="1").end()
    assert code == 1
    assert "manage.py migrate failed (exit code 1)" in error
    assert "the migration says why" in error
    assert processes_in(project) == []


def test_a_wrong_setting_is_said_in_one_sentence(up, project):
    code, _, error = up("--port", "0", REFUSE="1").end()
    assert (code, error) == (1, "bin/up: the setting that is wrong\n")
    assert processes_in(project) == []


def test_without_a_reader_it_goes_on(up, project):
    run = up("--port", "0")
    ready = run.until("ready: ")
    assert run.process.stdout is not None
    run.process.stdout.close()
    before = answer(ready)["pid"]
    os.kill(before, signal.SIGKILL)
    soon(lambda: answer(ready)["pid"] != before)
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(60) == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--port", "99999"), "'99999' is not a port from 0 to 65535"),
        (("--workers=-1",), "'-1' is not a number from 0 to 100"),
        (("--smoke", "--no-demo"), "leave out --no-demo"),
    ],
)
def test_a_command_line_that_makes_no_sense(up, options, says):
    code, lines, error = up(*options).end()
    assert code == 2
    assert says in error
    assert lines == []
