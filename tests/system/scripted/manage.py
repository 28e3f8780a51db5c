"""Stands in for the project's manage.py: the commands that bin/up runs, as tests want them."""

# ruff: noqa: T201 - what it prints is the point
import json
import os
import signal
import sys


def check_servers() -> None:
    if "REFUSE" in os.environ:
        print("the setting that is wrong", file=sys.stderr)
        sys.exit(3)


def migrate() -> None:
    if "FAIL_MIGRATE" in os.environ:
        sys.exit("the migration says why")


def demo() -> None:
    print("login: demo / secret")


def watch_runs() -> None:
    print("a run", flush=True)
    if "--until-success" in sys.argv and "NEVER" not in os.environ:
        print("another run")
        print(json.dumps({"state": "success"}))
        sys.exit(int(os.environ.get("WATCH_EXIT", "0")))
    signal.pause()


if __name__ == "__main__":
    commands = [check_servers, migrate, demo, watch_runs]
    {command.__name__: command for command in commands}[sys.argv[1]]()
