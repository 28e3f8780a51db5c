"""Events of a run's trace as lines that people read (pure); trace.js writes later ones alike."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass
class Line:
    """What happened, in few words, with the text that belongs to it."""

    number: int
    at: datetime
    kind: str
    title: str
    note: str = ""
    text: str = ""


def lines(events: Iterable[Mapping[str, Any]]) -> list[Line]:
    """The pieces of a text that was streamed are one line; an answer does not repeat them."""
    found: list[Line] = []
    streamed = ""
    for event in events:
        line = _line(event)
        if line.kind == "text" and found and found[-1].kind == "text":
            found[-1].text += line.text
        else:
            found.append(line)
        if line.kind == "text":
            streamed += line.text
        elif line.kind == "model_response":
            line.text = "" if streamed else line.text
            streamed = ""
    return found


def _line(event: Mapping[str, Any]) -> Line:
    kind, data = event["kind"], event["data"]
    title, note, text = SAID.get(kind, _other)(data)
    return Line(event["number"], event["at"], kind, title, note, text)


Said = tuple[str, str, str]


def _request(data: Mapping[str, Any]) -> Said:
    return "Asks the model", str(data.get("model", "")), _text(data.get("content"))


def _streamed(data: Mapping[str, Any]) -> Said:
    return "Writes", "", str(data.get("text") or "")


def _response(data: Mapping[str, Any]) -> Said:
    tokens = f"{data.get('input_tokens', 0)} + {data.get('output_tokens', 0)} tokens"
    cost = f", ${data['cost']}" if data.get("cost") else ""
    return "The model has answered", tokens + cost, _text(data.get("text"))


def _call(data: Mapping[str, Any]) -> Said:
    return f"Uses {data.get('name', 'a tool')}", "", _text(data.get("arguments"))


def _result(data: Mapping[str, Any]) -> Said:
    outcome = data.get("outcome", "success")
    failed = "" if outcome == "success" else str(outcome)
    return f"{data.get('name', 'The tool')} has answered", failed, _text(data.get("result"))


def _retry(data: Mapping[str, Any]) -> Said:
    return "Tries again", "", _text(data.get("reason"))


def _approval(data: Mapping[str, Any]) -> Said:
    if "asked" in data:
        return "Asks for approval", "", _text(data["asked"])
    said = "Approved" if data.get("approved") else "Denied"
    return said, "", _text(data.get("reason"))


def _webhook(data: Mapping[str, Any]) -> Said:
    if data.get("step") == "sent":
        return "Sends the command", str(data.get("host", "")), ""
    return "The endpoint has answered", f"{data.get('status')} after {data.get('seconds')} s", ""


def _other(data: Mapping[str, Any]) -> Said:
    return "Notes", "", _text(data)


def _text(value: Any) -> str:
    """JSON on lines of its own, also where it comes as a text."""
    if value is None or isinstance(value, str):
        try:
            read = json.loads(value or "")
        except (ValueError, RecursionError):
            return value or ""
        return _text(read) if isinstance(read, dict | list) else value or ""
    return json.dumps(value, indent=2, ensure_ascii=False)


SAID = {
    "model_request": _request,
    "text": _streamed,
    "model_response": _response,
    "tool_call": _call,
    "tool_result": _result,
    "retry": _retry,
    "approval": _approval,
    "webhook": _webhook,
}
