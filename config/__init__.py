"""The roof: settings, addresses, the worker, and the wiring of reactions."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
