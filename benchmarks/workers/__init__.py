"""Celery applications whose workers are measured, each imported only in processes of its own."""
