"""The Celery application of a project with django-celery-beat."""

from celery import Celery

app = Celery("stock")
app.config_from_object("django.conf:settings", namespace="CELERY")
