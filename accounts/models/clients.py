"""The systems of other bodies: what they may do, their tokens, and the keys by which they sign their requests."""

from datetime import datetime

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Organisation, User


class ApiClientQuerySet(models.QuerySet["ApiClient"]):
    """Systems by state."""

    def live(self) -> "ApiClientQuerySet":
        """Return those that nobody has ended."""
        return self.filter(ended_at__isnull=True)


class ApiClient(models.Model):
    """A system of a body that talks to the site by itself: what it may do, and in whose name it stands in the journal.

    Upper floors hang here what else a system has, such as its webhooks.
    """

    name = models.CharField(_("Name of the system"), max_length=100)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="api_clients", verbose_name=_("Organisation"))
    user = models.OneToOneField(User, models.PROTECT, related_name="api_client", editable=False)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("Rights"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    #: The day, and no more: enough to see that a system has fallen silent.
    last_used_on = models.DateField(null=True, blank=True)

    objects = ApiClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client of the API")
        verbose_name_plural = _("clients of the API")
        ordering = ["organisation__name", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], condition=Q(ended_at=None), name="api_client_one_live_per_name"),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="api_client_may_do_something"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__gte=F("created_at"), ended_by__isnull=False),
                name="api_client_ended_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="api_client_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="api_client_stays_whose_it_is", fields=["organisation", "user", "created_at", "created_by"]),
            pgtrigger.Protect(
                name="api_client_ends_once",
                operation=pgtrigger.UpdateOf("ended_at", "ended_by_id", "scopes", "name"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens by what they open."""

    def usable(self, at: datetime) -> "ApiTokenQuerySet":
        """Return those that open the API at an instant: neither past nor revoked, of a client that has not ended."""
        return self.filter(revoked_at=None, expires_at__gt=at, client__ended_at=None)


class ApiToken(models.Model):
    """A password of a system, shown once. It is 256 random bits: its plain SHA-256 tells nothing, and no slow hash is needed."""

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="tokens")
    #: Its beginning, by which people tell one from another.
    prefix = models.CharField(max_length=12)
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["client", "-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="api_token_is_hashed"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="api_token_expires"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__gte=F("created_at"), revoked_by__isnull=False),
                name="api_token_revoked_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="api_token_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="api_token_is_written_once", fields=["client", "prefix", "sha256", "created_at", "created_by", "expires_at"]
            ),
            pgtrigger.Protect(
                name="api_token_is_revoked_once",
                operation=pgtrigger.UpdateOf("revoked_at", "revoked_by_id"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__revoked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"


class ApiClientKeyQuerySet(models.QuerySet["ApiClientKey"]):
    """Keys by what they open."""

    def usable(self) -> "ApiClientKeyQuerySet":
        """Return those that open the API: verified by a second person, not revoked, of a client that has not ended."""
        return self.filter(revoked_at=None, verified_at__isnull=False, client__ended_at=None)


class ApiClientKey(models.Model):
    """A public key (Ed25519) by which a system signs each of its requests; the secret half never leaves the body.

    An agent of the body registers it; it opens nothing until an administrator has compared its fingerprint with what the body told by
    another way.
    """

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="signing_keys")
    #: The 32 bytes, in base64.
    public = models.CharField(max_length=44)
    #: SHA-256 of the 32 bytes, in hexadecimal.
    fingerprint = models.CharField(max_length=64, unique=True)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ApiClientKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["client", "-registered_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(fingerprint__regex=r"^[0-9a-f]{64}$"), name="api_client_key_has_its_fingerprint"),
            models.CheckConstraint(
                condition=Q(verified_at=None, verified_by=None)
                | (Q(verified_at__gte=F("registered_at"), verified_by__isnull=False) & ~Q(verified_by=F("registered_by"))),
                name="api_client_key_verified_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__gte=F("registered_at"), revoked_by__isnull=False),
                name="api_client_key_revoked_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="api_client_key_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="api_client_key_is_written_once", fields=["client", "public", "fingerprint", "registered_at", "registered_by"]
            ),
            pgtrigger.Protect(
                name="api_client_key_is_verified_once",
                operation=pgtrigger.UpdateOf("verified_at", "verified_by_id"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__verified_at__isnull=False) | pgtrigger.Q(old__revoked_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="api_client_key_is_revoked_once",
                operation=pgtrigger.UpdateOf("revoked_at", "revoked_by_id"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__revoked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fingerprint[:16]}…"


class UsedNonce(models.Model):
    """A signed request that was seen: the same one again is refused. Kept, as a hash, as long as its signature holds."""

    key = models.ForeignKey(ApiClientKey, models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64)
    until = models.DateTimeField()

    class Meta:
        ordering = ["key", "until"]
        constraints = [models.UniqueConstraint(fields=["key", "sha256"], name="used_nonce_once")]
        indexes = [models.Index(fields=["until"], name="used_nonce_until")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.until:%Y-%m-%d %H:%M}"
