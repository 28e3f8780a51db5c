"""One sentence for how it stands: the worst of what there is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.halts import Halt
from console.home.verdict import Facts, judge

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WELL = Facts(
    now=NOW,
    silent_after=timedelta(seconds=10),
    beats=1,
    workers=2,
    queue_answers=True,
    oldest_pending=timedelta(seconds=3),
    next_due_at=NOW + timedelta(minutes=1),
    median_lateness=timedelta(seconds=1),
    ended=100,
    failed=49,
)
HALT = Halt("Everything is", by_staff=True, note="maintenance", stopped_by="root")
OWN = Halt("All runs of ann are", by_staff=False, note="", stopped_by="")


def test_all_is_well() -> None:
    assert judge(WELL) == ("good", "All is well.", "")
    fresh = replace(WELL, oldest_pending=None, next_due_at=None, median_lateness=None, ended=0)
    assert judge(fresh).level == "good"


@pytest.mark.parametrize(
    ("changes", "level", "sentence"),
    [
        ({"beats": 0}, "bad", "No beat has been seen for 10 s: nothing falls due."),
        ({"workers": 0}, "bad", "No worker has been seen for 10 s: nothing will run."),
        ({"queue_answers": False}, "bad", "Redis does not answer: no worker hears of a new run."),
        (
            {"next_due_at": NOW - timedelta(minutes=3)},
            "bad",
            "Beats are behind: what was due 3 min ago has not been dispatched.",
        ),
        (
            {"oldest_pending": timedelta(minutes=2)},
            "watch",
            "Runs wait for a free worker, the oldest for 2 min.",
        ),
        (
            {"median_lateness": timedelta(seconds=90)},
            "watch",
            "Half of the last hour's runs started more than 1 min 30 s late.",
        ),
        (
            {"failed": 50},
            "watch",
            "The scheduler works, but 50 of 100 runs of the last hour have failed.",
        ),
        (
            {"halts": [HALT]},
            "bad",
            "Everything is stopped by root (maintenance): nothing starts",
        ),
        ({"halts": [OWN]}, "bad", "All runs of ann are stopped: nothing starts"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    changes: dict[str, Any], level: str, sentence: str
) -> None:
    verdict = judge(replace(WELL, **changes))
    assert (verdict.level, verdict.sentence[: len(sentence)]) == (level, sentence)
    assert verdict.advice


def test_the_worst_is_said() -> None:
    """A crowd is no wonder where nobody works."""
    crowded = replace(WELL, oldest_pending=timedelta(hours=1), workers=0)
    assert "No worker" in judge(crowded).sentence
    assert "Everything is stopped" in judge(replace(crowded, halts=[HALT])).sentence


def test_few_failures_say_nothing() -> None:
    assert judge(replace(WELL, ended=4, failed=4)).level == "good"


def test_who_can_lift_a_stop_is_said() -> None:
    assert "Staff" in judge(replace(WELL, halts=[HALT])).advice
    assert "can let them go on" in judge(replace(WELL, halts=[OWN])).advice
