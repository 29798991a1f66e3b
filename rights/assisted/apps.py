"""Requests by paper and by telephone, sealed on entry, and letters to print."""

from django.apps import AppConfig


class AssistedConfig(AppConfig):
    """Requests by paper and by telephone, sealed on entry, and letters to print."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights.assisted"
    label = "assisted"
    verbose_name = "assisted"
