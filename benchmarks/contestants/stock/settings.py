"""The least that django-celery-beat needs, so that its memory is its own."""

import os

from psycopg2.extensions import parse_dsn

_DATABASE = parse_dsn(os.environ["DATABASE_URL"])
SECRET_KEY = "of no use here"
INSTALLED_APPS = ["django_celery_beat"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _DATABASE["dbname"],
        "USER": _DATABASE["user"],
        "PASSWORD": _DATABASE["password"],
        "HOST": _DATABASE["host"],
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TIME_ZONE = "UTC"
USE_TZ = True
CELERY_BROKER_URL = os.environ["REDIS_URL"]
CELERY_TIMEZONE = "UTC"
# No task of its own that cleans up results: only what is measured is sent.
CELERY_RESULT_EXPIRES = None
