"""Sealed requests: the directory of the controllers' keys, envelopes that the window cannot open, sealed answers, their purge."""

from django.apps import AppConfig


class EnvelopesConfig(AppConfig):
    """Sealed requests: the directory of the controllers' keys, envelopes that the window cannot open, sealed answers, their purge."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights.envelopes"
    label = "envelopes"
    verbose_name = "envelopes"
