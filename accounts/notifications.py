"""Which mail follows what: every message is queued with ids only, and written when it is delivered."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts import links
from accounts.models import Membership, RoleGrant, User
from workflow import mail
from workflow.outbox import still_there

SLOT_SECONDS = 120
"""At most one mail of a kind per account in this time: nobody can fill somebody else's mailbox from our forms."""


def confirm_address(user: User, *, at: datetime) -> None:
    """Send the link that confirms the address."""
    _queue("verify", user, _slot(at))


def already_registered(user: User, *, at: datetime) -> None:
    """Tell the owner of an account that somebody signed up with their address."""
    _queue("already_registered", user, _slot(at))


def password_reset(user: User, *, at: datetime) -> None:
    """Send the link that lets somebody choose a new password."""
    _queue("password_reset", user, _slot(at))


def membership_requested(membership: Membership, *, at: datetime) -> None:
    """Tell the verified members of the organisation that somebody asks to join; the secretariat has its list."""
    members = User.objects.filter(memberships__organisation=membership.organisation_id, memberships__state="verified", is_active=True)
    for member in members.order_by("pk"):
        _queue("membership_requested", member, membership.pk, membership=membership.pk)


def membership_decided(membership: Membership, *, at: datetime) -> None:
    """Tell a person what was decided about their request."""
    _queue("membership_decided", membership.user, membership.pk, membership=membership.pk)


def role_granted(grant: RoleGrant, *, at: datetime) -> None:
    """Tell a person which role they now hold and that a second factor is asked of them."""
    _queue("role_granted", grant.user, grant.pk, grant=grant.pk)


def _slot(at: datetime) -> int:
    return int(at.timestamp()) // SLOT_SECONDS


def _queue(template: str, user: User, discriminator: int, **ids: int) -> None:
    mail.write_to(user.pk, f"accounts/mail/{template}", f"accounts:{template}:{discriminator}", **ids)


@mail.context("accounts/mail/verify")
def _verify(payload: dict[str, Any]) -> dict[str, Any]:
    user = still_there(User.objects.all(), pk=payload["user"])
    return {"link": links.verification_url(user), "days": links.VERIFICATION_LIFETIME.days}


@mail.context("accounts/mail/already_registered")
def _already_registered(payload: dict[str, Any]) -> dict[str, Any]:
    return {"link": links.absolute(reverse("two_factor:login")), "reset_link": links.absolute(reverse("accounts:password_reset"))}


@mail.context("accounts/mail/password_reset")
def _password_reset(payload: dict[str, Any]) -> dict[str, Any]:
    user = still_there(User.objects.all(), pk=payload["user"])
    return {"link": links.password_reset_url(user), "days": links.password_reset_days()}


@mail.context("accounts/mail/membership_requested")
def _membership_requested(payload: dict[str, Any]) -> dict[str, Any]:
    return {**_membership(payload), "link": links.absolute(reverse("accounts:memberships"))}


@mail.context("accounts/mail/membership_decided")
def _membership_decided(payload: dict[str, Any]) -> dict[str, Any]:
    return {**_membership(payload), "link": links.absolute(reverse("accounts:profile"))}


@mail.context("accounts/mail/role_granted")
def _role_granted(payload: dict[str, Any]) -> dict[str, Any]:
    grant = still_there(RoleGrant.objects.select_related("organisation"), pk=payload["grant"])
    return {"grant": grant, "description": grant.description, "link": links.absolute(reverse("accounts:profile"))}


def _membership(payload: dict[str, Any]) -> dict[str, Any]:
    return {"membership": still_there(Membership.objects.select_related("user", "organisation"), pk=payload["membership"])}
