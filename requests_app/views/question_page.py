"""What the pages of the secretariat's questions show, and the answers to their saving; as for the sections of the form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaires.answering import answers_that_count, in_words
from questionnaires.answering import asked as asked_of
from questionnaires.definitions import Definition, by_code, label_of, neighbours, section_named, sections_of
from questionnaires.editing import put
from questionnaires.reading import report_shown, set_aside_shown
from questionnaires.rebasing import Report
from requests_app import presence
from requests_app.forms.conflict import Conflict
from requests_app.forms.questions import QuestionsForm, typed_elsewhere
from requests_app.models import Dossier
from requests_app.questions import address_of, awaited_version, missing_answers, section_of
from requests_app.rebased import definition_for
from requests_app.sections import Missing
from requests_app.slots import Notice, Step, remarks_on
from requests_app.typed import forget_typed, typed_before
from requests_app.views.section_page import company, may_write, menu


def section_for(request: HttpRequest, dossier: Dossier, code: str) -> Any:
    """The section of this code in the dossier's version; 404 when there is none and nothing was typed for it."""
    found = section_named(definition_for(dossier.content), code)
    if found is None and not (request.method == "POST" and typed_elsewhere(request.POST, None)):
        raise Http404
    return found


def form_for(request: HttpRequest, dossier: Dossier, asked: Any) -> QuestionsForm:
    """The section's form: sent, or with what was typed before the session ended, or as it is saved."""
    typed = request.POST if request.method == "POST" else typed_before(request, dossier.reference, asked["code"])
    return QuestionsForm(typed, dossier=dossier, user=request.user, asked=asked)


def frame(request: HttpRequest, dossier: Dossier, asked: Any) -> dict[str, Any]:
    """What stands around a section of questions: the menu, what is missing here, who else is here, the sections beside."""
    section = section_of(asked)
    here = {"section": section, "asked": asked, "neighbours": neighbours_of(dossier, asked["code"])}
    here |= {"missing": missing_here(dossier, asked["code"])} | company(request, dossier, section.code, "dossiers:questions_presence")
    return menu(request, dossier) | here | _around(request, dossier)


