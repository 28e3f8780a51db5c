"""The embedded servers at work: who gets in, what is kept, what a kill leaves behind."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
import redis
from kombu import Connection

from scheduler_project import embedded
from scheduler_project.embedded import EmbeddedError, identity
from scheduler_project.embedded.records import Records
from scheduler_project.embedded.valkey import Valkey
from tests.system.conftest import ROOT, processes_in, soon

HOLDER = """
import signal, sys
from pathlib import Path
from scheduler_project import embedded
with embedded.start(Path(sys.argv[1]), model=False, durable=False):
    print("up", flush=True)
    signal.pause()
"""


def query(url: str, sql: str) -> list[tuple]:
    """The rows of one statement, on a connection of its own."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def holder(data_dir: Path) -> subprocess.Popen[str]:
    """Another process that has started the servers."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data_dir)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def end(process: subprocess.Popen[str], number: signal.Signals) -> None:
    process.send_signal(number)
    process.communicate(timeout=30)


def test_the_database_is_postgresql_18_for_a_role_that_may_not_do_everything(data_dir, start):
    url = start(data_dir).environment["DATABASE_URL"]
    assert query(url, "SHOW server_version")[0][0].startswith("18.")
    assert query(url, "SHOW timezone") == [("UTC",)]
    assert query(
        url, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    ) == [(False, True)]


def test_nobody_gets_in_without_the_password(data_dir, start):
    url = start(data_dir).environment["DATABASE_URL"]
    password = url.partition(":")[2].partition(":")[2].partition("@")[0]
    for wrong in (url.replace(f":{password}@", "@"), url.replace(password, "guess")):
        for role in ("scheduler", "postgres"):
            with pytest.raises(psycopg2.OperationalError, match="password"):
                psycopg2.connect(wrong.replace("//scheduler", f"//{role}"), passfile="/dev/null")
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(url.replace("//scheduler", "//postgres"))
    assert query(url, "SHOW listen_addresses") == [("",)]
    rules = (data_dir / "postgres" / "data" / "pg_hba.conf").read_text().splitlines()
    methods = {rule.split()[-1] for rule in rules if rule.strip() and not rule.startswith("#")}
    assert methods == {"scram-sha-256"}


def test_no_secret_is_readable_by_others(place, data_dir, start):
    services = start(data_dir, redis=True)
    secrets = [url.rpartition("@")[0].rpartition(":")[2] for url in services.environment.values()]
    for command in processes_in(place):
        assert not any(secret in command for secret in secrets)
    for file in (data_dir).rglob("*"):
        inside = file.relative_to(data_dir).parts[0] in {"postgres", "valkey", "logs"}
        if file.is_file() and not inside:
            assert file.stat().st_mode & 0o077 == 0, file
    for directory in ("postgres", "valkey", "logs"):
        assert (data_dir / directory).stat().st_mode & 0o077 == 0


def test_redis_py_and_celery_take_the_same_url(place, start):
    url = start(place / "data", database=False, redis=True).environment["REDIS_URL"]
    assert redis.Redis.from_url(url).ping()
    with Connection(url) as connection:
        connection.ensure_connection(max_retries=1)
    with pytest.raises(redis.exceptions.AuthenticationError):
        redis.Redis.from_url(url.replace(":" + url.split(":")[2].split("@")[0], "")).ping()


def test_valkey_takes_another_port_when_its_own_is_taken(place, start):
    services = start(place / "data", database=False, redis=True)
    taken = services.servers[0]
    other = Valkey(services.data_dir, services.records)
    assert isinstance(taken, Valkey)
    other.port = taken.port
    other.launch()
    other.wait_ready()
    try:
        assert other.port != taken.port
        assert redis.Redis.from_url(other.environment()["REDIS_URL"]).ping()
    finally:
        other.stop()


def test_data_are_kept_and_a_killed_server_comes_back_at_its_address(data_dir, start):
    services = start(data_dir, durable=True)
    url = services.environment["DATABASE_URL"]
    query(url, "CREATE TABLE kept AS SELECT 1 AS number")
    server = services.servers[0]
    assert server.child is not None
    server.child.popen.kill()
    server.child.finish(5)
    server.launch()
    server.wait_ready()
    assert query(url, "SELECT number FROM kept") == [(1,)]
    services.stop()
    assert query(start(data_dir).environment["DATABASE_URL"], "TABLE kept") == [(1,)]


def test_running_servers_are_found_and_stopped_ones_are_not(place, data_dir, start):
    assert embedded.running(data_dir) == {}
    services = start(data_dir, redis=True)
    assert embedded.running(data_dir) == services.environment
    services.stop()
    assert embedded.running(data_dir) == {}
    assert processes_in(place) == []


def test_two_side_by_side_know_nothing_of_each_other(place, start):
    one, two = (start(place / name, redis=True).environment for name in ("one", "two"))
    query(one["DATABASE_URL"], "CREATE TABLE mine ()")
    redis.Redis.from_url(one["REDIS_URL"]).set("mine", 1)
    assert query(two["DATABASE_URL"], "SELECT to_regclass('mine')") == [(None,)]
    assert redis.Redis.from_url(two["REDIS_URL"]).get("mine") is None


def test_a_second_start_on_the_same_data_is_refused(place, start):
    start(place / "data", database=False)
    with pytest.raises(EmbeddedError, match=rf"already running \(process {os.getpid()}\)"):
        start(place / "data", database=False)


def test_a_killed_holder_takes_its_servers_along(place, data_dir, start):
    other = holder(data_dir)
    found = embedded.running(data_dir)
    query(found["DATABASE_URL"], "CREATE TABLE kept ()")
    end(other, signal.SIGKILL)
    soon(lambda: processes_in(place) == [])
    assert embedded.running(data_dir) == {}
    url = start(data_dir).environment["DATABASE_URL"]
    assert query(url, "SELECT to_regclass('kept')") == [("kept",)]


def test_what_a_killed_run_left_behind_is_stopped_and_nothing_else(place, start):
    (place / "data").mkdir(mode=0o711)
    left, other = (subprocess.Popen(["sleep", "600"]) for _ in range(2))
    try:
        records = Records(place / "data")
        records.add("worker 1", left.pid)
        entries = json.loads(records.path.read_text())
        # A number that was used again: another start time means another process.
        mistaken = {"pid": other.pid, "started": "before"}
        records.path.write_text(json.dumps([*entries, {"name": "beat", "process": mistaken}]))
        said: list[str] = []
        start(place / "data", database=False, say=said.append)
        assert left.wait(5) == -signal.SIGINT
        assert said == ["Stopped worker 1, which a killed run had left behind."]
        assert other.poll() is None
    finally:
        for process in (left, other):
            process.kill()
            process.wait()


def test_an_orphaned_postgresql_is_stopped_before_the_next_one(data_dir, start):
    services = start(data_dir)
    server = services.servers[0]
    assert server.child is not None
    orphan = server.child.pid
    # As after a kill -9 of the holder on a system that told the children nothing.
    services.lock.release()
    services.records.discard(orphan)
    services.servers.clear()
    again = start(data_dir)
    assert query(again.environment["DATABASE_URL"], "SELECT 1") == [(1,)]
    assert server.child.popen.wait(5) == 0
    assert identity.of(orphan) is None


@pytest.mark.parametrize("owner", ["nobody any more", "another process"])
def test_a_stale_postmaster_file_is_no_hindrance(data_dir, start, owner):
    services = start(data_dir)
    server = services.servers[0]
    assert server.child is not None
    server.child.popen.kill()
    file = data_dir / "postgres" / "data" / "postmaster.pid"
    server.child.popen.wait(10)
    if owner == "another process":
        lines = file.read_text().splitlines()
        file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    services.stop()
    url = start(data_dir).environment["DATABASE_URL"]
    assert query(url, "SELECT 1") == [(1,)]
