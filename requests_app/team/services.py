"""Every change of a dossier's team: who is invited, who joins, under which role, who leaves; each is one transaction, journalled once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from guardian.shortcuts import assign_perm, remove_perm

from requests_app.models import Dossier
from requests_app.policies import EDITOR, MAY, OWNER, SIGNATORY, TEAM_ROLES, roles_on, team_of
from requests_app.states import FINAL
from requests_app.team import notifications
from requests_app.team.models import Invitation
from requests_app.team.roles import COMMITTING, RANKS, joined, rank_of, settled
from workflow.engine import lock_and_reread, record
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

MOST_WAITING = 30
SECONDS_BETWEEN_SENDINGS = 120


def roles_in_team(user: Any, dossier: Dossier) -> frozenset[str]:
    """The roles that a person holds on the team, those of the site left aside."""
    return roles_on(user, dossier) & TEAM_ROLES


@transaction.atomic
def invite(dossier: Dossier, *, email: str, role: str, by: Any, at: datetime) -> Invitation:
    """Invite an address to a role; the answer is the same whether it has an account or not."""
    _lock(dossier, by, "invite")
    address = email.strip().lower()
    _close_past(dossier.invitations.past(at), at)
    _require_invitable(dossier, address, role)
    told = {"invited_by": by, "invited_at": at, "sent_at": at, "expires_at": at + _lifetime()}
    invitation = Invitation.objects.create(dossier=dossier, email=address, role=role, **told)
    record(dossier, "invite", by=by, at=at, facts={"invitation": invitation.pk, "role": role})
    notifications.invitation_sent(invitation)
    return invitation


def _require_invitable(dossier: Dossier, address: str, role: str) -> None:
    if role not in TEAM_ROLES:
        raise RuleBroken(Broken(_("Choose a role."), where="role"))
    waiting = list(dossier.invitations.filter(closed_at=None).values_list("email", flat=True))
    if address in waiting:
        raise RuleBroken(
            Broken(_("An invitation to this address waits for an answer already: send it again, or revoke it."), where="email")
        )
    if len(waiting) >= MOST_WAITING:
        raise RuleBroken(Broken(_("Too many invitations wait for an answer: revoke some of them first."), where="email"))


@transaction.atomic
def send_again(invitation: Invitation, *, by: Any, at: datetime) -> None:
    """Send the letter again with a new link, which starts the delay anew; the former links no longer open."""
    _lock(invitation.dossier, by, "invite")
    held = _waiting(invitation, at)
    if (at - held.sent_at).total_seconds() < SECONDS_BETWEEN_SENDINGS:
        raise RuleBroken(Broken(_("This invitation was sent a moment ago: wait two minutes before you send it again.")))
    held.sendings, held.sent_at, held.expires_at = held.sendings + 1, at, at + _lifetime()
    held.save(update_fields=["sendings", "sent_at", "expires_at"])
    notifications.invitation_sent(held)


@transaction.atomic
def revoke(invitation: Invitation, *, by: Any, at: datetime) -> None:
    """Take an invitation back: its link no longer opens, and its address is forgotten."""
    _lock(invitation.dossier, by, "revoke_invitation")
    held = _waiting(invitation, at)
    held.close(Invitation.Outcome.REVOKED, at)
    record(invitation.dossier, "revoke_invitation", by=by, at=at, facts={"invitation": held.pk, "role": held.role})


@transaction.atomic
def accept(invitation: Invitation, *, by: Any, at: datetime, other_address_confirmed: bool = False) -> None:
    """Join the team under the role offered. Raises RuleBroken, WrongState.

    The account that was invited joins by this act alone. Another account may join as editor or reader, if the person says so
    expressly, and the owner is told; it never becomes owner or signatory, since that would let a forwarded letter commit the controller.
    """
    dossier = invitation.dossier
    lock_and_reread(dossier)
    held = _waiting(invitation, at)
    other = not held.is_for(by)
    _require_acceptable(dossier, held, by, other_address_confirmed or not other)
    _give(by, dossier, joined(roles_in_team(by, dossier), held.role))
    facts = {"invitation": held.pk, "user": by.pk, "role": held.role, "by_other_address": other}
    record(dossier, "accept_invitation", by=by, at=at, facts=facts)
    held.by_other_address = other
    held.close(Invitation.Outcome.ACCEPTED, at, by=by)
    notifications.invitation_answered(held)


def _require_acceptable(dossier: Dossier, held: Invitation, by: Any, confirmed: bool) -> None:
    if not held.is_for(by) and held.role in COMMITTING:
        sentence = _(
            "This role commits others: only the account of the invited address can take it. Ask for an invitation to your address."
        )
        raise RuleBroken(Broken(sentence))
    if held.role in {SIGNATORY} and (held.invited_by_id == by.pk or OWNER in roles_in_team(by, dossier)):
        raise RuleBroken(Broken(_("To sign yourself, declare on the page of the signature that you are entitled to.")))
    if not confirmed:
        raise RuleBroken(Broken(_("Confirm that you join with this account."), where="other_address_confirmed"))
    if dossier.officer_id == by.pk:
        raise RuleBroken(Broken(_("You are in charge of instructing this dossier: it must be entrusted to somebody else before you join.")))


@transaction.atomic
def decline(invitation: Invitation, *, by: Any, at: datetime) -> None:
    """Decline an invitation; whoever sent it is told."""
    lock_and_reread(invitation.dossier)
    held = _waiting(invitation, at)
    held.close(Invitation.Outcome.DECLINED, at, by=by)
    notifications.invitation_answered(held)


@transaction.atomic
def change_role(dossier: Dossier, *, person: Any, rank: str, signs: bool, by: Any, at: datetime) -> None:
    """Give a member another rank, and the signature or not. Nobody makes themselves signatory this way: they declare it."""
    _lock(dossier, by, "change_role")
    present = _present(person, dossier)
    if rank not in RANKS:
        raise RuleBroken(Broken(_("Choose a role."), where="rank"))
    if signs and person.pk == by.pk and SIGNATORY not in present:
        raise RuleBroken(Broken(_("To sign yourself, declare on the page of the signature that you are entitled to."), where="signs"))
    wanted = settled(rank, frozenset({SIGNATORY}) if signs else frozenset())
    if OWNER in present and OWNER not in wanted:
        _require_other_owner(dossier, person)
    if wanted == present:
        return
    _record(dossier, "change_role", person, by, at, {"from": sorted(present), "to": sorted(wanted)})
    _give(person, dossier, wanted)
    _revoke_sent_by(person, dossier, wanted, at)
    notifications.member_told(dossier, person, "changed", by, at)


@transaction.atomic
def remove(dossier: Dossier, *, person: Any, by: Any, at: datetime) -> None:
    """Take a member off the team, at once, with the invitations that they sent."""
    _lock(dossier, by, "remove_member")
    present = _present(person, dossier)
    if person.pk == by.pk:
        raise RuleBroken(Broken(_("To leave the team yourself, use “Leave the team”.")))
    _record(dossier, "remove_member", person, by, at, {"from": sorted(present)})
    _give(person, dossier, frozenset())
    _revoke_sent_by(person, dossier, frozenset(), at)
    notifications.member_told(dossier, person, "removed", by, at)


def _revoke_sent_by(person: Any, dossier: Dossier, roles: frozenset[str], at: datetime) -> None:
    """Who owns the dossier no longer invites anybody: the invitations that they sent no longer open."""
    if OWNER not in roles:
        for sent in dossier.invitations.filter(closed_at=None, invited_by=person):
            sent.close(Invitation.Outcome.REVOKED, at)


@transaction.atomic
def leave(dossier: Dossier, *, by: Any, at: datetime) -> None:
    """Leave the team; the last owner hands the dossier over first."""
    _lock(dossier, by, "leave_team")
    present = _present(by, dossier)
    if OWNER in present:
        _require_other_owner(dossier, by)
    _record(dossier, "leave_team", by, by, at, {"from": sorted(present)})
    _give(by, dossier, frozenset())
    _revoke_sent_by(by, dossier, frozenset(), at)


@transaction.atomic
def hand_over(dossier: Dossier, *, person: Any, by: Any, at: datetime) -> None:
    """Give the ownership to another member in one step; the former owner stays as editor, and keeps the signature if it was theirs."""
    _lock(dossier, by, "hand_over")
    present = _present(person, dossier)
    if person.pk == by.pk:
        raise RuleBroken(Broken(_("You own this dossier already.")))
    _record(dossier, "hand_over", person, by, at, {})
    _give(person, dossier, settled(OWNER, present))
    _give(by, dossier, settled(EDITOR, roles_in_team(by, dossier)))
    _revoke_sent_by(by, dossier, roles_in_team(by, dossier), at)
    notifications.member_told(dossier, person, "owner", by, at)


@transaction.atomic
def declare_entitled(dossier: Dossier, *, by: Any, at: datetime, delegation_attested: bool) -> None:
    """An owner who may commit the controller attests it, and becomes signatory too; in an amendment, for the project that it amends."""
    dossier = dossier.amends or dossier
    _lock(dossier, by, "declare_entitled")
    if not delegation_attested:
        raise RuleBroken(
            Broken(_("Attest that the controller has entrusted you with signing."), "décret 2019-536, art. 88", "delegation_attested")
        )
    present = roles_in_team(by, dossier)
    if SIGNATORY in present:
        raise WrongState(_("You are a signatory of this dossier already."))
    _record(dossier, "declare_entitled", by, by, at, {"delegation_attested": True})
    _give(by, dossier, settled(rank_of(present), present | {SIGNATORY}))


def close_past(at: datetime) -> int:
    """Close the invitations whose time has passed and forget their addresses; the answer is how many were."""
    return _close_past(Invitation.objects.past(at), at)


def _close_past(past: Any, at: datetime) -> int:
    closed: int = past.update(outcome=Invitation.Outcome.EXPIRED, closed_at=at, email="")
    return closed


def _lifetime() -> timedelta:
    return timedelta(days=settings.TEAM_INVITATION_DAYS)


def _lock(dossier: Dossier, by: Any, action: str) -> None:
    """Lock the dossier: what follows is decided on its team as it is now, by somebody who may."""
    lock_and_reread(dossier)
    if not roles_on(by, dossier) & MAY[action]:
        raise NotAllowed(_("None of your roles on this dossier allows this."))


def _waiting(invitation: Invitation, at: datetime) -> Invitation:
    held = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not held.is_waiting(at) or held.sendings != invitation.sendings:
        raise WrongState(_("This invitation can no longer be answered: it was answered, revoked or replaced, or its time has passed."))
    return held


def _present(person: Any, dossier: Dossier) -> frozenset[str]:
    """The roles of a member on the team; somebody who is not on it raises WrongState."""
    present = roles_in_team(person, dossier)
    if not present:
        raise WrongState(_("This person is not on the team any more."))
    return present


def _require_other_owner(dossier: Dossier, person: Any) -> None:
    if not any(OWNER in roles and other.pk != person.pk for other, roles in team_of(dossier).items()):
        raise RuleBroken(Broken(_("A dossier always has an owner: hand it over to another member first."), where="rank"))


def _record(dossier: Dossier, action: str, person: Any, by: Any, at: datetime, facts: dict[str, Any]) -> None:
    record(dossier, action, by=by, at=at, facts={"user": person.pk, **facts})


def _give(person: Any, dossier: Dossier, roles: frozenset[str]) -> None:
    """Make these the person's roles on the team, and no other; the amendments under way have the team of the dossier that they amend."""
    for one in [dossier, *dossier.amendment_dossiers.exclude(state__in=FINAL).order_by("pk")]:
        for role in sorted(TEAM_ROLES):
            (assign_perm if role in roles else remove_perm)(role, person, one)
