"""Monthly figures with small counts masked, and the data protection officer's dashboard."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Monthly figures with small counts masked, and the data protection officer's dashboard."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights.measures"
    label = "measures"
    verbose_name = "measures"
