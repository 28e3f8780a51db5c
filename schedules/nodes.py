"""Beats and workers report that they are alive; status reads who was seen lately."""

import os
import socket
from datetime import timedelta

from schedules import db
from schedules.models import Node

# A node that reports every second and was silent this long is not counted any more.
ALIVE_FOR = timedelta(seconds=10)


def name_of(kind: Node.Kind) -> str:
    """This process's name, unlike that of any other process of the deployment."""
    return f"{kind.value}@{socket.gethostname()}:{os.getpid()}"


# Nodes that were killed long ago are forgotten along the way, unless that would mean to wait.
REPORT = """
WITH forgotten AS (DELETE FROM schedules_node WHERE name IN (
    SELECT name FROM schedules_node WHERE seen_at < now() - interval '1 day'
    FOR UPDATE SKIP LOCKED))
INSERT INTO schedules_node AS n (name, kind, running) VALUES (%s, %s, %s)
ON CONFLICT (name) DO UPDATE SET seen_at = now(), running = excluded.running,
    started_at = CASE WHEN n.seen_at < now() - interval '10 seconds' THEN now()
                      ELSE n.started_at END
"""


def report(name: str, kind: Node.Kind, running: int = 0) -> None:
    """Say that this process is alive and how many runs it has in hand."""
    db.fetch(REPORT, (name, kind.value, running))


def leave(name: str) -> None:
    """Strike out a process that ends in good order."""
    Node.objects.filter(name=name).delete()
