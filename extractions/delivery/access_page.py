"""The pages of the access list: for the desk that keeps it, for the team that reads it, and the terms for the person themselves."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from contracts.life.gate import gate_of
from extractions.delivery.forms.access import CloseForm, NoteForm, OpenForm
from extractions.delivery.models import AccessEntry
from extractions.delivery.named import named_users
from extractions.delivery.services.access import missing_to_open
from extractions.delivery.terms import TERMS, VERSION
from extractions.reading import data_frame
from requests_app.models import Dossier
from requests_app.policies import MAY
from requests_app.reading import dossier_for, note_reading, roles_for
from requests_app.states import AFTER_AUTHORISATION
from workflow.periods import paris_day


def list_for(request: HttpRequest, reference: str, action: str = "see_access") -> Dossier:
    """The dossier, for who may do this with its access list; 404 for others."""
    dossier = dossier_for(request, reference)
    if dossier.state not in AFTER_AUTHORISATION or not roles_for(request, dossier) & MAY[action]:
        raise Http404
    return dossier


def list_shown(request: HttpRequest, reference: str) -> dict[str, Any]:
    """The access list: who may enter, who is to be closed, who was."""
    dossier = list_for(request, reference)
    note_reading(request, dossier, "access_list")
    day = paris_day(timezone.now())
    gate = gate_of(dossier, day)
    entries = list(AccessEntry.objects.filter(dossier=dossier).select_related("opened_by", "closed_by").order_by("closed_on", "name", "pk"))
    keeps = bool(roles_for(request, dossier) & MAY["note_access"])
    known = {(one.name.lower(), one.organisation.lower()) for one in entries if one.closed_on is None}
    return data_frame(request, dossier) | {
        "rows": [(one, step_of(one, day, gate_open=gate.is_open)) for one in entries],
        "keeps": keeps,
        "gate": gate,
        "unlisted": [one for one in named_users(dossier, day) if one.key not in known] if keeps else [],
    }


def step_of(entry: AccessEntry, day: Any, *, gate_open: bool) -> str:
    """Where an entry stands: what is done next with it."""
    if entry.closed_on is not None:
        return "closed"
    if entry.is_open:
        return "to_close" if entry.is_to_close(day, gate_open=gate_open) else "open"
    if entry.trained_on is None:
        return "to_train"
    return "to_open" if entry.terms_version == VERSION else "to_bind"


def tab_part(request: HttpRequest, dossier: Dossier) -> dict[str, Any] | None:
    """On the tab of a dossier: how many have access, and how many accounts are to be closed."""
    if not roles_for(request, dossier) & MAY["see_access"]:
        return None
    entries = list(AccessEntry.objects.filter(dossier=dossier).live().order_by("pk"))
    keeps = bool(roles_for(request, dossier) & MAY["note_access"])
    if not entries and not keeps:
        return None
    day = paris_day(timezone.now())
    gate_open = gate_of(dossier, day).is_open
    steps = [step_of(one, day, gate_open=gate_open) for one in entries]
    return {"named": len(entries), "open": steps.count("open") + steps.count("to_close"), "to_close": steps.count("to_close")}


def entry_for(request: HttpRequest, reference: str, pk: int, action: str) -> AccessEntry:
    """An entry of the list that is not closed, for who may do this with it; 404 for others."""
    dossier = list_for(request, reference, action)
    found: AccessEntry = get_object_or_404(AccessEntry.objects.live(), dossier=dossier, pk=pk)
    found.dossier = dossier
    return found


def note_form(request: HttpRequest, entry: AccessEntry) -> NoteForm:
    """What the desk notes of an entry."""
    return NoteForm(request.POST if request.method == "POST" else None, entry=entry, bound=entry.terms_version == VERSION)


def open_form(request: HttpRequest) -> OpenForm:
    """The day of the opening, today unless told otherwise."""
    return OpenForm(request.POST) if request.method == "POST" else OpenForm(initial={"day": paris_day(timezone.now())})


def close_form(request: HttpRequest) -> CloseForm:
    """The day of the closing, today unless told otherwise."""
    return CloseForm(request.POST) if request.method == "POST" else CloseForm(initial={"day": paris_day(timezone.now())})


def entry_context(request: HttpRequest, entry: AccessEntry, form: Any, act: str) -> dict[str, Any]:
    """A page of one entry; before an opening, everything that still stands in its way."""
    told: dict[str, Any] = {"entry": entry, "form": form, "act": act}
    if act == "open":
        day = paris_day(timezone.now())
        told["missing"] = missing_to_open(entry, day, day)
    return data_frame(request, entry.dossier) | told


def has_account(request: HttpRequest) -> bool:
    """Is the page of one's own accesses one of the reader's? For whoever is signed in."""
    return bool(request.user.is_authenticated)


def mine(request: HttpRequest) -> dict[str, Any]:
    """The accesses under the reader's own verified address."""
    rows = AccessEntry.objects.of_person(request.user).select_related("dossier__content").order_by("dossier__reference", "pk")
    return {"rows": [(one, one.terms_version == VERSION) for one in rows], "version": VERSION}


def my_entry(request: HttpRequest, pk: int) -> AccessEntry:
    """An entry under the reader's own verified address; 404 for others."""
    rows = AccessEntry.objects.of_person(request.user).select_related("dossier__content")
    found: AccessEntry = get_object_or_404(rows, pk=pk)
    return found


def terms_context(entry: AccessEntry, form: Any) -> dict[str, Any]:
    """The terms in force, for the person whom they bind."""
    return {"entry": entry, "form": form, "terms": TERMS, "version": VERSION, "is_bound": entry.terms_version == VERSION}
