"""What the page of a section shows, and the answers to its saving: what is missing, both versions of a conflict, where to go next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import pieces_page, policies, presence
from requests_app.advice import advice_on
from requests_app.forms.asked import asked_in
from requests_app.forms.conduct import CalendarForm, PersonsForm, ProtectionForm
from requests_app.forms.conflict import Conflict, conflict_of
from requests_app.forms.content import PopulationForm, ProjectForm, PurposeForm
from requests_app.forms.identity import IdentityForm
from requests_app.forms.people import PeopleForm
from requests_app.forms.section import SectionForm
from requests_app.forms.sources import SourcesForm
from requests_app.models import Act, Dossier
from requests_app.presentation import chapters_of, lines_of
from requests_app.rebased import PREFIX
from requests_app.required_pieces import required_pieces
from requests_app.sections import BY_CODE, Missing, Section, missing_in, neighbours, progress_of
from requests_app.services import Saved
from requests_app.slots import broken_conditions, remarks_on, signed_elsewhere, steps_of
from requests_app.states import EDITABLE, State
from requests_app.typed import forget_typed, typed_before

FORMS: dict[str, type[SectionForm]] = {
    form.code: form
    for form in (
        IdentityForm,
        ProjectForm,
        PurposeForm,
        PopulationForm,
        SourcesForm,
        ProtectionForm,
        PersonsForm,
        PeopleForm,
        CalendarForm,
    )
}
#: Sections with a template of their own; the others are lists of fields.
TEMPLATES = {"sources": "dossiers/form/sources.html", "people": "dossiers/form/people.html"}


def my_dossier(request: HttpRequest, reference: str) -> Dossier:
    """The dossier of one's team; 404 for anybody else."""
    found: Dossier = get_object_or_404(Dossier.objects.of_team(request.user).for_page(), reference=reference)
    return found


def section_named(code: str) -> Section:
    """The section of this address; 404 when there is none."""
    if code not in BY_CODE:
        raise Http404
    return BY_CODE[code]


def may_write(user: Any, dossier: Dossier) -> bool:
    """May the person write, and is the content not frozen?"""
    return dossier.state in EDITABLE and policies.may(user, "edit", dossier)


def form_for(request: HttpRequest, dossier: Dossier, section: Section) -> SectionForm:
    """The section's form: sent, or with what was typed before the session ended, or as it is saved."""
    typed = request.POST if request.method == "POST" else typed_before(request, dossier.reference, section.code)
    return FORMS[section.code](typed, dossier=dossier, user=request.user)


