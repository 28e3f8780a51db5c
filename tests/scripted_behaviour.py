"""What the scripted model does with one request, and the words that ask for it."""

import asyncio
import re
import threading
import time
from dataclasses import dataclass
from typing import Any

POLL_SECONDS = 0.01
FOR_EVER_SECONDS = 3600.0


@dataclass
class Behaviour:
    """How one request is answered; the default is a plain answer at once."""

    text: str | None = None
    """The answer; None repeats the command."""
    seconds: float = 0.0
    """How long to wait first."""
    until: threading.Event | None = None
    """What to wait for as well."""
    status: int = 200
    times: float = float("inf")
    """How often the same command gets a status that is not 200, before it succeeds."""
    message: str = "scripted failure"
    retry_after: float | None = None
    malformed: bool = False
    drop: bool = False
    """Close the connection without an answer."""
    input_tokens: int | None = None
    """None counts words."""
    output_tokens: int | None = None

    async def wait(self) -> None:
        """Wait as the script says."""
        await asyncio.sleep(self.seconds)
        while self.until is not None and not self.until.is_set():
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
    text = f"You said: {command}" if behaviour.text is None else behaviour.text
    sent = sum(len(str(message["content"]).split()) for message in request.get("messages", []))
    asked = behaviour.input_tokens if behaviour.input_tokens is not None else sent
    given = behaviour.output_tokens if behaviour.output_tokens is not None else len(text.split())
    return {
        "id": "scripted",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request.get("model", ""),
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": text},
            }
        ],
        "usage": {
            "prompt_tokens": asked,
            "completion_tokens": given,
            "total_tokens": asked + given,
        },
    }
