"""Files that people send: what they really are, whether they are clean, what they say. Knows no dossier."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Files that people send: checked, scanned, read."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "files"
    label = "files"
    verbose_name = "files"

    def ready(self) -> None:
        """Register the scan with the outbox."""
        from files import quarantine  # noqa: F401
