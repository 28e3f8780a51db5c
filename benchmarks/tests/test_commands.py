"""The command line: who is measured, and what is refused with a sentence."""

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec

import pytest

from benchmarks import commands
from benchmarks.machine import machine_line, versioned
from benchmarks.messages import argument
from benchmarks.tests.runs import ROOT, run
from benchmarks.turns import line_up
from scheduler_project.ids import uuid7
from schedules import broker


def entries(*words: str) -> list[tuple[str, int, int]]:
    options = commands.parse(list(words))
    lines = line_up(commands.TRIALS[options.command], options)
    return [(entry.contestant.name, entry.schedules, entry.beats) for entry in lines]


def test_peers_stand_beside_ours_at_each_size() -> None:
    assert entries("dispatch", "--schedules", "10,20", "--peers", "stock,redbeat") == [
        *(("ours", 10, 1), ("stock", 10, 1), ("redbeat", 10, 1)),
        *(("ours", 20, 1), ("stock", 20, 1), ("redbeat", 20, 1)),
    ]


def test_ours_can_have_several_beats() -> None:
    assert entries("dispatch", "--schedules", "10", "--beats", "1,3", "--peers", "stock") == [
        *(("ours", 10, 1), ("ours", 10, 3), ("stock", 10, 1)),
    ]


def test_who_cannot_have_two_beats_at_all_is_left_out() -> None:
    words = ("failover", "--peers", "stock,apscheduler")
    assert entries(*words) == [("ours", 10, 2), ("stock", 10, 2)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["dispatch", "--schedules", "0"], "'0' is not a whole number from 1 to 10,000,000"),
        (["dispatch", "--peers", "quartz"], "'quartz' is none of stock, redbeat"),
        (["change", "--edit-every", "0"], "0 is too little"),
        (["idle", "--window", "long"], "'long' is not a number from 0 on"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    words: Sequence[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        commands.parse(list(words))
    assert sentence in capsys.readouterr().err


@pytest.mark.skipif(find_spec("redbeat") is not None, reason="it is installed here")
def test_a_peer_that_is_not_installed_is_told_at_once() -> None:
    done = run("dispatch", "--peers", "redbeat")
    assert done.returncode == 1
    assert "celery-redbeat is not installed: start bin/benchmarks" in done.stderr


def test_peers_are_no_part_of_the_product() -> None:
    ours = {line.split("==")[0] for line in (ROOT / "requirements.txt").read_text().split()}
    theirs = (ROOT / "benchmarks/requirements.txt").read_text().splitlines()
    names = {line.split("==")[0].lower() for line in theirs if "==" in line}
    assert {"celery-redbeat", "apscheduler", "matplotlib"} <= names
    assert not names & {name.lower() for name in ours}


def test_the_machine_line_says_what_took_part() -> None:
    line = machine_line("PostgreSQL 18", versioned("celery"))
    assert " cores, " in line
    assert line.split("; ")[-2] == "PostgreSQL 18"
    assert line.split("; ")[-1].startswith("celery 5.")


def test_a_message_tells_its_execution() -> None:
    execution = uuid7()
    (message,) = broker.envelopes([execution])
    assert argument(message.encode()) == str(execution)


def test_all_commands_have_help() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in (*commands.TRIALS, "recurrence", "report"):
        assert name in done.stdout
