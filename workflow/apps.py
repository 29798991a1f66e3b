"""The engine: moves, journal, clocks, outbox. It knows no dossier and no role."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """The engine."""

    name = "workflow"

    def ready(self) -> None:
        """Register the outbox's own kinds."""
        from workflow import mail  # noqa: F401
