"""The room of: what passes between the dossier and the CNIL."""

from django.apps import AppConfig


class CnilConfig(AppConfig):
    """What passes between the dossier and the CNIL."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "requests_app.cnil"
    label = "cnil"
    verbose_name = "cnil"
