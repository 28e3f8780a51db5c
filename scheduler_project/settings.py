"""The environment turned into Django's and Celery's settings; .env.example lists every name."""

import zoneinfo
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from dotenv import load_dotenv

from console.theme import UNFOLD  # noqa: F401
from scheduler_project import database_url, embedded, environment
from scheduler_project.api.settings import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent
load_dotenv(BASE_DIR / ".env")

DATA_DIR = Path(environment.text("DATA_DIR", str(BASE_DIR / ".data"))).absolute()
SERVERS = embedded.running(DATA_DIR)


def server_url(name: str) -> str:
    """The configured URL of a server, or that of the embedded one now running."""
    url = environment.text(name) or SERVERS.get(name, "")
    if not url:
        raise ImproperlyConfigured(
            f"{name} is not set and no embedded server is running: start bin/up, or set {name}."
        )
    return url


# Every machine of a deployment reads the same, pinned time zone data, not its own.
zoneinfo.reset_tzpath(to=())

# --- Who may come in
DEBUG = environment.flag("DEBUG")
DEV_USER = environment.text("DEV_USER")
if DEV_USER and not DEBUG:
    raise ImproperlyConfigured(
        "DEV_USER logs every request in as that user and works only with DEBUG=1: "
        "unset DEV_USER, or set DEBUG=1 on a development machine."
    )
