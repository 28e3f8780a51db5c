"""What a schedule is told to do besides its recurrence, in plain words (pure)."""

from collections.abc import Sequence

from console.halts import Halt
from schedules import words
from schedules.models import Schedule
from schedules.timing import UNCOMPUTABLE, why_uncomputable
from schedules.words import moment

OVERLAP = {
    "skip": "the next one is skipped",
    "buffer_one": "one more may wait",
    "buffer_all": "all others wait",
    "cancel_other": "it is cancelled for the next one",
    "allow": "the next one runs beside it",
}
MISSED = {
    "latest": "the latest is made up for",
    "all": "all are made up for",
    "none": "none is made up for",
}


def sentence(schedule: Schedule) -> str:
    """When it runs; the expression itself if that is none any more."""
    try:
        return words.sentence(schedule)
    except UNCOMPUTABLE:
        return f"Cron {schedule.cron_expression}, {schedule.timezone}"


def bounds(schedule: Schedule) -> list[str]:
    """Sentences about what narrows its recurrence down; none without any."""
    said = []
    if schedule.start_at:
        said.append(f"Not before {moment(schedule.start_at, schedule.timezone)}.")
    if schedule.end_at:
        said.append(f"Not after {moment(schedule.end_at, schedule.timezone)}.")
    if schedule.max_runs is not None:
        made = schedule.run_count or "none"
        said.append(f"At most {schedule.max_runs:,} runs, of which {made} have been made.")
    if schedule.jitter_seconds:
        said.append(f"Each run starts up to {schedule.jitter_seconds} s later, at random.")
    return said


def policies(schedule: Schedule) -> list[tuple[str, str]]:
    """What it does when something is not as it should be: when, and what then."""
    attempts, pause = schedule.max_attempts, schedule.pause_after_failures
    retry = f"up to {attempts} attempts" if attempts > 1 else "it is not tried again"
    return [
        ("While a run is going on", OVERLAP[schedule.overlap_policy]),
        ("When runs were missed", MISSED[schedule.missed_policy]),
        ("When a run fails", retry),
        ("A run may take", f"{schedule.timeout_seconds:,} s"),
        ("Paused after", f"{pause} failures in a row" if pause else "no number of failures"),
    ]


def standing(schedule: Schedule, halts: Sequence[Halt]) -> tuple[str, str]:
    """How it stands: a level (good, watch, off) and a sentence; `halts` hold its owner up."""
    if not schedule.enabled:
        return "off", _paused(schedule.note)
    if schedule.next_run_at is None and schedule.schedule_type != "manual":
        return "off", "It has ended: no run is planned any more."
    if halts:
        return "watch", f"{halts[0].said}: it does not run until that is lifted."
    if why := why_uncomputable(schedule):
        return "watch", f"Its times cannot be computed: {why.rstrip('.')}."
    if schedule.consecutive_failures:
        count = schedule.consecutive_failures
        return "watch", f"Its last {f'{count} runs' if count > 1 else 'run'} failed."
    return "good", "Started by hand." if schedule.schedule_type == "manual" else "Switched on."


def _paused(note: str) -> str:
    """Notes of the system's own, and of whoever gave none, say so themselves."""
    return note if note.startswith("Paused") else f"Paused. {note}".strip()
