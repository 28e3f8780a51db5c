"""What the libraries behind the API and its sign-in are told, on every machine alike."""

from datetime import timedelta

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.KeyAuthentication",
        "rest_framework_simplejwt.authentication.JWTAuthentication",
        "scheduler_project.api.authentication.BrowserAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "scheduler_project.api.parameters.Negotiation",
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "scheduler_project.api.filters.Search",
        "scheduler_project.api.filters.Ordering",
    ],
    "DEFAULT_PAGINATION_CLASS": "scheduler_project.api.pagination.Pages",
    "DEFAULT_PARSER_CLASSES": ["scheduler_project.api.parsers.BoundedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "scheduler_project.api.browsable.BrowsableRenderer",
    ],
    "DEFAULT_SCHEMA_CLASS": "scheduler_project.api.schema.Schema",
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
    "DESCRIPTION": "Commands for AI agents, run on time and accounted for.",
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
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
