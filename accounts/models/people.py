"""People, the organisations they act for, and the roles they were granted; invariants hold in the database."""

from typing import Any, ClassVar

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import DESCRIPTIONS, GRANTABLE, ORGANISATION_BOUND, ORGANISATION_OPTIONAL, Role

SYSTEM_EMAIL = "system@guichet.invalid"


class UserQuerySet(models.QuerySet["User"]):
    """People by what matters to a screen."""

    def people(self) -> "UserQuerySet":
        """Return everybody but the system, and the systems of other bodies."""
        return self.filter(is_system=False, is_machine=False)

    def with_email(self, email: str) -> "UserQuerySet":
        """Return the account of this address, whatever its letter case."""
        return self.alias(folded_email=Lower("email")).filter(folded_email=email.strip().lower())


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes accounts; the only door to the system's own account."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person's account; without a password nobody can sign in to it."""
        user: User = self.model(email=email.strip().lower(), password=make_password(password), **fields)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find an account by its address, whatever its letter case (called by Django's login)."""
        user: User = self.with_email(username or "").get()
        return user

    def system(self) -> "User":
        """Return the account in whose name the site itself acts; nobody can sign in to it."""
        found: User | None = self.filter(is_system=True).first()
        return found or self.create_user(SYSTEM_EMAIL, first_name="Guichet", last_name="", is_system=True, is_active=False)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in, by e-mail address."""

    email = models.EmailField(_("E-mail address"))
    first_name = models.CharField(_("First name"), max_length=100)
    last_name = models.CharField(_("Last name"), max_length=100, blank=True)
    language = models.CharField(_("Language"), max_length=2, choices=[("fr", _("French")), ("en", _("English"))], default="fr")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_system = models.BooleanField(default=False)
    #: In whose name another body's system acts through the API (`ApiClient`); nobody can sign in to it.
    is_machine = models.BooleanField(default=False)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_is_unique_in_any_case"),
            models.UniqueConstraint(fields=["is_system"], condition=Q(is_system=True), name="user_only_one_system"),
            models.CheckConstraint(condition=Q(language__in=["fr", "en"]), name="user_language_is_known"),
            models.CheckConstraint(condition=Q(is_machine=False) | Q(is_active=False, is_system=False), name="user_machine_never_signs_in"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def __repr__(self) -> str:
        # A repr ends up in logs and error reports, where no name may go.
        return f"<User {self.pk}>"

    @property
    def full_name(self) -> str:
        """The name as it is shown on screens and in mails."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def email_domain(self) -> str:
        """What follows the @, the evidence of belonging to an organisation."""
        return self.email.rpartition("@")[2].lower()


class Organisation(models.Model):
    """A body that people act for; a foreign one has no SIREN."""

    name = models.CharField(_("Name"), max_length=250)
    short_name = models.CharField(_("Short name"), max_length=60, blank=True)
    siren = models.CharField(_("SIREN"), max_length=9, null=True, blank=True)
    siret = models.CharField(_("SIRET"), max_length=14, null=True, blank=True)
    kind = models.CharField(_("Type of organisation"), max_length=60, blank=True)
    city = models.CharField(_("City"), max_length=120, blank=True)
    country = models.CharField(_("Country"), max_length=2, default="FR")
    email_domain = models.CharField(_("E-mail domain"), max_length=120, blank=True)
    is_operator = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(siren__isnull=True) | Q(siren__regex=r"^[0-9]{9}$"), name="organisation_siren_is_nine_digits_or_null"
            ),
            models.CheckConstraint(
                condition=Q(siret__isnull=True) | Q(siren__isnull=False, siret__regex=r"^[0-9]{14}$", siret__startswith=F("siren")),
                name="organisation_siret_starts_with_siren",
            ),
            models.UniqueConstraint(fields=["siren"], condition=Q(siren__isnull=False), name="organisation_siren_is_unique"),
            models.UniqueConstraint(fields=["is_operator"], condition=Q(is_operator=True), name="organisation_only_one_operator"),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True) | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="organisation_verified_at_means_by",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by state."""

    def live(self) -> "MembershipQuerySet":
        """Return those asked for or verified: one per person and organisation."""
        return self.filter(state__in=Membership.LIVE)

    def verified(self) -> "MembershipQuerySet":
        """Return those that a person has verified and that still hold."""
        return self.filter(state=Membership.State.VERIFIED)

    def awaiting(self) -> "MembershipQuerySet":
        """Return the requests that nobody has decided, oldest first."""
        return self.filter(state=Membership.State.REQUESTED).order_by("requested_at", "pk")


class Membership(models.Model):
    """That somebody acts for an organisation: asked for by them, decided by somebody else.

    Its state is a plain column and no machine of the engine's: no law orders its steps, no clock runs on it and no reaction follows.
    One function of `services.py` makes each step behind the row's lock; the constraints below keep who decided and when with it.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("membership", "Awaiting verification")
        VERIFIED = "verified", pgettext_lazy("membership", "Verified")
        REFUSED = "refused", pgettext_lazy("membership", "Refused")
        ENDED = "ended", pgettext_lazy("membership", "Ended")

    class Evidence(models.TextChoices):
        NONE = "none", _("No evidence")
        EMAIL_DOMAIN = "email_domain", _("E-mail address of the organisation")
        DOCUMENT = "document", _("Document shown to the secretariat")

    LIVE = (State.REQUESTED, State.VERIFIED)

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    state = models.CharField(max_length=12, choices=State, default=State.REQUESTED)
    evidence = models.CharField(max_length=16, choices=Evidence, default=Evidence.NONE)
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    #: Who ended it, the person or the secretariat; unknown for those that ended before this was kept.
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="requested", decided_at__isnull=True, decided_by__isnull=True)
                | Q(state__in=["verified", "refused"], decided_at__isnull=False, decided_by__isnull=False)
                | Q(state="ended"),
                name="membership_decided_means_decided_at",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) | (~Q(state="ended") & Q(ended_at__isnull=True)),
                name="membership_ended_means_ended_at",
            ),
            models.CheckConstraint(condition=Q(ended_by=None) | Q(ended_at__isnull=False), name="membership_ended_by_means_ended_at"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("user")), name="membership_nobody_decides_their_own"
            ),
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(state__in=["requested", "verified"]),
                name="membership_one_live_per_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.organisation_id} · {self.state}"


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """Grants by time."""

    def live(self) -> "RoleGrantQuerySet":
        """Return the grants that nobody has ended."""
        return self.filter(ended_at__isnull=True)


class RoleGrant(models.Model):
    """That somebody holds a role, from when to when, and who said so."""

    user = models.ForeignKey(User, models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=24, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="role_grants")
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="role_grant_one_live_per_role",
            ),
            models.CheckConstraint(condition=~Q(granted_by=F("user")), name="role_grant_nobody_grants_themselves"),
            models.CheckConstraint(condition=Q(role__in=GRANTABLE), name="role_grant_role_is_known"),
            models.CheckConstraint(
                condition=Q(role__in=ORGANISATION_BOUND, organisation__isnull=False)
                | Q(role__in=ORGANISATION_OPTIONAL)
                | (~Q(role__in=ORGANISATION_BOUND) & Q(organisation__isnull=True)),
                name="role_grant_organisation_fits_role",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True) | Q(ended_at__gte=F("granted_at"), ended_by__isnull=False),
                name="role_grant_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.role}"

    @property
    def description(self) -> str:
        """What somebody with this role does, in a sentence."""
        return str(DESCRIPTIONS[self.role])
