"""django-celery-beat's DatabaseScheduler, in a Django project that has nothing else."""
