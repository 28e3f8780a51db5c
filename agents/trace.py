"""The recorder behind a run's desk: what happened, in order, bounded and without secrets."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agents import telemetry
from agents.models import AgentTaskEvent
from agents.redaction import HIDDEN, known, settled
from agents.storable import storable

TEXT = AgentTaskEvent.Kind.TEXT.value
SECONDS_BETWEEN_TEXTS = 0.25
MAX_EVENTS = 5_000
MAX_EVENT_BYTES = 16_000
MAX_TASK_BYTES = 2_000_000
# In characters: none of it has to be cut.
LONGEST_TEXT = MAX_EVENT_BYTES // 4 - 100


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `data` is JSON, `noted` the time on the trace's clock."""

    number: int
    kind: str
    data: str
    noted: float


@dataclass
class _Text:
    """A text that is still being written, piece by piece; `rest` is what goes with it."""

    rest: dict[str, Any]
    raw: str
    due: float


class Trace:
    """Events of one agent task, numbered from 1 on, until somebody takes them.

    Pieces of a text that follow each other become at most four events a second, unless they are
    longer than LONGEST_TEXT. The end of a text that is not finished is held back while it may be
    the beginning of a secret.
    """

    def __init__(
        self, secrets: Iterable[str] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._known = known(secrets)
        self._longest = max(map(len, self._known), default=0)
        self._clock = clock
        self._events: list[Event] = []
        self._text: _Text | None = None
        self._number = 0
        self._bytes = 0
        self._full = False

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Append an event; nothing more is kept of a run that has used up its limits."""
        if self._full:
            return
        if kind == TEXT and isinstance(piece := data.get("text"), str):
            self._note_text(piece, {name: data[name] for name in data if name != "text"})
        else:
            self._end_text()
            self._append(kind, data)

    def take(self, *, everything: bool = False) -> list[Event]:
        """Hand over what is to be written; with `everything` also what is held back."""
        if everything:
            self._end_text()
        elif (text := self._text) and text.due <= self._clock():
            self._split_text(text, settled(text.raw, self._known))
        taken, self._events = self._events, []
        return taken

    def _note_text(self, piece: str, rest: dict[str, Any]) -> None:
        if self._text is None or self._text.rest != rest:
            self._end_text()
            self._text = _Text(rest, "", self._clock() + SECONDS_BETWEEN_TEXTS)
        self._text.raw += piece
        while len(self._text.raw) > LONGEST_TEXT and self._split_long(self._text):
            pass

    def _split_long(self, text: _Text) -> bool:
        """Whether there was a place: none within what may be a secret that is as long."""
        if end := settled(text.raw[:LONGEST_TEXT], self._known):
            self._split_text(text, end)
            return True
        if len(text.raw) <= LONGEST_TEXT + self._longest:
            return False
        if end := settled(text.raw[: LONGEST_TEXT + self._longest], self._known):
            self._split_text(text, end)
        else:
            # One secret after the other, each beginning within the one before.
            self._append(TEXT, {**text.rest, "text": HIDDEN})
            text.raw = text.raw[LONGEST_TEXT:]
        return True

    def _split_text(self, text: _Text, end: int) -> None:
        """Turn the beginning, which cannot change any more, into an event; keep the rest open."""
        if end:
            self._append(TEXT, {**text.rest, "text": text.raw[:end]})
            text.raw = text.raw[end:]
            text.due = self._clock() + SECONDS_BETWEEN_TEXTS

    def _end_text(self) -> None:
        text, self._text = self._text, None
        if text and text.raw:
            self._append(TEXT, {**text.rest, "text": text.raw})

    def _append(self, kind: str, data: Mapping[str, Any]) -> None:
        if self._full:
            return
        if self._number == 0 and (trace_id := telemetry.trace_id()):
            data = {**data, "trace_id": trace_id}
        written = json.dumps(
            storable(data, limit=MAX_EVENT_BYTES, known=self._known), ensure_ascii=False
        )
        self._bytes += len(written)
        if self._number == MAX_EVENTS - 1 or self._bytes > MAX_TASK_BYTES:
            self._full = True
            kind, written = TEXT, json.dumps({"text": _the_end(), "cut": True})
        self._number += 1
        self._events.append(Event(self._number, kind, written, self._clock()))


def _the_end() -> str:
    return (
        f"[Cut here: a run leaves at most {MAX_EVENTS:,} events of {MAX_TASK_BYTES:,} bytes "
        "together.]"
    )
