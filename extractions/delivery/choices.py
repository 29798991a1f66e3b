"""The words of deliveries: channels, what became of a package, what is wrong with one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    """The way by which the data leave."""

    SPACE = "space", _("Project space of the platform")
    OWN_SYSTEM = "own_system", _("Own system of the recipient, held to the security rules of the SNDS")
    OTHER = "other", _("Other secure transfer")


class Outcome(models.TextChoices):
    """What became of a package."""

    ACCEPTED = "accepted", pgettext_lazy("package", "Accepted")
    REFUSED = "refused", pgettext_lazy("package", "Refused")
    CONCLUDED = "concluded", pgettext_lazy("package", "Stands without an answer")
    DROPPED = "dropped", pgettext_lazy("package", "Without object")


#: The data are with the recipient: they are kept until their day, then destroyed.
RECEIVED = frozenset({Outcome.ACCEPTED, Outcome.CONCLUDED})


class Fault(models.TextChoices):
    """What is wrong with a package."""

    INCOMPLETE = "incomplete", _("Files lack")
    CHECKSUM = "checksum", _("A checksum does not agree")
    UNREADABLE = "unreadable", _("A file cannot be read")
    VARIABLES = "variables", _("Variables are not those of the need")
    POPULATION = "population", _("The population is not that of the need")
    PERIOD = "period", _("The period is not that of the need")
    PERSONAL = "personal", _("It holds what should not be there")
    OTHER = "other", pgettext_lazy("fault", "Something else")
