"""Faults of PostgreSQL and Valkey: killed, emptied, cut off, without disk."""

from typing import Any

import redis

from scheduler_project.embedded.waiting import wait_until
from tests.chaos.arena import Arena
from tests.chaos.patience import patiently
from tests.chaos.servers import Servers
from tests.chaos.strikes import Strike

DUMP_SECONDS = 30.0
CUT_OFF = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  -- PostgreSQL's own, such as autovacuum, are not ours to end.
  AND backend_type = 'client backend'
  AND application_name <> 'chaos'
"""


def valkey_killed(arena: Arena, strike: Strike) -> None:
    """Dead for a while, then started empty."""
    seconds = strike.random.uniform(0.5, 4)
    strike.target = "Valkey"
    arena.servers.kill_valkey()
    strike.last(seconds)
    arena.servers.start_valkey()
    strike.effect = f"dead for {seconds:.1f} s, then empty"


def flushall(arena: Arena, strike: Strike) -> None:
    """All that it knew is gone."""
    strike.target = "Valkey"
    with arena.servers.broker() as broker:
        broker.flushall()
    strike.effect = "emptied"


def postgres_restarted(arena: Arena, strike: Strike) -> None:
    """Immediate mode: as after a crash."""
    strike.target = "PostgreSQL"
    before = patiently(lambda: arena.query("SELECT pg_postmaster_start_time()"))
    arena.servers.restart_postgres()
    if patiently(lambda: arena.query("SELECT pg_postmaster_start_time()")) != before:
        strike.effect = "restarted at once"


def connections_terminated(arena: Arena, strike: Strike) -> None:
    """Every connection of every process is cut off."""
    strike.target = "PostgreSQL"
    ((count,),) = patiently(lambda: arena.query(CUT_OFF))
    strike.effect = f"{count} connections terminated" if count else ""


def disk_full(arena: Arena, strike: Strike) -> None:
    """Valkey cannot keep its data, and so refuses every write with MISCONF."""
    seconds = strike.random.uniform(2, 4)
    strike.target = "Valkey"
    with arena.servers.broker() as broker:
        name = _dump_name(broker)
        dump = arena.servers.valkey_directory / name
        dump.unlink(missing_ok=True)
        # A directory of its name makes the last step of saving, a rename, fail.
        dump.mkdir()
        try:
            broker.config_set("save", "3600 1")
            _save(broker, "err")
            if _refuses_writes(broker):
                strike.effect = f"refused all writes for {seconds:.1f} s"
            strike.last(seconds)
        finally:
            dump.rmdir()
            _save(broker, "ok")
            broker.config_set("save", "")
            # Else the next start would not be an empty one.
            dump.unlink(missing_ok=True)


def _dump_name(broker: redis.Redis) -> str:
    found: Any = broker.config_get("dbfilename")
    return str(found["dbfilename"])


def _save(broker: redis.Redis, status: str) -> None:
    """Save in the background, which shall end with this status."""
    broker.bgsave()

    def ended() -> bool:
        persistence: Any = broker.info("persistence")
        return bool(
            not persistence["rdb_bgsave_in_progress"]
            and persistence["rdb_last_bgsave_status"] == status
        )

    assert wait_until(ended, DUMP_SECONDS), f"saving did not end with {status}"


def _refuses_writes(broker: redis.Redis) -> bool:
    try:
        broker.set("chaos", "1")
    except redis.ResponseError as error:
        return "MISCONF" in str(error)
    return False


def start_servers_that_are_down(servers: Servers) -> None:
    """Whatever a run that was broken off has left dead."""
    for server in (servers.postgres, servers.valkey):
        if server.child is None or not server.child.alive():
            server.launch()
            server.wait_ready()
