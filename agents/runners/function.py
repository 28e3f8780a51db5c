"""Runs by a Python function that the deployment has registered: no model, no tools."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from agents import context, functions, threads
from agents.desk import Desk
from agents.errors import ErrorType
from agents.foreign import contained, is_async
from agents.orders import Order, Usage
from scheduler_project.text import suggestion


class FunctionRunner:
    """Calls a function with an agents.context.Context; see agents.runners.Runner.

    Its answer is text, or else anything that JSON can hold. An async function runs on the event
    loop and must not block it; any other runs in a thread.
    """

    spends = False

    def check_model(self, model: str) -> None:
        """ValueError if a model is named."""
        if model:
            raise ValueError("Leave the model empty: a function agent has none.")

    def check_options(self, options: Mapping[str, Any]) -> None:
        """ValueError unless `function` names a registered function, and is all there is."""
        known = functions.registry()
        name = options.get("function")
        if not isinstance(name, str) or set(options) != {"function"}:
            raise ValueError(f'Give {{"function": name}} and nothing else; {known.there_is()}.')
        if name not in known.names():
            hint = suggestion(name, known.names())
            raise ValueError(f"There is no such function; {known.there_is()}.{hint}")

    async def run(self, order: Order, usage: Usage, desk: Desk) -> str:
        """The function's answer; RunFailed for whatever it raises."""
        name = str(order.options.get("function", ""))
        what = f"The function {name!r}"
        with contained(what, ErrorType.FUNCTION_FAILED, order):
            function = await functions.get(name)
            here = context.of(order, desk)
            if is_async(function):
                return _answer(await function(here))
            there = here.blocking()
            try:
                return await threads.run(what, lambda: _answer(function(there)))
            finally:
                there.desk.close()

    async def close(self) -> None:
        """Nothing is kept open."""


def _answer(value: Any) -> str:
    """Text as it is, nothing as no text, the rest as JSON; TypeError if JSON cannot hold it."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
