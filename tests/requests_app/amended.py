"""Amendments for tests, brought about by the real services and moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone
from pypdf import PdfWriter

from requests_app.amendments import services
from requests_app.amendments.models import Amendment
from requests_app.amendments.rules import parts_to_sign
from requests_app.amendments.table import table_on
from requests_app.models import Content, Dossier
from requests_app.signatures import Signature
from requests_app.states import State
from tests.requests_app.factories import ROADS, a_dossier, cast, make, signature
from workflow.periods import paris_day

NEW_MAILBOX = {"dpo_contact": "protection-donnees@exemple.fr"}


def an_authorised(people: dict[str, Any] | None = None, state: str = State.AUTHORISED, **changes: Any) -> tuple[Dossier, dict[str, Any]]:
    """An authorised dossier and its people, long enough ago for an amendment to run its road since."""
    people = people or cast()
    begun = changes.pop("begun", timezone.now() - timedelta(days=200))
    return a_dossier(state, people, begun=begun, **changes), people


def write(dossier: Dossier, **values: Any) -> Dossier:
    """Write in a draft as its form would."""
    content = Content.objects.get(pk=dossier.pk)
    for name, value in values.items():
        setattr(content, name, value)
    content.save()
    return Dossier.objects.select_related("content").get(pk=dossier.pk)


def begun(dossier: Dossier, people: dict[str, Any], kind: str = "modification", at: datetime | None = None, **values: Any) -> Amendment:
    """An amendment in preparation, in which these values were written."""
    amendment = services.begin_amendment(dossier, kind=kind, by=people["owner"], at=at or timezone.now())
    write(amendment.draft, **values)
    return fresh(amendment)


def fresh(amendment: Amendment) -> Amendment:
    """The amendment as a new request would load it."""
    return Amendment.objects.select_related("draft__content", "dossier__content").get(pk=amendment.pk)


def answers_to(amendment: Amendment, at: datetime, **said: str) -> Mapping[str, Mapping[str, str]]:
    """“No, because …” to every question that is asked, but for those told otherwise."""
    asked = table_on(paris_day(at)).asked(amendment.before, amendment.proposed())
    return {one.code: {"answer": said.get(one.code, "no"), "why": "Rien de tel ne change."} for one in asked}


def qualified(amendment: Amendment, people: dict[str, Any], at: datetime | None = None, **said: str) -> Amendment:
    """The amendment qualified by its owner."""
    at = at or timezone.now()
    answers = answers_to(amendment, at, **said)
    services.qualify(amendment, answers, summary="Nouvelle adresse du délégué.", by=people["owner"], at=at)
    return fresh(amendment)


def signed_by(person: Any, amendment: Amendment) -> Signature:
    """What a person brings who has just read the amendment as it is now, and given the code of their own device."""
    amendment = fresh(amendment)
    assert amendment.draft is not None
    return replace(signature(amendment.draft, person), read=parts_to_sign(amendment))


def registered(dossier: Dossier, people: dict[str, Any], at: datetime | None = None, **values: Any) -> Amendment:
    """A change that is not substantial, registered."""
    at = at or timezone.now()
    amendment = qualified(begun(dossier, people, at=at, **(values or NEW_MAILBOX)), people, at)
    return register(amendment, people, at)


def register(amendment: Amendment, people: dict[str, Any], at: datetime | None = None) -> Amendment:
    """Sign and register an amendment, as its signatory."""
    signatory = people["signatory"]
    services.register(amendment, by=signatory, at=at or timezone.now(), signed=signed_by(signatory, amendment))
    return fresh(amendment)


def filed(amendment: Amendment, people: dict[str, Any], state: str = State.AUTHORISED, at: datetime | None = None) -> Dossier:
    """The dossier of a substantial amendment brought along its road, two days a move."""
    moves = ROADS[state]
    at = at or timezone.now() - timedelta(days=2 * len(moves) + 1)
    draft = Dossier.objects.select_related("content").get(pk=amendment.draft_id)
    for move in moves:
        at += timedelta(days=2)
        make(draft, move, people, at)
        draft = Dossier.objects.select_related("content").get(pk=draft.pk)
    return draft


def reread(dossier: Dossier) -> Dossier:
    """The dossier as a new request would load it."""
    return Dossier.objects.select_related("content").get(pk=dossier.pk)


def a_pdf(pages: int) -> bytes:
    """A real PDF of some empty pages."""
    writer, file = PdfWriter(), BytesIO()
    for _page in range(pages):
        writer.add_blank_page(width=200, height=200)
    writer.write(file)
    return file.getvalue()
