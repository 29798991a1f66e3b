"""What is known of a file: not looked at yet, clean, infected, or never looked at because no scanner is set."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScanState(models.TextChoices):
    """What the virus scan says of a file."""

    WAITING = "waiting", _("In quarantine: the virus scan is under way")
    CLEAN = "clean", _("Scanned: no virus found")
    INFECTED = "infected", _("A virus was found: the file was destroyed")
    UNSCANNED = "unscanned", _("Not scanned: no virus scanner is set")


#: A file in one of these states is handed over to nobody.
LOCKED = frozenset({ScanState.WAITING, ScanState.INFECTED})
