"""The public keys to which requests are sealed: registered by a controller, compared by somebody else, signed by the window."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from rights.envelopes.choices import Revoked
from rights.triggers import kept, settled_once

TABLE = "envelopes_controllerkey"


class ControllerKeyQuerySet(models.QuerySet["ControllerKey"]):
    """Keys by what may still be sealed to them."""

    def verified(self) -> ControllerKeyQuerySet:
        """Those that a second person compared, and that the window signed."""
        return self.filter(verified_at__isnull=False)

    def standing(self) -> ControllerKeyQuerySet:
        """Those that were not revoked."""
        return self.filter(revoked_at=None)

    def usable(self, at: datetime) -> ControllerKeyQuerySet:
        """Those to which something may be sealed, the newest first; the first one of a controller is in use."""
        return self.verified().standing().filter(valid_from__lte=at).order_by("-valid_from", "-pk")


class ControllerKey(models.Model):
    """The public half of a controller's key (P-256). Its private half is made, kept and used on the controller's side only."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("controller"))
    #: The 65 bytes of the point, in Base64.
    public = models.CharField(_("public key"), max_length=88, unique=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, unique=True)
    registered_at = models.DateTimeField(_("registered on"))
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    valid_from = models.DateTimeField(_("in use from"))
    #: Somebody else compared the fingerprint with what the controller read out.
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    #: The window's Ed25519 signature of what it says of the key (`directory.statement_of`), and the name of the key that made it.
    signature = models.CharField(max_length=88, blank=True)
    signer = models.CharField(max_length=16, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("why revoked"), max_length=10, choices=Revoked.choices, blank=True)

    objects: ClassVar[Any] = ControllerKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key of a controller")
        verbose_name_plural = _("keys of the controllers")
        ordering = ["-registered_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(public__regex=r"^B[A-Za-z0-9+/]{86}=$"), name="controller_key_is_a_point"),
            models.CheckConstraint(condition=Q(fingerprint__regex=r"^[0-9a-f]{64}$"), name="controller_key_has_its_fingerprint"),
            models.CheckConstraint(
                condition=Q(verified_at=None, verified_by=None, signature="", signer="")
                | Q(verified_at__isnull=False, verified_by__isnull=False)
                & ~Q(verified_by=F("registered_by"))
                & ~Q(signature="")
                & ~Q(signer=""),
                name="controller_key_verified_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None, reason="")
                | Q(revoked_at__isnull=False, revoked_by__isnull=False, reason__in=Revoked.values),
                name="controller_key_revoked_for_a_reason",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["organisation", "-valid_from"], name="controller_key_in_use")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *kept("controller_key", TABLE),
            pgtrigger.ReadOnly(
                name="controller_key_stays_what_it_is",
                fields=["organisation", "public", "fingerprint", "registered_at", "registered_by", "valid_from"],
            ),
            *settled_once("controller_key_verified", TABLE, "verified_at", "verified_by_id", "signature", "signer", by="verified_at"),
            *settled_once("controller_key_revoked", TABLE, "revoked_at", "revoked_by_id", "reason", by="revoked_at"),
        ]

    def __str__(self) -> str:
        return self.fingerprint[:16]

    @cached_property
    def raw(self) -> bytes:
        """The 65 bytes of the point."""
        return base64.b64decode(self.public)

    @property
    def grouped(self) -> str:
        """The fingerprint as it is read out: groups of four."""
        return " ".join(self.fingerprint[start : start + 4] for start in range(0, 64, 4))
