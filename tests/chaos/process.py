"""What a chaos run's process is before it is a beat, a worker or a web server."""

import importlib
import os
import random
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from agents import runners
from scheduler_project import collector
from tests.chaos import failpoints, switches

RUNNER = "chaos"
LOADED = {
    "celery": (
        *("scheduler_project.celery", "celery.__main__", "celery.bin.celery"),
        *("celery.apps.beat", "celery.apps.worker"),
    ),
    "web": ("scheduler_project.asgi", "scheduler_project.urls", "uvicorn"),
}


def load(family: str) -> None:
    """Import what all processes of a family need; no thread, no connection."""
    for module in LOADED[family]:
        importlib.import_module(module)
    # Not needed here, and most of a worker's memory.
    runners.unregister("llm")
    runners.register(RUNNER, "tests.chaos.agent.ChaosRunner")
    if family == "celery":
        _load_celery()
    # A child that looked at all this for garbage would get a copy of it.
    collector.spare()


def _load_celery() -> None:
    from scheduler_project.celery import app

    app.loader.import_default_modules()
    for module in ("schedules.beat", "schedules.tasks"):
        importlib.import_module(module)
    from schedules import tasks

    # What a worker does when it begins, once for all of them.
    tasks.load()


def become(order: dict[str, Any]) -> None:
    """Turn this forked process into what was ordered, and run it to its end."""
    _take_log(order["log"])
    os.environ.update(order["environment"])
    random.seed()
    for name in order["switches"]:
        switches.switch_off(name)
    if order["failpoint"]:
        failpoints.arm(order["failpoint"])
    sys.argv = order["arguments"]
    if order["hours"]:
        wrong = datetime.now(UTC) + timedelta(hours=order["hours"])
        with time_machine.travel(wrong, tick=True):
            _main(order["role"])
    _main(order["role"])


def _take_log(path: str) -> None:
    """From here on all output goes to a file, and the zygote's pipes are the zygote's."""
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.close(log)
    os.close(nothing)


def _main(role: str) -> None:
    if role == "web":
        import uvicorn

        uvicorn.main()
    else:
        from celery.__main__ import main

        main()
