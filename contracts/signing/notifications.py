"""Who is written to about signatures: the number and the address of the page, never a word of the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.signing.models import Signatory, SignatureRequest
from contracts.signing.policies import MAY, roles_on
from contracts.signing.providers import PROVIDERS
from contracts.signing.states import REPLACED, TURN
from ui.words import day_in_words
from workflow import mail
from workflow.outbox import NothingToDo, still_there

LETTER = "signing/mail/letter"


@dataclass(frozen=True)
class Letter:
    """One letter: its subject, what it says, and the words of its link."""

    subject: Any
    text: Any
    link: Any


LETTERS: dict[str, Letter] = {
    "invited": Letter(
        _("Convention %(number)s: your signature is asked for"),
        _("Convention %(number)s (“%(title)s”) is ready. You are asked to sign it for %(party)s, until %(until)s."),
        _("Read the convention, then sign or refuse"),
    ),
    "reminded": Letter(
        _("Convention %(number)s still awaits your signature"),
        _("Convention %(number)s (“%(title)s”) awaits your signature for %(party)s. It can be signed until %(until)s."),
        _("Read the convention, then sign or refuse"),
    ),
    "completed": Letter(
        _("Convention %(number)s is signed by all"),
        _("Everybody has signed convention %(number)s (“%(title)s”). The signed document and its evidence are on its page."),
        _("Open the signed document"),
    ),
    "refused": Letter(
        _("Convention %(number)s: a signature was refused"),
        _(
            "Somebody does not sign convention %(number)s (“%(title)s”). "
            "All signatures of this version are void; the reason is on its page."
        ),
        _("Read the reason"),
    ),
    "cancelled": Letter(
        _("Convention %(number)s: the request for signatures is called back"),
        _("The request for signatures of convention %(number)s (“%(title)s”) is called back. What was signed is void."),
        _("Open the page of the convention"),
    ),
    "expired": Letter(
        _("Convention %(number)s: the time to sign is over"),
        _("Not everybody signed convention %(number)s (“%(title)s”) in time. What was signed is void; it can be sent anew."),
        _("Open the page of the convention"),
    ),
}


def tell_signatory(signatory: Signatory, about: str, at: datetime) -> None:
    """Write to somebody whose turn it is; who has no account is written to by the operator, outside the site."""
    if signatory.person_id is not None:
        key = f"signature:{about}:{signatory.pk}:{at.date().isoformat()}"
        mail.write_to(signatory.person_id, LETTER, key, about=about, signatory=signatory.pk)


def tell_ended(request: SignatureRequest, about: str) -> None:
    """Write to everybody who was asked, to who sent it and to who prepared the convention."""
    people = {one.person_id for one in request.signatories.exclude(stage__in=sorted(REPLACED)) if one.person_id is not None}
    for pk in sorted(people | {request.sent_by_id, request.convention.prepared_by_id}):
        mail.write_to(pk, LETTER, f"signatures:{about}:{request.pk}", about=about, request=request.pk)


@mail.context(LETTER)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The words of a letter; nothing is sent to somebody who no longer sees what it is about, or has signed meanwhile."""
    letter = LETTERS[payload["about"]]
    told = _of_signatory(payload["signatory"]) if "signatory" in payload else _of_request(payload["request"], payload["user"])
    return {
        "subject": letter.subject % told,
        "text": letter.text % told,
        "link": letter.link,
        "demonstration": told["demonstration"],
        "address": settings.SITE_URL.rstrip("/") + told["path"],
    }


def _of_signatory(pk: int) -> dict[str, Any]:
    rows = Signatory.objects.select_related("request__convention", "party").filter(stage__in=sorted(TURN))
    one: Signatory = still_there(rows, pk=pk)
    convention = one.request.convention
    said = {"number": convention.number, "title": convention.title, "party": one.party.name, "until": day_in_words(one.request.expires_at)}
    provider = PROVIDERS.get(one.method)
    path = provider.redirect(one) if provider else reverse("signing:sign", args=[convention.number])
    return said | {"path": path, "demonstration": one.request.is_demonstration}


def _of_request(pk: int, reader: int) -> dict[str, Any]:
    request: SignatureRequest = still_there(SignatureRequest.objects.for_reading(), pk=pk)
    if not roles_on(User.objects.get(pk=reader), request) & MAY["see"]:
        raise NothingToDo
    convention = request.convention
    said = {"number": convention.number, "title": convention.title, "path": request.get_absolute_url()}
    return said | {"demonstration": request.is_demonstration}
