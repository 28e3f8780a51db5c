"""What tools return, made fit for the model and for the record of the run."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic_ai import BinaryContent, ToolReturn
from pydantic_core import to_json

from agents.redaction import hide

LONGEST = 20_000


def bounded(value: Any, secrets: Iterable[str]) -> Any:
    """`value` if it is short and clean; otherwise its text (JSON), cut at LONGEST characters.

    Binary parts are left out, as only text is passed on and kept.
    """
    if isinstance(value, ToolReturn):
        return replace(value, return_value=bounded(value.return_value, secrets), content=None)
    value = _without_binaries(value)
    text = value if isinstance(value, str) else to_json(value).decode()
    clean = hide(text, secrets)
    if len(clean) > LONGEST:
        return f"{clean[:LONGEST]}\n[Cut here: the result had {len(clean):,} characters.]"
    return value if clean == text else clean


def _without_binaries(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_without_binaries(part) for part in value]
    if isinstance(value, BinaryContent):
        return f"[Left out: {len(value.data):,} bytes of {value.media_type}.]"
    return value
