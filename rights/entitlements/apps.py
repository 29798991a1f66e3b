"""What law and controllers grant on each database, as dated, sourced and approved data; the portal that says it plainly."""

from django.apps import AppConfig


class EntitlementsConfig(AppConfig):
    """What law and controllers grant on each database, as dated, sourced and approved data; the portal that says it plainly."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights.entitlements"
    label = "entitlements"
    verbose_name = "entitlements"
