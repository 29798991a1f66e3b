"""Interests: my own, mine in one dossier, and what the president decides on those of others."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from committee.forms.interests import AnswerForm, WordsForm
from committee.models import Examination, Member
from committee.policies import may_on_site
from committee.queries.interests import Stand, of_member, stand_of, stands_on, to_declare
from committee.queries.members import rows_of
from committee.services.conflicts import conflicts, resemblances
from committee.services.examining import examination_of
from committee.services.interests import declare_none, judged_by
from committee.services.standing_in import president_is_away, stand_ins
from committee.states import Answer
from committee.views.members import READS_AND_WRITES
from requests_app.policies import MAY, SECRETARIAT_READERS
from requests_app.reading import dossier_for, frame, roles_for
from ui.navigation import stand_under
from workflow.periods import paris_day


@never_cache
@login_required
@READS_AND_WRITES
def mine(request: HttpRequest) -> HttpResponse:
    """Is my declaration up to date, and on which dossiers have I still to declare my interests?"""
    member, now = _myself(request), timezone.now()
    waiting = to_declare(request.user, member)
    if request.method == "POST":
        chosen = waiting.filter(dossier__reference__in=request.POST.getlist("dossier"))
        _say_how_many(request, declare_none(chosen, member, by=request.user, at=now))
        return redirect("committee:my_interests")
    (row,) = rows_of(Member.objects.filter(pk=member.pk), paris_day(now))
    return render(request, "committee/members/mine.html", {"row": row, "member": row.member, "waiting": waiting})


@never_cache
@login_required
@READS_AND_WRITES
def on_dossier(request: HttpRequest, reference: str) -> HttpResponse:
    """Who carries the project, and have I an interest in it?"""
    member, dossier, examination = _declaring(request, reference)
    form = AnswerForm(request.POST or None)
    if form.is_bound and form.is_valid() and form.declare(examination, member, by=request.user, at=timezone.now()):
        return _after(request, form.cleaned_data["answer"], reference)
    shown = {"form": form, "stand": stand_of(examination, member), "content": dossier.content, "examination": examination}
    page = frame(request, dossier) | shown | {"namesake": bool(resemblances(member, dossier))}
    return render(request, "committee/members/on_dossier.html", page, status=422 if form.errors else 200)


@never_cache
@login_required
@READS_AND_WRITES
def judge(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Does this link keep the member from taking part?"""
    dossier, examination, stand = _judged(request, reference, pk)
    form = WordsForm(request.POST or None)
    if form.is_bound and form.is_valid() and _decide(request, form, examination, stand):
        messages.success(request, _("The decision is kept, and the member is told."))
        return redirect("committee:dossier", reference)
    shown = {"form": form, "stand": stand, "known": conflicts(stand.member, dossier), "namesake": bool(resemblances(stand.member, dossier))}
    return render(request, "committee/members/judge.html", frame(request, dossier) | shown, status=422 if form.errors else 200)


def sees_members(request: HttpRequest) -> bool:
    """Is the list of members open to the reader?"""
    return may_on_site(request.user, "see_members")


def declares(request: HttpRequest) -> bool:
    """Has the reader interests to declare?"""
    return may_on_site(request.user, "declare_interests")


def part(request: HttpRequest, examination: Examination) -> dict[str, Any] | None:
    """What the tab of a dossier says of interests: who withdrew; to who decides or keeps the papers, also who declared what."""
    roles = roles_for(request, examination.dossier)
    stands = stands_on(examination, paris_day(examination.closed_at or timezone.now()))
    judged = judged_by(request.user, [one.member for one in stands], examination.dossier) if roles & MAY["settle_interest"] else frozenset()
    own = next((one for one in stands if one.member.user_id == request.user.pk), None)
    shows_all = bool(judged or roles & SECRETARIAT_READERS)
    shown: dict[str, Any] = {"stands": [(one, one.member.pk in judged) for one in stands] if shows_all else [], "own": own}
    shown |= {"withdrawn": [one for one in stands if one.recusal], "is_open": examination.closed_at is None}
    shown |= {"declared": sum(one.answer is not None for one in stands), "is_pending": any(one.is_pending for one in stands)}
    return shown | {"reference": examination.dossier.reference}


def in_whose_stead(request: HttpRequest, examination: Examination) -> dict[str, Any] | None:
    """While the president takes no part in a dossier under examination: who decides instead, or what is to be done that somebody can."""
    if examination.closed_at is not None or not president_is_away(examination.dossier):
        return None
    return {"stand_ins": stand_ins(examination.dossier)}


def _myself(request: HttpRequest) -> Member:
    member = of_member(request.user)
    if member is None:
        raise Http404
    stand_under(request, "committee")
    return member


def _say_how_many(request: HttpRequest, count: int) -> None:
    told = ngettext("No interest declared on %(count)d dossier.", "No interest declared on %(count)d dossiers.", count)
    messages.success(request, told % {"count": count}) if count else messages.info(request, _("Tick at least one dossier."))


def _examined(request: HttpRequest, reference: str) -> tuple[Any, Examination]:
    dossier = dossier_for(request, reference)
    examination = examination_of(dossier)
    if examination is None:
        raise Http404
    return dossier, examination


def _declaring(request: HttpRequest, reference: str) -> tuple[Member, Any, Examination]:
    """The member who declares; somebody of the secretariat has nothing to declare here."""
    dossier, examination = _examined(request, reference)
    member = of_member(request.user)
    if member is None or not roles_for(request, dossier) & MAY["declare_interest"]:
        raise Http404
    return member, dossier, examination


def _judged(request: HttpRequest, reference: str, pk: int) -> tuple[Any, Examination, Stand]:
    dossier, examination = _examined(request, reference)
    member = get_object_or_404(Member.objects.select_related("user"), pk=pk)
    if not roles_for(request, dossier) & MAY["settle_interest"] or member.pk not in judged_by(request.user, [member], dossier):
        raise Http404
    return dossier, examination, stand_of(examination, member)


def _decide(request: HttpRequest, form: WordsForm, examination: Examination, stand: Stand) -> bool:
    told: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if stand.recusal is not None:
        return form.let_back(stand.recusal, **told)
    if "clear" in request.POST and stand.answer is not None:
        return form.clear(stand.answer, **told)
    return form.invite(examination, stand.member, **told)


def _after(request: HttpRequest, answer: str, reference: str) -> HttpResponse:
    """Who withdrew is led away from the dossier, which is no longer theirs to see."""
    if answer == Answer.CONFLICT:
        messages.success(request, _("You have withdrawn: your access to this dossier has ended."))
        return redirect("committee:my_interests")
    messages.success(request, _("Your declaration is kept."))
    return redirect("committee:dossier", reference)
