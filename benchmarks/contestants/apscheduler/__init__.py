"""APScheduler with its jobs in PostgreSQL, each of which sends a Celery message."""
