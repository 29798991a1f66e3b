"""The controllers' board and their API: fetch, take up, ask for a complement, extend, answer."""

from django.apps import AppConfig


class AnsweringConfig(AppConfig):
    """The controllers' board and their API: fetch, take up, ask for a complement, extend, answer."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights.answering"
    label = "answering"
    verbose_name = "answering"
