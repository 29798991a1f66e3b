"""What is kept of a convention's life beside its moves: why nothing is to be paid, and what certifies the destruction."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models.conventions import Convention
from contracts.triggers import kept, written_once
from files.models import KeptFile


class PaymentWaiver(models.Model):
    """Why the data are made available without a quote: decided by a legal officer, with its reason. Written once."""

    convention = models.OneToOneField(Convention, models.PROTECT, related_name="payment_waiver")
    because = models.TextField(_("why nothing is to be paid"))
    salt = models.CharField(max_length=32)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["convention"]
        constraints = [models.CheckConstraint(condition=~Q(because="") & ~Q(salt=""), name="payment_waiver_says_why")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = written_once("payment_waiver")

    def __str__(self) -> str:
        return str(self.convention_id)


def certificate_path(certificate: Any, name: str) -> str:
    """A name that says nothing, so that no address can be guessed."""
    return f"conventions/certificates/{secrets.token_hex(16)}{name[name.rfind('.') :]}"


class DestructionCertificate(KeptFile):
    """The paper in which it is certified that what was delivered under a convention is destroyed."""

    convention = models.OneToOneField(Convention, models.PROTECT, related_name="destruction_certificate")
    file = models.FileField(_("certificate"), upload_to=certificate_path, max_length=200)
    destroyed_on = models.DateField(_("destroyed on"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(KeptFile.Meta):
        abstract = False
        ordering = ["convention"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *kept("destruction_certificate", "life_destructioncertificate"),
            pgtrigger.Trigger(
                name="destruction_certificate_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF NEW.convention_id <> OLD.convention_id OR NEW.sha256 <> OLD.sha256 OR NEW.file <> OLD.file "
                    "OR NEW.destroyed_on <> OLD.destroyed_on OR NEW.added_by_id <> OLD.added_by_id THEN "
                    "RAISE EXCEPTION 'life_destructioncertificate: written once'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.convention_id)
