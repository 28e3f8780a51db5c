"""Model strings: `local`, or `provider:model` as pydantic-ai writes them."""

import re

from django.conf import settings
from pydantic_ai import UserError
from pydantic_ai.models import Model, known_model_names
from pydantic_ai.providers import infer_provider_class

from agents.errors import ErrorType, RunFailed
from agents.model_names import LOCAL, is_local
from agents.runners.llm_clients import Clients
from scheduler_project.text import suggestion

EXAMPLES = "for example openai:gpt-5 or anthropic:claude-sonnet-4-5"


def check(model: str) -> None:
    """ValueError with a sentence if no agent can name this model; "" is the default one."""
    if model in {"", LOCAL}:
        return
    provider, colon, name = model.partition(":")
    if not (colon and provider and name.strip()):
        raise ValueError(
            f"Write provider:model, {EXAMPLES}; or local, or nothing for the default model."
        )
    _check_provider(provider)


def _check_provider(provider: str) -> None:
    try:
        infer_provider_class(provider)
    except ImportError:
        raise ValueError(
            f"The package for models of {provider} is not installed on this server."
        ) from None
    except Exception:
        raise ValueError(
            f"There is no provider {provider!r}.{_suggestion(provider)} "
            f"Write provider:model, {EXAMPLES}."
        ) from None


def _suggestion(provider: str) -> str:
    known = sorted({name.partition(":")[0] for name in known_model_names() if ":" in name})
    return suggestion(provider, known)


def build(model: str, clients: Clients) -> Model:
    """The model of a resolved string; RunFailed if this deployment cannot use it."""
    if is_local(model):
        return _local(model.removeprefix(f"{LOCAL}:"), clients)
    try:
        check(model)
        return clients.model(model)
    except ValueError as error:
        raise RunFailed(ErrorType.UNKNOWN_MODEL, str(error)) from error
    except UserError as error:
        raise RunFailed(ErrorType.BAD_CREDENTIALS, _not_set_up(model, error)) from error


def _local(name: str, clients: Clients) -> Model:
    if not settings.MODEL_BASE_URL:
        raise RunFailed(
            ErrorType.UNKNOWN_MODEL,
            "There is no local model here: set MODEL_BASE_URL, or give the agent another model.",
        )
    return clients.local(name, settings.MODEL_BASE_URL, settings.MODEL_API_KEY)


def _not_set_up(model: str, error: UserError) -> str:
    """Names the variables that the provider's own message asks for, and nothing else of it."""
    variables = sorted(set(re.findall(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`", str(error))))
    hint = f": the workers need {' or '.join(variables)}" if variables else ""
    return f"The provider of {model} is not set up on this server{hint}."
