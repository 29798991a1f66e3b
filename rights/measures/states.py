"""The words of the figures."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ComplaintSource(models.TextChoices):
    """To whom people complained of a request about rights."""

    CNIL = "cnil", _("The CNIL")
    COURT = "court", _("A court")
    OTHER = "other", pgettext_lazy("complaint", "Somebody else")