SECRET_KEY = environment.text("SECRET_KEY") or environment.kept_secret(DATA_DIR / "secret_key")
SECRET_KEY_FALLBACKS = environment.names("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = environment.names("CSRF_TRUSTED_ORIGINS")
# Behind a proxy that speaks TLS and says so in X-Forwarded-Proto, whatever clients send in it.
HTTPS = environment.flag("HTTPS")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = environment.number("HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Asked from within, without TLS.
SECURE_REDIRECT_EXEMPT = ["^healthz$"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]

# --- What the product promises to hold
MAX_SCHEDULES_PER_OWNER = environment.number("MAX_SCHEDULES_PER_OWNER", 50)
MINIMUM_GAP_SECONDS = environment.number("MINIMUM_GAP_SECONDS", 300)
# 0: without a limit.
REQUESTS_PER_MINUTE = environment.number("REQUESTS_PER_MINUTE", 1200)
ANONYMOUS_REQUESTS_PER_MINUTE = environment.number("ANONYMOUS_REQUESTS_PER_MINUTE", 120)
SIGN_INS_PER_MINUTE = environment.number("SIGN_INS_PER_MINUTE", 30)
MAX_API_KEYS_PER_OWNER = environment.number("MAX_API_KEYS_PER_OWNER", 20)
MAX_HOOKS_PER_OWNER = environment.number("MAX_HOOKS_PER_OWNER", 10)
HOOK_FAILURES_BEFORE_OFF = environment.number("HOOK_FAILURES_BEFORE_OFF", 20, least=1)
DELIVERIES_AT_ONCE = environment.number("DELIVERIES_AT_ONCE", 100, least=1)
DELIVERIES_KEPT_DAYS = environment.number("DELIVERIES_KEPT_DAYS", 30, least=1)
MAX_CATCH_UP_RUNS = environment.number("MAX_CATCH_UP_RUNS", 100)
CATCH_UP_PACE_SECONDS = environment.number("CATCH_UP_PACE_SECONDS", 5)
MAX_BACKFILL_RUNS = environment.number("MAX_BACKFILL_RUNS", 500, least=1)
DISPATCH_BATCH = environment.number("DISPATCH_BATCH", 500, least=1)
REPUBLISH_SECONDS = environment.number("REPUBLISH_SECONDS", 10, least=1)
LEASE_SECONDS = environment.number("LEASE_SECONDS", 15, least=2)
HEARTBEAT_SECONDS = environment.number("HEARTBEAT_SECONDS", 1, least=1)
MAX_EXECUTIONS_PER_MESSAGE = environment.number("MAX_EXECUTIONS_PER_MESSAGE", 16, least=1)
WORKER_SLOTS = environment.number("WORKER_SLOTS", 100, least=1)
WORKER_GRACE_SECONDS = environment.number("WORKER_GRACE_SECONDS", 20)
# How long a run waits for somebody to approve a tool's call; then it is denied.
APPROVAL_SECONDS = environment.number("APPROVAL_SECONDS", 86_400, least=1)
WATCHERS_PER_USER = environment.number("WATCHERS_PER_USER", 20, least=1)
CHANGES_KEPT_HOURS = environment.number("CHANGES_KEPT_HOURS", 72, least=1)
JOURNAL_KEPT_DAYS = environment.number("JOURNAL_KEPT_DAYS", 365, least=1)
# Whether spans hold what models, tools and people said.
OTEL_CONTENT = environment.flag("OTEL_CONTENT")
# Where a trace can be looked at; {trace_id} stands for its id.
TRACE_URL = environment.web_address("TRACE_URL")
if LEASE_SECONDS < 2 * HEARTBEAT_SECONDS:
    raise ImproperlyConfigured(
        "LEASE_SECONDS must be at least twice HEARTBEAT_SECONDS: one late heartbeat would "
        "cost a worker all its runs."
    )

# --- The model behind an agent that names none
AGENT_MODEL = environment.text("AGENT_MODEL", "local")
MODEL_BASE_URL = environment.text("MODEL_BASE_URL") or SERVERS.get("MODEL_BASE_URL", "")
MODEL_API_KEY = environment.text("MODEL_API_KEY") or SERVERS.get("MODEL_API_KEY", "")
MODEL_NAME = environment.text("MODEL_NAME", "smollm2")
MODEL_PRICES = environment.prices("MODEL_PRICES")
MODEL_LIMITS = environment.limits("MODEL_LIMITS")

# --- What agents may use besides
AGENT_FUNCTIONS = environment.paths("AGENT_FUNCTIONS")
AGENT_THREADS = environment.number("AGENT_THREADS", 100, least=1)
ALLOW_STDIO_MCP = environment.flag("ALLOW_STDIO_MCP")

# --- Where agents' requests may go although it is not public
ALLOWED_PRIVATE_HOSTS = environment.hosts("ALLOWED_PRIVATE_HOSTS")

# --- Django
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "console.apps.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_celery_beat",
    "django_celery_results",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "axes",
    "accounts",
    "feed",
    "hooks",
    "agents",
    "schedules",
    "journal",
    # Last: it shows what the others have.
    "console.apps.ConsoleConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "scheduler_project.middleware.OptionalSlashMiddleware",
    "scheduler_project.middleware.RateLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "scheduler_project.middleware.DevUserMiddleware",
    "journal.middleware.JournalMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Of a sign-in that says no other: each to their own console.
LOGIN_REDIRECT_URL = "/"
ROOT_URLCONF = "scheduler_project.urls"
ASGI_APPLICATION = "scheduler_project.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
try:
    DATABASES = {"default": database_url.parse(server_url("DATABASE_URL"))}
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from None
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# All threads are long-lived (web.py): each keeps its connection for an hour.
DATABASES["default"]["CONN_MAX_AGE"] = environment.number("DATABASE_CONNECTION_AGE", 3600)
# A process that hangs inside a transaction must not hold its row locks for ever.
IDLE_IN_TRANSACTION_SECONDS = environment.number("IDLE_IN_TRANSACTION_SECONDS", 5)
STATEMENT_TIMEOUT_SECONDS = environment.number("STATEMENT_TIMEOUT_SECONDS", 60)
# A server or network that vanishes must be noticed well within the system's own limits.
VANISHED = {"connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 5}
VANISHED |= {"keepalives_count": 3, "tcp_user_timeout": 15_000}
OPTIONS: dict[str, Any] = DATABASES["default"]["OPTIONS"]
DATABASES["default"]["OPTIONS"] = VANISHED | OPTIONS
DATABASES["default"]["OPTIONS"]["options"] = (
    f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_SECONDS}s"
    f" -c statement_timeout={STATEMENT_TIMEOUT_SECONDS}s {OPTIONS.get('options', '')}"
).strip()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = ["scheduler_project.formats"]
STATIC_URL = "static/"
# The packages' own static files are served as they lie: no collectstatic step to forget.
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DEFAULT_EXCEPTION_REPORTER_FILTER = "scheduler_project.quiet.WithoutValues"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "INFO").upper()},
    "loggers": {
        # Three lines for each wrong password.
        "axes": {"level": "WARNING"},
        # Otherwise a line for each request to a model.
        "httpx2": {"level": "WARNING"},
        # It quotes the headers of answers.
        "httpcore2": {"level": "WARNING"},
        # MCP's client quotes what servers answer, with whatever secrets there are in it.
        "mcp": {"level": "CRITICAL", "propagate": False},
        "fastmcp": {"level": "CRITICAL", "propagate": False},
    },
}

# --- Celery
CELERY_BROKER_URL = server_url("REDIS_URL")
# A frozen Redis must not hold a publish, and so beat, for ever.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 5}
CELERY_BROKER_TRANSPORT = "scheduler_project.transport:Transport"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# For ever: a worker that gives up after a hundred tries would have to be started by hand.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A Redis whose disk is full refuses each write: wait for it, as for one that is away.
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
# Beat sends plain tasks between its dispatches: it may try again, not wait.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0}
CELERY_RESULT_BACKEND = "django-db"
CELERY_RESULT_EXTENDED = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = environment.text("QUEUE", "celery")
CELERY_BEAT_SCHEDULER = "schedules.beat.LedgerScheduler"
# Runs live on the worker's event loop; Celery's own threads only take messages
# off the queue. They hold at most this many each process that nobody has claimed.
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = 2
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
