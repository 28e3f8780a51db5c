"""`bin/up`: everything on one machine, from nothing: servers, web, beats, workers, a demo."""

import argparse
import http.client
import os
import socket
import subprocess
import sys

from dotenv import load_dotenv

from scheduler_project import embedded
from scheduler_project.embedded import EmbeddedError
from scheduler_project.supervision import options, smoke
from scheduler_project.supervision.interrupts import Interrupts, Late, Stop
from scheduler_project.supervision.listener import DEFAULT_PORT, HOST, listen, port_of
from scheduler_project.supervision.stack import ROOT, Stack
from scheduler_project.supervision.supervisor import Supervisor, Unit, UpError

HEALTHY_SECONDS = 120
POLL_SECONDS = 0.1


def say(text: str) -> None:
    """Print a line at once; when nobody reads any more, everything goes on without."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Up:
    """One run; `doing` is what it is at, for the sentence when its time is up."""

    def __init__(self, wishes: argparse.Namespace, interrupts: Interrupts) -> None:
        self.wishes = wishes
        self.interrupts = interrupts
        self.supervisor = Supervisor(say)
        self.doing = "starting the servers"

    def run(self) -> str:
        """Start all, run until told to stop, stop all; returns the last line to print, if any."""
        with listen(self.wishes.port) as listener:
            say(f"Data and logs are in {self.wishes.data.absolute()}")
            services = embedded.start(self.wishes.data, **options.missing_servers(), say=say)
            try:
                self._start(Stack(services, listener), listener)
                return self._watch(Stack(services, listener))
            except Stop:
                say("Stopping; Ctrl-C again hurries.")
                raise
            except Late:
                raise UpError(self._late()) from None
            finally:
                self.interrupts.stopping = True
                self.supervisor.stop(self.interrupts.hurry)
                services.stop(self.interrupts.hurry)

    def _start(self, stack: Stack, listener: socket.socket) -> None:
        port = port_of(listener)
        if self.wishes.port is None and port != DEFAULT_PORT:
            say(f"Port {DEFAULT_PORT} is taken: using {port}.")
        self.doing = "looking for the servers"
        stack.run("check_servers")
        self.doing = "migrating the database"
        stack.run("migrate", "--no-input")
        if not self.wishes.no_demo:
            self.doing = "making the demo"
            stack.run("demo", stdout=None)
        else:
            say("No demo: make an account with .venv/bin/python manage.py createsuperuser")
        for unit in stack.units(self.wishes.beats, self.wishes.workers):
            self.supervisor.add(unit)
        self.doing = f"waiting for http://{HOST}:{port}/healthz"
        self._wait_healthy(port)
        say(f"ready: http://{HOST}:{port}")

    def _wait_healthy(self, port: int) -> None:
        for _ in range(int(HEALTHY_SECONDS / POLL_SECONDS)):
            if healthy(port):
                return
            self.interrupts.wait(POLL_SECONDS)
            self.supervisor.revive()
        raise UpError(f"Still {self.doing} after {HEALTHY_SECONDS} s: see the logs.")

    def _watch(self, stack: Stack) -> str:
        """Show runs until told to stop, or (smoke) until one has succeeded."""
        self.doing = "waiting for the first successful timed run"
        if self.wishes.smoke:
            watch = stack.manage("watch_runs", "--until-success", stdout=subprocess.PIPE)
            return smoke.first_success(watch, self.interrupts, self.supervisor.revive, say)
        self.supervisor.add_first(Unit("watch", lambda: stack.manage("watch_runs", stdout=None)))
        while True:
            self.interrupts.wait()
            self.supervisor.revive()

    def _late(self) -> str:
        ends = [unit.last_words() for unit in self.supervisor.units]
        what = f"Still {self.doing} after {options.SMOKE_SECONDS} s"
        return "\n".join([f"{what}; the ends of the logs:", *ends])


def healthy(port: int) -> bool:
    """Whether the web server answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main() -> int:
    """Exit code 0: stopped as asked, or smoke has seen its run; 1: the reason is printed."""
    load_dotenv(ROOT / ".env")
    wishes = options.parse()
    interrupts = Interrupts()
    try:
        if wishes.smoke:
            interrupts.raise_after(options.SMOKE_SECONDS)
        last_line = Up(wishes, interrupts).run()
        say(last_line)
        return 0
    except Stop:
        if not wishes.smoke:
            return 0
        reason = "stopped by a signal before a timed run had succeeded"
    except Late:
        reason = f"The servers did not start within {options.SMOKE_SECONDS} s."
    except (EmbeddedError, UpError, OSError) as error:
        reason = str(error)
    print(f"bin/up: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
