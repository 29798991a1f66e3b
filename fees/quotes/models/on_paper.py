"""A payer's acceptance that came signed on paper: the scan, who signed and when, who recorded it, and who else has checked it."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fees.quotes.models.quotes import QuotePayer
from fees.quotes.triggers import signed_paper_kept
from files.models import KeptFile


def scan_path(paper: Any, name: str) -> str:
    """A name that says nothing, so that no address can be guessed."""
    return f"quotes/signed/{secrets.token_hex(16)}{name[name.rfind('.') :]}"


class PaperQuerySet(models.QuerySet["PaperAcceptance"]):
    """Papers by what is to be done with them."""

    def awaiting(self) -> PaperQuerySet:
        """Those that nobody has checked or discarded."""
        return self.filter(confirmed_at=None, discarded_at=None)


class PaperAcceptance(KeptFile):
    """The scan of a quote that a payer signed by hand; it counts once somebody else has compared it with the quote."""

    payer = models.ForeignKey(QuotePayer, models.PROTECT, related_name="signed_papers")
    file = models.FileField(upload_to=scan_path, max_length=200)
    signed_by = models.CharField(_("signed by"), max_length=120)
    function = models.CharField(_("function"), max_length=120)
    signed_on = models.DateField(_("signed on"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    #: Why it was discarded.
    words = models.CharField(max_length=1000, blank=True)
    salt = models.CharField(max_length=32, blank=True)

    objects: ClassVar[Any] = PaperQuerySet.as_manager()

    class Meta(KeptFile.Meta):
        abstract = False
        ordering = ["payer", "pk"]
        constraints = [
            *KeptFile.Meta.constraints,
            models.UniqueConstraint(fields=["payer"], condition=Q(discarded_at=None), name="signed_paper_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None) | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="signed_paper_confirmed_by_somebody",
            ),
            models.CheckConstraint(condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("added_by")), name="signed_paper_checked_by_another"),
            models.CheckConstraint(
                condition=Q(discarded_at=None, discarded_by=None)
                | Q(discarded_at__isnull=False, discarded_by__isnull=False, confirmed_at=None) & ~Q(words="") & ~Q(salt=""),
                name="signed_paper_discarded_says_why",
            ),
            models.CheckConstraint(condition=~Q(signed_by="") & ~Q(function=""), name="signed_paper_says_who"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = signed_paper_kept()

    def __str__(self) -> str:
        return f"{self.payer_id}/{self.pk}"

    @property
    def is_awaiting(self) -> bool:
        """Is it still to be checked?"""
        return self.confirmed_at is None and self.discarded_at is None
