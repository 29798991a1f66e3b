"""The letters about the team and the signature; an invitation goes to an address that may have no account."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.links import absolute
from accounts.models import User
from requests_app.models import Dossier
from requests_app.slots import signed_elsewhere
from requests_app.team.links import address_of
from requests_app.team.models import Invitation, SignatureRequest
from requests_app.team.roles import HINTS, LABELS
from workflow import mail
from workflow.models import OutboxMessage
from workflow.outbox import handler, queue, still_there


def invitation_sent(invitation: Invitation) -> None:
    """Queue the letter of this sending; the address stays in its row."""
    queue(
        "team_invitation", f"team_invitation:{invitation.pk}:{invitation.sendings}", invitation=invitation.pk, sending=invitation.sendings
    )


@handler("team_invitation")
def write_invitation(message: OutboxMessage) -> None:
    """Write to the invited address, unless the invitation was closed or sent again meanwhile."""
    found = Invitation.objects.filter(pk=message.payload["invitation"], sendings=message.payload["sending"], closed_at=None)
    invitation = found.select_related("invited_by").first()
    if invitation is None:
        return
    reader = User.objects.people().with_email(invitation.email).first()
    language = reader.language if reader else invitation.invited_by.language
    mail.post(message, "mail/team_invitation", {}, address=invitation.email, language=language)


def invitation_answered(invitation: Invitation) -> None:
    """Tell whoever invited that the person joins or declines."""
    key = f"team_answered:{invitation.pk}"
    mail.write_to(invitation.invited_by_id, "mail/team_answered", key, invitation=invitation.pk)


def member_told(dossier: Dossier, person: Any, change: str, by: Any, at: Any) -> None:
    """Tell a member that somebody else changed what they may do on the dossier."""
    if person.pk != by.pk:
        key = f"team_{change}:{dossier.pk}:{dossier.journal_seq}"
        mail.write_to(person.pk, "mail/team_changed", key, dossier=dossier.pk, change=change)


def signature_asked(asked: SignatureRequest, signatories: list[Any]) -> None:
    """Tell the signatories that their signature is awaited."""
    for person in signatories:
        mail.write_to(person.pk, "mail/team_signature_asked", f"signature_asked:{asked.pk}", request=asked.pk)


def signature_answered(asked: SignatureRequest) -> None:
    """Tell whoever asked that the dossier was signed, or why it was not."""
    mail.write_to(asked.asked_by_id, "mail/team_signature_answered", f"signature_answered:{asked.pk}", request=asked.pk)


@mail.context("mail/team_invitation")
def _invitation(payload: dict[str, Any]) -> dict[str, Any]:
    invitation = still_there(Invitation.objects.select_related("dossier__content", "invited_by"), pk=payload["invitation"])
    told = {"role": LABELS[invitation.role], "hint": HINTS[invitation.role], "address": address_of(invitation)}
    return told | {"invitation": invitation, "dossier": invitation.dossier}


@mail.context("mail/team_answered")
def _answered(payload: dict[str, Any]) -> dict[str, Any]:
    invitation = still_there(Invitation.objects.select_related("dossier__content", "answered_by"), pk=payload["invitation"])
    told = {"role": LABELS[invitation.role], "address": absolute(reverse("team:page", args=[invitation.dossier.reference]))}
    return told | {"invitation": invitation, "dossier": invitation.dossier, "accepted": invitation.outcome == Invitation.Outcome.ACCEPTED}


@mail.context("mail/team_changed")
def _changed(payload: dict[str, Any]) -> dict[str, Any]:
    dossier = still_there(Dossier.objects.select_related("content"), pk=payload["dossier"])
    return {"dossier": dossier, "change": payload["change"], "address": absolute(reverse("team:page", args=[dossier.reference]))}


@mail.context("mail/team_signature_asked")
def _asked(payload: dict[str, Any]) -> dict[str, Any]:
    shown = _request(payload, "dossiers:file")
    return shown | {"registers": signed_elsewhere(shown["dossier"]) is not None}


@mail.context("mail/team_signature_answered")
def _signature_answered(payload: dict[str, Any]) -> dict[str, Any]:
    shown = _request(payload, "team:signature")
    signed = shown["asked"].outcome == SignatureRequest.Outcome.SIGNED
    page = absolute(reverse("dossiers:page", args=[shown["dossier"].reference]))
    return shown | {"signed": signed, "address": page if signed else shown["address"]}


def _request(payload: dict[str, Any], page: str) -> dict[str, Any]:
    asked = still_there(SignatureRequest.objects.select_related("dossier__content", "asked_by", "closed_by"), pk=payload["request"])
    return {"asked": asked, "dossier": asked.dossier, "address": absolute(reverse(page, args=[asked.dossier.reference]))}
