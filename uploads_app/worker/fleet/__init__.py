"""Tasks by Celery, for many workers on many machines: how they are sent, taken and run. Redis may be lost."""
