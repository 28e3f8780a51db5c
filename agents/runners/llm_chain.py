"""The models of one run: the agent's own and, when it fails, the ones to go on with."""

import asyncio
import math
from collections.abc import Iterable, Sequence
from functools import partial

from pydantic_ai import ModelMessage, ModelResponse, ModelSettings
from pydantic_ai.messages import (
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
)
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.models.fallback import FallbackModel
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import merge_model_settings

from agents.errors import ErrorType, RunFailed
from agents.limits.gate import Gate
from agents.model_names import resolve
from agents.orders import Order
from agents.runners import llm_models
from agents.runners.llm_clients import RETRIES, Clients
from agents.runners.llm_errors import explain
from agents.runners.llm_meter import Meter
from agents.runners.llm_patience import Patience

# With another model the run may succeed. A refused request is refused by its content, which
# nobody shall carry from one provider to the next.
GOES_ON = frozenset(
    {
        *(ErrorType.PROVIDER_UNAVAILABLE, ErrorType.RATE_LIMITED, ErrorType.QUOTA_EXCEEDED),
        *(ErrorType.TIMED_OUT, ErrorType.BAD_CREDENTIALS, ErrorType.UNKNOWN_MODEL),
        *(ErrorType.CONTEXT_TOO_LONG, ErrorType.INVALID_OUTPUT),
    }
)


def build(meter: Meter, clients: Clients) -> Model:
    """The model of a run; RunFailed if none of those it names can be used."""
    order = meter.order
    names = list(dict.fromkeys(map(resolve, (order.model, *order.fallback_models))))
    if len(names) == 1:
        return Metered(llm_models.build(names[0], clients), names[0], meter, clients.gate)
    built = _built(names, meter, clients)
    share = order.timeout_seconds / len(built)
    models = [Metered(built[name], name, meter, clients.gate, share) for name in built]
    models[-1].share = None
    return FallbackModel(*models, fallback_on=_goes_on) if len(models) > 1 else models[0]


def _built(names: Sequence[str], meter: Meter, clients: Clients) -> dict[str, Model]:
    """Those of the models that can be used, in their order; RunFailed if none can."""
    built, failures = {}, []
    for name in names:
        try:
            built[name] = llm_models.build(name, clients)
        except RunFailed as failure:
            failures.append(failure)
            meter.retry(failure.message)
    if not built:
        raise combined(failures)
    return built


def combined(failures: Sequence[Exception]) -> RunFailed:
    """One reason for the failures of all models: worth another attempt if one of them is."""
    reasons = [failure for failure in failures if isinstance(failure, RunFailed)]
    chosen = next((reason for reason in reasons if reason.error_type.retryable), reasons[0])
    return RunFailed(chosen.error_type, " ".join(_messages(reasons)))


def _messages(reasons: Iterable[RunFailed]) -> Iterable[str]:
    return dict.fromkeys(reason.message for reason in reasons)


def _goes_on(error: Exception) -> bool:
    return isinstance(error, RunFailed) and error.error_type in GOES_ON


class Metered(WrapperModel):
    """A model whose calls are metered, and whose failures are RunFailed.

    If the run can go on with another model, a call may take its `share` of the run's time, and a
    model that has failed is not asked again. Without one the run's own timeout is its limit.
    """

    def __init__(
        self, wrapped: Model, name: str, meter: Meter, gate: Gate, share: float | None = None
    ) -> None:
        super().__init__(wrapped)
        self.name = name
        self.meter = meter
        self.gate = gate
        self.share = share
        self.failure: RunFailed | None = None
        self.stream: StreamedResponse | None = None
        self.limits = _limits(wrapped, meter.order)

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """The model's answer; RunFailed if there is none, or if the run may not ask for it."""
        if self.failure:
            raise self.failure
        self.meter.begin(self.name, messages, model_request_parameters)
        try:
            async with asyncio.timeout(self.share):
                sent = partial(self._sent, messages, model_settings, model_request_parameters)
                response = await self._patience().ask(sent, self._has_begun)
        except Exception as error:
            if (reason := self._explained(error)) is error:
                raise
            raise reason from error
        self.meter.end(self.name, response)
        return response

    def _patience(self) -> Patience:
        seconds = min(self.meter.seconds_left, self.share or math.inf)
        return Patience(self.gate, self.name, self.meter, seconds, self.share is not None)

    def _has_begun(self) -> bool:
        """Whether something of a streamed answer has come, which may be shown already."""
        return self.stream is not None

    async def _sent(
        self,
        messages: list[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """The answer to a try whose turn it is; what does not come back counts, too."""
        self.stream = None
        limits = self.limits | {"max_tokens": self.meter.room}
        try:
            return await self._answer(messages, merge_model_settings(limits, settings), parameters)
        except BaseException as error:
            self.meter.lost(self.name, error, self.stream.get() if self.stream else None)
            raise

    async def _answer(
        self,
        messages: list[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
    ) -> ModelResponse:
        if not self.meter.order.options.get("stream"):
            return await self.wrapped.request(messages, settings, parameters)
        async with self.wrapped.request_stream(messages, settings, parameters) as stream:
            self.stream = stream
            async for event in stream:
                if delta := _text(event):
                    self.meter.text(delta)
        return stream.get()

    def _explained(self, error: Exception) -> Exception:
        reason = explain(error, self.name, self.meter.order.secrets.values())
        if reason and self.share and _goes_on(reason):
            self.failure = reason
            self.meter.retry(reason.message)
        return reason or error


def _limits(model: Model, order: Order) -> ModelSettings:
    limits = ModelSettings(max_tokens=order.max_output_tokens, timeout=order.timeout_seconds)
    # OpenAI's, Anthropic's and Groq's clients are told once (llm_clients): this setting makes a
    # copy of them for each request, which takes longer than the request.
    if not hasattr(getattr(model.provider, "client", None), "max_retries"):
        limits["max_retries"] = RETRIES
    return limits


def _text(event: ModelResponseStreamEvent) -> str:
    if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
        return event.part.content
    if isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
        return event.delta.content_delta
    return ""
