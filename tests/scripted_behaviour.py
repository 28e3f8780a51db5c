"""What the scripted model does with one request, and the words that ask for it."""

import asyncio
import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

POLL_SECONDS = 0.01
FOR_EVER_SECONDS = 3600.0
# Of a streamed answer, in characters.
PIECE = 8


@dataclass
class Behaviour:
    """How one request is answered; the default is a plain answer at once."""

    text: str | None = None
    """The answer; None repeats the command."""
    tool_calls: Sequence[tuple[str, dict[str, Any]]] = ()
    """Tools to call, with their arguments, instead of a text."""
    call_ids: Sequence[str] = ()
    """What these calls are called; without any they are numbered."""
    seconds: float = 0.0
    """How long to wait first."""
    until: threading.Event | None = None
    """What to wait for as well."""
    until_rest: threading.Event | None = None
    """What to wait for between the first piece of a streamed answer and the rest."""
    status: int = 200
    times: float = float("inf")
    """How often the same command gets a status that is not 200, before it succeeds."""
    message: str = "scripted failure"
    code: str | None = None
    retry_after: float | None = None
    malformed: bool = False
    drop: bool = False
    """Close the connection without an answer; a streamed one after its first piece."""
    finish_reason: str | None = None
    input_tokens: int | None = None
    """None counts words."""
    output_tokens: int | None = None
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    silent: bool = False
    """Say nothing of tokens."""
    model: str | None = None
    """Which model answers; None is the one that was asked."""

    async def wait(self) -> None:
        """Wait as the script says."""
        await asyncio.sleep(self.seconds)
        await _wait_for(self.until)

    async def wait_for_rest(self) -> None:
        """Wait as the script says between the first piece and the rest."""
        await _wait_for(self.until_rest)

    @property
    def reason(self) -> str:
        """Why the answer ends."""
        return self.finish_reason or ("tool_calls" if self.tool_calls else "stop")


async def _wait_for(event: threading.Event | None) -> None:
    while event is not None and not event.is_set():
        await asyncio.sleep(POLL_SECONDS)


def words(command: str) -> Behaviour:
    """What a command asks for.

    `say TEXT` (to the end of the line), `sleep SECONDS`, `hang`, `drop`, `malformed`,
    `empty`, `repeat N` (an answer of N characters), `fail STATUS`, with `retry-after S`
    and `times N` (only the first N requests of this very command fail). They combine.
    """

    def value(word: str, pattern: str = r"[\d.]+") -> str | None:
        found = re.search(rf"\b{word} ({pattern})", command)
        return found[1] if found else None

    asked = set(re.findall(r"\b(hang|drop|malformed|empty)\b", command.partition("say ")[0]))
    retry_after = value("retry-after")
    length = value("repeat", r"\d+")
    return Behaviour(
        text="" if "empty" in asked else "x" * int(length) if length else value("say", ".+"),
        seconds=FOR_EVER_SECONDS if "hang" in asked else float(value("sleep") or 0),
        status=int(value("fail", r"\d{3}") or 200),
        times=float(value("times") or "inf"),
        retry_after=float(retry_after) if retry_after else None,
        malformed="malformed" in asked,
        drop="drop" in asked,
    )


def completion(behaviour: Behaviour, request: dict[str, Any], command: str) -> dict[str, Any]:
    """The body of a successful answer."""
    text = _text(behaviour, command)
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if behaviour.tool_calls:
        message = {"role": "assistant", "content": None, "tool_calls": _calls(behaviour)}
    choice = {"index": 0, "finish_reason": behaviour.reason, "message": message}
    usage = None if behaviour.silent else _usage(behaviour, request, text)
    return {**_envelope(behaviour, request, "chat.completion"), "choices": [choice], "usage": usage}


def chunks(behaviour: Behaviour, request: dict[str, Any], command: str) -> Iterator[dict[str, Any]]:
    """The same as the events of a streamed answer."""
    envelope = _envelope(behaviour, request, "chat.completion.chunk")
    text = _text(behaviour, command)
    for start in range(0, len(text), PIECE):
        piece = {"index": 0, "delta": {"role": "assistant", "content": text[start : start + PIECE]}}
        yield {**envelope, "choices": [piece]}
    end = {"index": 0, "delta": {}, "finish_reason": behaviour.reason}
    yield {**envelope, "choices": [end]}
    if not behaviour.silent:
        yield {**envelope, "choices": [], "usage": _usage(behaviour, request, text)}


def _envelope(behaviour: Behaviour, request: dict[str, Any], kind: str) -> dict[str, Any]:
    model = request.get("model", "") if behaviour.model is None else behaviour.model
    return {"id": "scripted", "object": kind, "created": int(time.time()), "model": model}


def _text(behaviour: Behaviour, command: str) -> str:
    return f"You said: {command}" if behaviour.text is None else behaviour.text


def _calls(behaviour: Behaviour) -> list[dict[str, Any]]:
    return [
        {
            "id": behaviour.call_ids[number] if behaviour.call_ids else f"call-{number}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments)},
        }
        for number, (name, arguments) in enumerate(behaviour.tool_calls)
    ]


def _usage(behaviour: Behaviour, request: dict[str, Any], text: str) -> dict[str, Any]:
    sent = sum(len(str(message["content"]).split()) for message in request.get("messages", []))
    asked = behaviour.input_tokens if behaviour.input_tokens is not None else sent
    given = behaviour.output_tokens if behaviour.output_tokens is not None else len(text.split())
    usage: dict[str, Any] = {
        "prompt_tokens": asked,
        "completion_tokens": given,
        "total_tokens": asked + given,
    }
    if behaviour.cached_tokens:
        usage["prompt_tokens_details"] = {"cached_tokens": behaviour.cached_tokens}
    if behaviour.reasoning_tokens:
        usage["completion_tokens_details"] = {"reasoning_tokens": behaviour.reasoning_tokens}
    return usage