def menu(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """What the menu of the form shows: the sections with what they lack, the rooms' pages, and how many pieces there are."""
    count = dossier.attachments.filter(removed_at=None).count()
    lacking = sum(not one.is_settled for one in required_pieces(dossier))
    steps = {"progress": progress_of(dossier), "steps": steps_of(request, dossier), "pieces_lacking": lacking}
    return {"dossier": dossier, "pieces_count": count, "awaited": _awaited(dossier)} | steps


def _awaited(dossier: Dossier) -> Act | None:
    """What the secretariat or the CNIL asks for, while the dossier waits for it."""
    request = {State.INCOMPLETE: "ask_for_complement", State.CNIL_INCOMPLETE: "cnil_finds_incomplete"}.get(State(dossier.state))
    return dossier.acts.filter(action=request).order_by("at", "pk").last() if request else None


def frame(request: HttpRequest, dossier: Dossier, section: Section) -> dict[str, Any]:
    """What stands around every section: the other sections, what is missing, what is worth a second look, who else is here."""
    before, after = neighbours(section)
    here = {"section": section, "missing": missing_in(dossier, section), "advice": list(advice_on(dossier, section))}
    return menu(request, dossier) | here | {"before": before, "after": after} | company(request, dossier, section.code)


def company(request: HttpRequest, dossier: Dossier, code: str, place: str = "dossiers:presence") -> dict[str, Any]:
    """Who else is in the section, and where the page asks again."""
    address = reverse(place, args=[dossier.reference, code.removeprefix(PREFIX)])
    return {"others": presence.others_in(dossier, code, request.user), "presence": address}


def show_company(request: HttpRequest, dossier: Dossier, code: str) -> HttpResponse:
    """Who else is in the section now, for a page that stays open; its reader, who may write, is still there too."""
    if may_write(request.user, dossier):
        presence.note(dossier, code, request.user)
    return render(request, "dossiers/form/_company.html", company(request, dossier, code))


def pieces_shown(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """The menu of the form, and the pieces: asked for, given, former, and what the person may do with them."""
    return menu(request, dossier) | pieces_page.shown(request.user, dossier, remarks_on(request, dossier))


def not_filed_here(dossier: Dossier) -> str:
    """Where to go instead of the page of filing: a dossier that is frozen is read, one that a room has signed goes to its page."""
    if dossier.state not in EDITABLE:
        return dossier.get_absolute_url()
    elsewhere = signed_elsewhere(dossier)
    return elsewhere.url if elsewhere else ""


def review(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """Everything that the dossier says and lacks, for a last look."""
    chapters = chapters_of(dossier, remarks_on(request, dossier))
    missing = [*(_placed(one, dossier) for chapter in chapters for one in chapter.missing), *_rooms_missing(dossier)]
    return menu(request, dossier) | {"chapters": chapters, "missing": missing, "pieces": dossier.attachments.filter(removed_at=None)}


@dataclass(frozen=True)
class Lack:
    """One thing that keeps the dossier from being filed, with the address where it can be mended."""

    sentence: Any
    law: str
    url: str


def _placed(missing: Missing, dossier: Dossier) -> Lack:
    address = reverse("dossiers:section", args=[dossier.reference, missing.section])
    return Lack(missing.sentence, missing.law, f"{address}#{missing.anchor}")


def _rooms_missing(dossier: Dossier) -> list[Lack]:
    """What the rooms find wanting; their `where` is an address, or nothing that a link could use."""
    return [Lack(one.sentence, one.law, one.where if one.where.startswith("/") else "") for one in broken_conditions(dossier)]


def show(request: HttpRequest, form: SectionForm, *, conflict: Conflict | None = None, put_back: bool = False) -> HttpResponse:
    """The page with the form; 409 when it met a conflict. `put_back` says that the session had ended while it was being written."""
    presence.note(form.dossier, form.code, request.user)
    context = frame(request, form.dossier, form.section) | {"form": form, "conflict": conflict, "put_back": put_back}
    remarks = remarks_on(request, form.dossier)
    context |= {"asked": asked_in(form, remarks), "beside": remarks.get(form.code, [])}
    context["example"] = f"dossiers/form/example_{form.code}.html"
    context["autosave"] = reverse("dossiers:autosave", args=[form.dossier.reference, form.section.code])
    return render(request, TEMPLATES.get(form.code, "dossiers/form/section.html"), context, status=409 if conflict else 200)


def show_frozen(request: HttpRequest, dossier: Dossier, section: Section) -> HttpResponse:
    """The section as it reads, why it cannot be changed, and, so that nothing is lost, what was typed meanwhile."""
    typed = [] if request.method != "POST" else _typed_texts(FORMS[section.code](request.POST, dossier=dossier, user=request.user))
    context = frame(request, dossier, section) | {"lines": lines_of(dossier.content, section), "typed": typed}
    context["may_edit"] = policies.may(request.user, "edit", dossier)
    return render(request, "dossiers/form/frozen.html", context, status=409 if typed else 200)


def _typed_texts(form: SectionForm) -> list[tuple[str, str]]:
    texts = [(str(bound.label), str(bound.value() or "")) for bound in form.typed]
    return [(label, text) for label, text in texts if text]


def answer(request: HttpRequest, form: SectionForm) -> HttpResponse:
    """Save what is valid and go on; stay on the page when something must be mended, chosen or searched."""
    valid = form.is_valid()
    saved = form.save(by=request.user, at=timezone.now())
    conflict = settled_or_conflict(form, saved)
    if conflict:
        return show(request, form, conflict=conflict)
    forget_typed(request, form.dossier.reference, form.code)
    if not valid or "find" in request.POST:
        return show(request, form)
    messages.success(request, _("“%(section)s” is saved.") % {"section": form.section.title})
    return redirect(_way_on(request, form))


def settled_or_conflict(form: SectionForm, saved: Saved) -> Conflict | None:
    """The conflict, unless both versions say the same."""
    conflict = conflict_of(form, saved)
    return conflict if conflict and conflict.differences else None


def _way_on(request: HttpRequest, form: SectionForm) -> str:
    """After a plain save the same page, at the database that was added if one was; else the next page of the form."""
    reference, (_before, after) = form.dossier.reference, neighbours(form.section)
    if "stay" in request.POST or "add" in request.POST:
        place = f"#{form.code}" if "add" in request.POST else ""
        return reverse("dossiers:section", args=[reference, form.code]) + place
    return reverse("dossiers:section", args=[reference, after.code]) if after else reverse("dossiers:pieces", args=[reference])


def answer_autosave(request: HttpRequest, form: SectionForm) -> HttpResponse:
    """Save in passing: 200, 422 when a field is refused (the others are saved), 409 with both versions on a conflict."""
    valid = form.is_valid()
    presence.note(form.dossier, form.code, request.user)
    saved = form.save_in_passing(by=request.user, at=timezone.now())
    conflict = settled_or_conflict(form, saved)
    if conflict:
        return render(request, "dossiers/form/_conflict.html", {"conflict": conflict, "form": form, "dossier": form.dossier}, status=409)
    forget_typed(request, form.dossier.reference, form.code)
    context = frame(request, form.dossier, form.section) | {"form": form, "saved": saved}
    return render(request, "dossiers/form/_saved.html", context, status=200 if valid else 422)
