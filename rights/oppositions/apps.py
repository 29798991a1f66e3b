"""Oppositions that take effect: versioned sets, attestations of deliveries, proofs that anybody can check."""

from django.apps import AppConfig


class OppositionsConfig(AppConfig):
    """Oppositions that take effect: versioned sets, attestations of deliveries, proofs that anybody can check."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights.oppositions"
    label = "oppositions"
    verbose_name = "oppositions"
