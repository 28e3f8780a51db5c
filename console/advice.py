"""What to do about a run that failed, by why it failed (pure)."""

from agents.errors import ErrorType

ADVICE: dict[str, str] = {
    ErrorType.PROVIDER_UNAVAILABLE: "Wait until the provider is back and run it again; give the "
    "agent fallback models, or the schedule more attempts, so that it need not be you.",
    ErrorType.RATE_LIMITED: "Spread the runs (jitter, other times), give the schedule more "
    "attempts, or ask the provider for a higher limit.",
    ErrorType.QUOTA_EXCEEDED: "Top up the provider's account, or let the agent use another model.",
    ErrorType.TIMED_OUT: "Give the schedule a longer timeout, or the agent a shorter task or a "
    "faster model.",
    ErrorType.BAD_CREDENTIALS: "Put the right API key into the deployment's environment, or give "
    "the agent its secrets anew.",
    ErrorType.UNKNOWN_MODEL: "Correct the agent's model string; its provider's package has to be "
    "installed here.",
    ErrorType.CONTEXT_TOO_LONG: "Shorten the instructions or the command, or choose a model with "
    "a larger context.",
    ErrorType.REQUEST_REJECTED: "Read what the provider says and reword the command or the "
    "instructions: the same request will be refused again.",
    ErrorType.INVALID_OUTPUT: "Run it again; if that happens often, make the output schema simpler "
    "or choose a stronger model.",
    ErrorType.TOOL_REFUSED: 'Allow the tool on the agent ("allow" or "ask"), or mend what the '
    "tool complains about.",
    ErrorType.TOOL_FAILED: "Look into the worker's log for what the tool raised; if it was of the "
    "moment, run it again.",
    ErrorType.FUNCTION_FAILED: "Look into the worker's log for what the function raised, mend it, "
    "and run it again.",
    ErrorType.ENDPOINT_FAILED: "See whether the agent's endpoint is up and answers within the "
    "timeout, then run it again.",
    ErrorType.ENDPOINT_REFUSED: "Mend the endpoint or the agent's URL: it answers that it does not "
    "want such requests.",
    ErrorType.ADDRESS_REFUSED: "Give the agent a public URL, or let the deployment name the host "
    "in ALLOWED_PRIVATE_HOSTS.",
    ErrorType.LIMIT_EXCEEDED: "Raise the agent's limits (LLM calls, output tokens), or give it "
    "less to do.",
    ErrorType.BUDGET_EXCEEDED: "Raise the budget, or wait until its period has room again.",
    ErrorType.UNKNOWN_RUNNER: "Install what the agent's kind or function needs on the workers, or "
    "choose another kind.",
    ErrorType.AGENT_DELETED: "Give the schedule another agent.",
    ErrorType.WORKER_LOST: "Find out why the worker went away (memory, a restart). If the command "
    "may safely happen twice, give the schedule more attempts.",
    ErrorType.INTERNAL_ERROR: "Look into the worker's log for this run, and report what it says.",
}
UNKNOWN = "Read the message above and the trace below; the worker's log may have more."
# What an agent task ends with where nothing went wrong.
NO_FAILURE = {"handed_back", "cancelled"}


def advice(error_type: str) -> str:
    """One sentence on what to do next; "" where nothing failed."""
    if not error_type or error_type in NO_FAILURE:
        return ""
    return ADVICE.get(error_type, UNKNOWN)
