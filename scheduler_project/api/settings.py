"""What the libraries behind the API and its sign-in are told, on every machine alike."""

from datetime import timedelta

_TAGS = {
    "agent-tasks": "Runs of agents, whatever started them, and their traces.",
    "agents": "Who runs commands: a model, a webhook or a function, with tools and limits.",
    "api-keys": "Keys for programs, to read or to write, until they expire.",
    "approvals": "Calls of tools that runs wait for: somebody approves or denies them.",
    "budgets": "What runs may spend in tokens or dollars.",
    "executions": "The ledger: what ran, will run, or did not, with the reason.",
    "hooks": "URLs that events are sent to, signed, and what was sent.",
    "notifications": "What owners are told of without having asked.",
    "scheduled-commands": "Standing orders to agents: what to do, and when.",
    "scheduler": "How the scheduler stands; stopping and resuming everything.",
    "spending": "What runs have spent, added up.",
    "token": "Signing in and out with a name and a password.",
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.KeyAuthentication",
        "accounts.authentication.TokenAuthentication",
        "scheduler_project.api.authentication.BrowserAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "scheduler_project.api.permissions.OthersAsPermitted",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "scheduler_project.api.parameters.Negotiation",
    "DEFAULT_FILTER_BACKENDS": [
        "scheduler_project.api.filters.Filters",
        "scheduler_project.api.filters.Search",
        "scheduler_project.api.filters.Ordering",
    ],
    "DEFAULT_PAGINATION_CLASS": "scheduler_project.api.pagination.Pages",
    "DEFAULT_PARSER_CLASSES": ["scheduler_project.api.parsers.BoundedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": [
        "scheduler_project.api.json.Renderer",
        "scheduler_project.api.browsable.BrowsableRenderer",
    ],
    "DEFAULT_SCHEMA_CLASS": "scheduler_project.api.schema.operations.Schema",
    "DEFAULT_THROTTLE_CLASSES": [
        "scheduler_project.api.throttles.PerUser",
        "scheduler_project.api.throttles.PerAddress",
    ],
    "EXCEPTION_HANDLER": "scheduler_project.api.problems.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=5),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=1),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    "CHECK_REVOKE_TOKEN": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Agent Scheduler",
    "DESCRIPTION": (
        "Commands for AI agents, run on time and accounted for.\n\n"
        "Sign in with an API key or an access token as `Authorization: Bearer ...`. A POST with an "
        "`Idempotency-Key` may be sent again; an edit with `If-Match` overwrites nothing newer. "
        "Errors are problem details (RFC 9457): a sentence, and the fields it is about."
    ),
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "scheduler_project.api.schema.components.add",
    ],
    "TAGS": [{"name": name, "description": text} for name, text in _TAGS.items()],
    "ENUM_NAME_OVERRIDES": {
        "ExecutionStateEnum": "schedules.models.STATE_CHOICES",
        "ExecutionTriggerEnum": "schedules.models.Execution.Trigger",
        "AttemptTriggerEnum": "schedules.models.Attempt.Trigger",
        "BudgetActionEnum": "agents.models.Budget.Action",
        "BulkActionEnum": "schedules.services.selections.ACTION_CHOICES",
        "AgentTaskStateEnum": "agents.models.AgentTask.State",
    },
}

# Of one address for one name: nobody else is locked out by somebody who guesses.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "accounts.lockout.answer"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
