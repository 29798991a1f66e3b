"""What the team's room says elsewhere: a signature is awaited, an invitation waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import Dossier
from requests_app.policies import MAY, SIGNATORY, TEAM_ROLES
from requests_app.possible import is_possible
from requests_app.reading import roles_for
from requests_app.slots import Notice
from requests_app.team.links import path_of
from requests_app.team.models import Invitation, SignatureRequest
from requests_app.team.roles import LABELS
from requests_app.team.signing import last_request
from ui.words import day_in_words


def notices(request: HttpRequest, dossier: Dossier) -> Iterable[Notice]:
    """On the first page of a dossier: the signature that is awaited, or was refused."""
    roles = roles_for(request, dossier)
    if not roles & TEAM_ROLES or not is_possible(dossier, "ask_signature"):
        return []
    asked = last_request(dossier)
    if asked is None or asked.outcome == SignatureRequest.Outcome.WITHDRAWN:
        return []
    return [_notice(asked, dossier, roles)]


def _notice(asked: SignatureRequest, dossier: Dossier, roles: frozenset[str]) -> Notice:
    page = reverse("team:signature", args=[dossier.reference])
    if asked.outcome:
        text = _("The signature was refused on %(day)s.") % {"day": day_in_words(asked.closed_at or asked.asked_at)}
        return Notice(text, page, _("Read why"), "warning")
    words = {"person": asked.asked_by, "day": day_in_words(asked.asked_at)}
    if roles & MAY["submit"]:
        text = _("Your signature is awaited: %(person)s asked for it on %(day)s.") % words
        return Notice(text, reverse("dossiers:file", args=[dossier.reference]), _("Read and sign"), "warning")
    return Notice(_("The signature was asked for on %(day)s.") % words, page, _("Follow the signature"))


def marks(user: Any, dossiers: list[Any]) -> Mapping[int, Notice]:
    """On the cards of “My dossiers”: those that await the person's signature; one query."""
    mine = Dossier.objects.with_role(user, frozenset({SIGNATORY})).order_by().values("pk")
    awaited = SignatureRequest.objects.filter(dossier__in=dossiers, dossier__pk__in=mine, closed_at=None, state=F("dossier__state"))
    found = dict(awaited.values_list("dossier_id", "dossier__reference"))
    return {
        pk: Notice(_("Your signature is awaited."), reverse("dossiers:file", args=[reference]), _("Read and sign"))
        for pk, reference in found.items()
    }


def greetings(request: HttpRequest) -> Iterable[Notice]:
    """On top of “My dossiers”: the invitations sent to the address of this account; one query."""
    waiting = Invitation.objects.waiting(timezone.now()).filter(email=request.user.email.lower())  # type: ignore[union-attr]
    for invitation in waiting.select_related("dossier__content", "invited_by").order_by("invited_at", "pk")[:5]:
        words = {"person": invitation.invited_by, "title": invitation.dossier.title, "role": LABELS[invitation.role]}
        text = _("%(person)s invites you to the dossier “%(title)s”. Role: %(role)s.") % words
        yield Notice(text, path_of(invitation), _("Answer the invitation"))
