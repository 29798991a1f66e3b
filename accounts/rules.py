"""Whether a change of accounts may be made: one function, one sentence; who may ask for it is in `policies`."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.following import followed_by
from accounts.models import ApiClient, Membership, Organisation, RoleGrant, User
from accounts.policies import organisations_of
from accounts.roles import GRANTABLE, ORGANISATION_BOUND, ORGANISATION_OPTIONAL
from workflow.refusals import Broken, RuleBroken

MAIL_FOR_EVERYBODY = frozenset(
    {
        "aol.com",
        "bbox.fr",
        "free.fr",
        "gmail.com",
        "gmx.fr",
        "gmx.com",
        "hotmail.com",
        "hotmail.fr",
        "icloud.com",
        "laposte.net",
        "live.fr",
        "live.com",
        "mail.com",
        "msn.com",
        "numericable.fr",
        "orange.fr",
        "outlook.com",
        "outlook.fr",
        "proton.me",
        "protonmail.com",
        "sfr.fr",
        "wanadoo.fr",
        "yahoo.com",
        "yahoo.fr",
    }
)
"""Providers open to all: such an address says nothing about an employer."""


def require(*found: Broken | None) -> None:
    """Raise RuleBroken with everything that is broken, so that it is mended in one go."""
    broken = [item for item in found if item is not None]
    if broken:
        raise RuleBroken(*broken)


def proves_nothing(user: User) -> bool:
    """Whether somebody's address comes from a provider open to all, or was never confirmed."""
    return user.email_domain in MAIL_FOR_EVERYBODY or user.email_verified_at is None


def has_no_live_membership(user: User, organisation: Organisation) -> Broken | None:
    """One request, or one membership, per person and organisation."""
    if Membership.objects.live().filter(user=user, organisation=organisation).exists():
        return Broken(_("You already belong to this organisation, or your request is awaiting verification."))
    return None


def is_proven_or_vouched_for(membership: Membership, evidence: str, by: User) -> Broken | None:
    """A verified member vouches for a colleague by accepting them; anybody else needs evidence, so does a first member."""
    if evidence != Membership.Evidence.NONE or membership.organisation_id in organisations_of(by):
        return None
    return Broken(_("Choose the evidence: an e-mail address of the organisation, or a document. Only a member accepts without evidence."))


def address_matches(membership: Membership, evidence: str) -> Broken | None:
    """An address is evidence only when it is confirmed and belongs to the organisation."""
    user, known = membership.user, membership.organisation.email_domain
    if evidence != Membership.Evidence.EMAIL_DOMAIN:
        return None
    if proves_nothing(user):
        return Broken(_("This e-mail address proves nothing: it is not confirmed, or its provider is open to everybody."))
    if known and known != user.email_domain:
        return Broken(_("This e-mail address is not one of the organisation, whose domain is %(domain)s.") % {"domain": known})
    return None


def is_somebody_else(user: User, by: User) -> Broken | None:
    """Nobody grants or ends their own roles."""
    return Broken(_("Nobody grants or ends their own roles: ask another administrator.")) if user.pk == by.pk else None


def is_a_person_who_confirmed(user: User) -> Broken | None:
    """A role is given to a person whose mailbox is confirmed."""
    if user.is_system or not user.is_active or user.email_verified_at is None:
        return Broken(_("This person has not confirmed their e-mail address yet."), where="email")
    return None


def role_fits_organisation(role: str, organisation: Organisation | None) -> Broken | None:
    """Some roles are held for one organisation, the others on the whole site."""
    if role not in GRANTABLE:
        return Broken(_("This role is not granted: everybody who signs up has it."), where="role")
    if role in ORGANISATION_BOUND and organisation is None:
        return Broken(_("This role is held for one organisation: choose it."), where="organisation")
    if organisation and role not in (*ORGANISATION_BOUND, *ORGANISATION_OPTIONAL):
        return Broken(_("This role is held on the whole site: leave the organisation empty."), where="organisation")
    return None


def is_granted_by_hand(role: str, by: User) -> Broken | None:
    """A role that follows from a mandate or an office is given by the system alone."""
    follows = None if by.is_system else followed_by(role)
    return Broken(str(follows.sentence), where="role") if follows else None


def is_ended_by_hand(grant: RoleGrant, by: User, at: datetime) -> Broken | None:
    """Nor does anybody end it while it is due: it would come back by itself."""
    follows = None if by.is_system else followed_by(grant.role)
    return Broken(str(follows.sentence)) if follows and follows.is_due(grant.user, at) else None


def is_not_held(user: User, role: str, organisation: Organisation | None) -> Broken | None:
    """One live grant per person and role."""
    if RoleGrant.objects.live().filter(user=user, role=role, organisation=organisation).exists():
        return Broken(_("This person already holds this role."), where="role")
    return None


def is_new_api_client(name: str, organisation: Organisation) -> Broken | None:
    """Two systems of one body are told apart by their names, and the body is one that was verified."""
    if organisation.verified_at is None:
        return Broken(_("This organisation is not verified yet."), where="organisation")
    taken = ApiClient.objects.live().filter(name=name, organisation=organisation).exists()
    return Broken(_("A system of this organisation has this name already."), where="name") if taken else None
