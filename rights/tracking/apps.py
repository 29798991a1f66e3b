"""Following a request by its code: its states, its receipt, messages, letters that say only that something changed."""

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """Following a request by its code: its states, its receipt, messages, letters that say only that something changed."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights.tracking"
    label = "tracking"
    verbose_name = "tracking"
