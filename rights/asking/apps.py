"""The form: for whom, which databases, which rights, identity as far as needed, sealed before it leaves the browser."""

from django.apps import AppConfig


class AskingConfig(AppConfig):
    """The form: for whom, which databases, which rights, identity as far as needed, sealed before it leaves the browser."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights.asking"
    label = "asking"
    verbose_name = "asking"

    def ready(self) -> None:
        """Learn to write the letter that confirms an address."""
        from rights.asking import notifications  # noqa: F401
