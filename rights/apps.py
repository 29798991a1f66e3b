"""Rights: citizens' requests, sealed, routed to the controllers, answered within the legal month."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """Rights: citizens' requests, sealed, routed to the controllers, answered within the legal month."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights"
    label = "rights"
    verbose_name = "rights"

    def ready(self) -> None:
        """The secrets that `make_keys` makes: the pepper of the tracking codes, and what seals a contact."""
        from rights.secret_keys import FOLDER, make_missing
        from workflow.keys import MAKERS

        MAKERS[FOLDER] = make_missing