def _around(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """The other pages of questions, the answers set aside, and whether newer questions wait."""
    sections = sections_of(definition_for(dossier.content))
    return {
        "sections": [(section_of(one).title, address_of(dossier, one["code"])) for one in sections],
        "aside": set_aside_shown(dossier.content.answers_set_aside),
        "is_outdated": may_write(request.user, dossier) and awaited_version(dossier, timezone.now())[0],
    }


def neighbours_of(dossier: Dossier, code: str) -> list[tuple[str, str, str]]:
    """The sections before and after: side of the arrow, title, address; after the last one come the pieces."""
    before, after = neighbours(definition_for(dossier.content), code)
    shown = [("left", section_of(before).title, address_of(dossier, before["code"]))] if before else []
    following = (section_of(after).title, address_of(dossier, after["code"])) if after else (_("Pieces"), _pieces(dossier))
    return [*shown, ("right", *following)]


def _pieces(dossier: Dossier) -> str:
    return reverse("dossiers:pieces", args=[dossier.reference])


def missing_here(dossier: Dossier, code: str) -> list[Missing]:
    """What this section does not say yet, each with the element in which to say it."""
    parts = [(one, *one.where.partition("#")) for one in missing_answers(dossier)]
    return [Missing(one.sentence, one.law, code, anchor) for one, page, _hash, anchor in parts if page == address_of(dossier, code)]


def show(request: HttpRequest, form: QuestionsForm, *, conflict: Conflict | None = None, put_back: bool = False) -> HttpResponse:
    """The page with the form; 409 when it met a conflict, or holds an answer to a question that is no longer asked."""
    presence.note(form.dossier, form.code, request.user)
    definition = definition_for(form.dossier.content)
    typed = typed_elsewhere(request.POST, form.asked)
    context = frame(request, form.dossier, form.asked) | {"form": form, "conflict": conflict, "put_back": put_back, "typed": typed}
    remarks = remarks_on(request, form.dossier)
    context["questions"] = [(one, remarks.get(one.bound.name, [])) for one in put(form.asked["questions"], form, by_code(definition))]
    context["beside"] = [*remarks.get("questions", []), *remarks.get(f"questions:{form.asked['code']}", [])]
    context["elsewhere"] = json.dumps(answers_that_count(definition, form.content.answers))
    context["autosave"] = reverse("dossiers:questions_autosave", args=[form.dossier.reference, form.asked["code"]])
    return render(request, "dossiers/form/questions.html", context, status=409 if conflict or typed else 200)


def show_frozen(request: HttpRequest, dossier: Dossier, asked: Any) -> HttpResponse:
    """The section as it reads, and, so that nothing is lost, what was typed meanwhile."""
    definition, answers = definition_for(dossier.content), dossier.content.answers
    put_here = {one["code"] for one in asked_of(definition, answers)}
    lines = [(label_of(one), in_words(one, answers.get(one["code"]))) for one in asked["questions"] if one["code"] in put_here]
    typed = typed_elsewhere(request.POST, None)
    context = frame(request, dossier, asked) | {"lines": lines, "typed": typed}
    return render(request, "dossiers/form/questions_frozen.html", context, status=409 if typed else 200)


def show_gone(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """The section is no longer asked: what was typed stands on the page, to be copied."""
    context = menu(request, dossier) | {"typed": typed_elsewhere(request.POST, None)}
    return render(request, "dossiers/form/questions_gone.html", context, status=409)


def answer(request: HttpRequest, form: QuestionsForm) -> HttpResponse:
    """Save what is valid and go on; stay on the page when something must be mended, chosen or copied."""
    valid = form.is_valid()
    conflict = form.conflict(form.save(by=request.user, at=timezone.now()))
    if conflict:
        return show(request, form, conflict=conflict)
    forget_typed(request, form.dossier.reference, form.asked["code"])
    if not valid or typed_elsewhere(request.POST, form.asked):
        return show(request, form)
    messages.success(request, _("“%(section)s” is saved.") % {"section": form.section.title})
    return redirect(form.address if "stay" in request.POST else neighbours_of(form.dossier, form.asked["code"])[-1][2])


def answer_autosave(request: HttpRequest, form: QuestionsForm) -> HttpResponse:
    """Save in passing: 200, 422 when an answer is refused (the others are saved), 409 with both versions on a conflict."""
    valid = form.is_valid()
    presence.note(form.dossier, form.code, request.user)
    saved = form.save(by=request.user, at=timezone.now())
    conflict = form.conflict(saved)
    if conflict:
        return render(request, "dossiers/form/_conflict.html", {"conflict": conflict, "form": form, "dossier": form.dossier}, status=409)
    forget_typed(request, form.dossier.reference, form.asked["code"])
    context = frame(request, form.dossier, form.asked) | {"form": form, "saved": saved}
    return render(request, "dossiers/form/_saved.html", context, status=200 if valid else 422)


def after_change(request: HttpRequest, dossier: Dossier, before: Definition, report: Report | None) -> HttpResponse:
    """After a change of procedure: what became of the answers; straight back to the form where the questions are the same."""
    if report is None:
        return redirect("dossiers:form", dossier.reference)
    known = {**by_code(before), **by_code(definition_for(dossier.content))}
    shown = report_shown(report, known, dossier.content.answers)
    return render(request, "dossiers/form/procedure_changed.html", menu(request, dossier) | {"report": shown})


# --- what the base's pages show ------------------------------------------------------------------------------------------
def step(request: HttpRequest, dossier: Dossier) -> Step | None:
    """The questions in the menu of the form: the first page that lacks an answer, or the first one."""
    sections = sections_of(definition_for(dossier.content))
    if not sections:
        return None
    missing = missing_answers(dossier)
    first = missing[0].where.partition("#")[0] if missing else address_of(dossier, sections[0]["code"])
    here = request.path if any(request.path == address_of(dossier, one["code"]) for one in sections) else first
    return Step(_("Questions of the secretariat"), here, tuple(one.sentence for one in missing))


def notices(request: HttpRequest, dossier: Dossier) -> Iterator[Notice]:
    """Newer questions wait for those who may write."""
    is_awaited, newest = awaited_version(dossier, timezone.now()) if may_write(request.user, dossier) else (False, None)
    if is_awaited:
        yield Notice(_why(dossier, newest), reverse("dossiers:questions_changes", args=[dossier.reference]), _("See what changes"))


def _why(dossier: Dossier, newest: Any) -> str:
    if newest is None:
        return _("The procedure no longer has the questions with which this dossier was begun.")
    if dossier.content.questionnaire is None:
        return _("The secretariat now asks questions for this procedure.")
    return _("The secretariat has changed its questions since this dossier was begun.")
