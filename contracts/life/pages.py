"""What the pages of a convention's life show: the gate, what may be done, the amendments, and the text in force."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.life.acts import ACTS, Act
from contracts.life.gate import AUTHORISATION, CONVENTION, PAYMENT, gate_of
from contracts.life.models import DestructionCertificate, PaymentWaiver
from contracts.life.services.amending import layers_of, text_in_force
from contracts.life.services.ending import authorised_until
from contracts.models import Convention
from contracts.pages import Button
from contracts.policies import MAY
from contracts.reading import convention_for, convention_roles, note_convention_read, standing
from contracts.states import BOUND, LIVING, OPENING, ConventionState
from contracts.text.difference import ArticleChange, Change, difference
from requests_app.models import Dossier
from ui.words import day_in_words
from workflow.engine import available
from workflow.models import Clock
from workflow.periods import paris_day

LIGHTS = {AUTHORISATION: _("Authorisation"), CONVENTION: _("Convention"), PAYMENT: _("Payment")}


def gate_shown(dossier: Dossier) -> dict[str, Any]:
    """The three lights of a dossier today."""
    gate = gate_of(dossier, paris_day(timezone.now()))
    return {"gate": gate, "lights": [(LIGHTS[light.code], light) for light in gate.lights]}


def tab_part(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """On the tab of the conventions: the gate, once there is a convention or a date of one."""
    return gate_shown(dossier)


def life_part(request: HttpRequest, convention: Convention) -> dict[str, Any]:
    """On the page of a convention: what it waits for, the gate, what may be done, its amendments."""
    told: dict[str, Any] = {"acts": acts_for(request, convention), "amendments": _amendments(convention)}
    if convention.state == ConventionState.SIGNED:
        told["missing"] = convention.conditions_missing(paris_day(timezone.now()))
    if convention.dossier is not None and convention.kind in OPENING and convention.is_bound:
        told |= gate_shown(convention.dossier)
    told["waiver"] = PaymentWaiver.objects.filter(convention=convention).first()
    told["certificate"] = DestructionCertificate.objects.filter(convention=convention).first()
    told["destruction"] = _running(convention)
    told["ahead"] = ahead_of(convention)
    return told


def ahead_of(convention: Convention) -> Any:
    """What comes on the last day of a convention that may be renewed tacitly: its end, or a renewal and how far; empty for others."""
    until, months = convention.effective_until, convention.tacit_renewal_months
    if until is None or not months or convention.is_amendment or convention.state not in LIVING:
        return ""
    told = {"day": day_in_words(until), "months": months, "last": ""}
    if convention.state == ConventionState.SUSPENDED:
        return _("While it is suspended it is not renewed tacitly: it expires after %(day)s, unless it is resumed before.") % told
    last = authorised_until(convention.dossier)
    if last is None:
        return _("After %(day)s it is renewed tacitly, by %(months)s months.") % told
    told["last"] = day_in_words(last)
    if last <= until:
        return _("After %(day)s it expires: a tacit renewal does not go beyond what is authorised, until %(last)s.") % told
    return _("After %(day)s it is renewed tacitly, by %(months)s months, and not beyond what is authorised, until %(last)s.") % told


def _running(convention: Convention) -> Clock | None:
    found: Clock | None = Clock.objects.filter(
        subject_type=Convention.subject_type, subject_id=convention.pk, code="K-DESTR", outcome="running"
    ).first()
    return found


def _amendments(convention: Convention) -> list[Convention]:
    return list(convention.amendments.order_by("sequence")) if convention.is_bound and not convention.is_amendment else []


def acts_for(request: HttpRequest, convention: Convention) -> list[Button]:
    """What the reader may do with it now."""
    return [
        Button(act.label, reverse("life:act", args=[convention.number, word]), act.grave)
        for word, act in ACTS.items()
        if is_offered(request, convention, act)
    ]


def is_offered(request: HttpRequest, convention: Convention, act: Act) -> bool:
    """May the reader do this to the convention in its present state?"""
    if act.states:
        allowed = bool(convention_roles(request, convention) & MAY[act.action])
        return allowed and convention.state in act.states and _makes_sense(convention, act)
    return any(spec.name == act.action for spec in available(convention, by=request.user)) and _makes_sense(convention, act)


def _makes_sense(convention: Convention, act: Act) -> bool:
    if act.action == "amend":
        return not convention.is_amendment
    if act.action == "waive_payment":
        return convention.kind in OPENING and not PaymentWaiver.objects.filter(convention=convention).exists()
    if act.action == "note_destruction":
        return not DestructionCertificate.objects.filter(convention=convention).exists() and not convention.is_amendment
    if act.action in ("renew", "suspend", "resume", "terminate"):
        return not convention.is_amendment
    return True


def act_for(request: HttpRequest, number: str, word: str) -> tuple[Convention, Act]:
    """The convention and the act; 404 where there is none, or where the reader may not do it."""
    convention, act = convention_for(request, number), ACTS.get(word)
    if act is None or not convention_roles(request, convention) & MAY[act.action]:
        raise Http404
    return convention, act


def consolidated_shown(request: HttpRequest, number: str) -> dict[str, Any]:
    """The text in force: every article with its history, and what each amendment changed of it."""
    convention = convention_for(request, number)
    if convention.is_amendment or convention.state not in BOUND or convention.effective_from is None:
        raise Http404
    note_convention_read(request, convention, "convention_consolidated")
    layers = layers_of(convention)
    articles = [(one, list(_changes(one))) for one in text_in_force(convention)]
    return standing(request, convention) | {"articles": articles, "layers": layers}


def _changes(one: Any) -> Iterator[tuple[Any, ArticleChange]]:
    """What each later wording changed."""
    for before, after in zip(one.history, one.history[1:], strict=False):
        yield after, compared(before.article, after.article)


def compared(before: Any, after: Any) -> ArticleChange:
    """Two wordings of an article, word by word."""
    from contracts.text.document import Document

    texts = [Document("", "", "fr", "", (), (article,) if article else ()) for article in (before, after)]
    found = difference(texts[0], texts[1])
    return found[0] if found else ArticleChange("", Change.SAME, before, after)


def has_consolidated(request: HttpRequest, convention: Convention) -> bool:
    """Is there a text in force to read, beside the convention's own?"""
    return convention.is_bound and not convention.is_amendment and convention.effective_from is not None


def certificate_for(request: HttpRequest, number: str) -> DestructionCertificate:
    """The certificate of destruction, for who sees the convention; 404 while it is in quarantine."""
    convention = convention_for(request, number)
    found: DestructionCertificate = get_object_or_404(DestructionCertificate, convention=convention)
    if found.is_locked:
        raise Http404
    return found
