"""A run that needs approvals, as its messages: parked when it asks, taken up once answered."""

import logging
from collections.abc import Sequence

from pydantic import ValidationError
from pydantic_ai import DeferredToolRequests, DeferredToolResults, ModelMessage, ToolDenied
from pydantic_ai.messages import ModelMessagesTypeAdapter, ModelResponse, ToolCallPart

from agents.errors import ErrorType, RunFailed
from agents.orders import Order
from agents.parking import AskedCall, Parked, Resumed
from agents.redaction import known
from agents.runners.llm_shown import shown

logger = logging.getLogger(__name__)

MAX_MESSAGES_BYTES = 10_000_000
# Nobody reads more, and what nobody has read nobody can approve.
LONGEST_ARGUMENTS = 20_000
# Providers' own are a few dozen characters long; they are told from each other by an index.
LONGEST_ID = 500


def parked(order: Order, messages: list[ModelMessage], asked: DeferredToolRequests) -> Exception:
    """The run as it stands; or RunFailed, if what it asks for cannot be asked."""
    if asked.calls:
        names = ", ".join(dict.fromkeys(repr(call.tool_name) for call in asked.calls))
        return RunFailed(
            ErrorType.TOOL_REFUSED, f"{names} cannot answer while the run goes on: no such tools."
        )
    if not _can_be_told_apart([call.tool_call_id for call in asked.approvals]):
        return RunFailed(
            ErrorType.INVALID_OUTPUT,
            "The provider has called tools that need an approval under ids that are the same, "
            f"longer than {LONGEST_ID} characters, or unreadable.",
        )
    for call in asked.approvals:
        if len(call.args_as_json_str()) > LONGEST_ARGUMENTS:
            return RunFailed(
                ErrorType.TOOL_REFUSED,
                f"A call of {call.tool_name!r} needs an approval, and its arguments are longer "
                f"than anybody reads ({LONGEST_ARGUMENTS:,} characters).",
            )
    kept = ModelMessagesTypeAdapter.dump_json(messages)
    if len(kept) > MAX_MESSAGES_BYTES:
        return RunFailed(
            ErrorType.LIMIT_EXCEEDED,
            f"The run needs an approval, and it is too long ({len(kept):,} bytes) to be kept "
            f"until then: {MAX_MESSAGES_BYTES:,} are the most.",
        )
    try:
        return Parked(kept, [_shown(order, call) for call in asked.approvals])
    except RunFailed as refusal:
        return refusal


def _can_be_told_apart(ids: Sequence[str]) -> bool:
    readable = all(len(id) <= LONGEST_ID and id.isprintable() for id in ids)
    return readable and len(set(ids)) == len(ids)


def _shown(order: Order, call: ToolCallPart) -> AskedCall:
    try:
        arguments = shown(call.args_as_dict(), known(order.secrets.values()))
    except ValueError as error:
        raise RunFailed(
            ErrorType.TOOL_REFUSED,
            f"A call of {call.tool_name!r} needs an approval, and its arguments cannot be shown. "
            f"{error}",
        ) from None
    return AskedCall(call.tool_call_id, call.tool_name, arguments)


def messages(resumed: Resumed) -> Sequence[ModelMessage]:
    """What was said before; RunFailed if this release cannot read it."""
    try:
        return ModelMessagesTypeAdapter.validate_json(resumed.messages)
    except ValidationError as error:
        reasons = error.errors(include_url=False, include_input=False, include_context=False)
        logger.error("What a run has said before cannot be read: %s", reasons)
        raise RunFailed(
            ErrorType.INTERNAL_ERROR, "What the run has done until now cannot be read any more."
        ) from error


def results(resumed: Resumed) -> DeferredToolResults:
    """The answers, as pydantic-ai takes them."""
    return DeferredToolResults(
        approvals={
            call: True if denial is None else ToolDenied(denial)
            for call, denial in resumed.answers.items()
        }
    )


def calls_before(messages: Sequence[ModelMessage]) -> int:
    """How many model calls the run had made when it was parked."""
    return sum(isinstance(message, ModelResponse) for message in messages)
