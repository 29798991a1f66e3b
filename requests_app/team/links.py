"""The link of an invitation: signed, and saying nothing about the person; the row knows until when it opens and whether it was used."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from accounts.links import absolute
from requests_app.team.models import Invitation

SALT = "team.invitation"


def path_of(invitation: Invitation) -> str:
    """The path of the page that answers this invitation; sending it again makes the former links void."""
    token = signing.dumps([invitation.pk, invitation.sendings], salt=SALT, compress=False)
    return reverse("team:invitation", args=[token])


def address_of(invitation: Invitation) -> str:
    """The same, as a letter must give it."""
    return absolute(path_of(invitation))


def invitation_of(token: str) -> Invitation | None:
    """The invitation that the token stands for, whatever became of it; None when it is forged or was replaced."""
    try:
        pk, sendings = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Invitation.objects.select_related("dossier__content__controller", "invited_by").filter(pk=pk, sendings=sendings).first()
