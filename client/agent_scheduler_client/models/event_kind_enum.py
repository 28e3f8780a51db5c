from typing import Literal

EventKindEnum = Literal[
    "approval",
    "model_request",
    "model_response",
    "retry",
    "text",
    "tool_call",
    "tool_result",
    "webhook",
]

EVENT_KIND_ENUM_VALUES: set[EventKindEnum] = {
    "approval",
    "model_request",
    "model_response",
    "retry",
    "text",
    "tool_call",
    "tool_result",
    "webhook",
}


def check_event_kind_enum(value: str) -> EventKindEnum:
    if value in EVENT_KIND_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EVENT_KIND_ENUM_VALUES!r}")
