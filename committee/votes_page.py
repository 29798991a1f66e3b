"""What the pages of the deliberation show, who is let in, and how the working paper answers while it is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from committee.counting import as_expected, entitled
from committee.forms.votes import DeliberationForm, VoteForm
from committee.hanging import has_committee
from committee.models import Decision, Deliberation, Examination, Item, Report, Session
from committee.opinion_rules import broken_text
from committee.policies import closed_to, may, may_on_site
from committee.queries.agenda import agenda_of
from committee.queries.reports import reports_of
from committee.queries.votes import decisions_of, groups_of, votes_on, withdrawn_from
from committee.reference import rules_on
from committee.services import voting
from committee.services.declared_in_session import undeclared_among
from committee.services.deliberating import may_lead, writable
from committee.services.signing import opinion_to_sign, withdrawn_since
from committee.services.standing_in import office_of, president_is_away, stand_ins
from committee.session_page import Step, is_forecast
from committee.states import TO_COME, SessionState
from requests_app.forms.conflict import Conflict
from requests_app.openings import openings
from requests_app.policies import MAY
from requests_app.reading import dossier_for, frame, note_reading, roles_for
from requests_app.running import shown_clocks
from requests_app.services import Saved
from requests_app.slots import Notice
from requests_app.states import State
from requests_app.transitions.committee import PERIODS
from ui.navigation import stand_under
from ui.words import moment_in_words
from workflow import clocks
from workflow.models import Clock, Outcome
from workflow.periods import paris_day
from workflow.refusals import WrongState


def item_for(request: HttpRequest, reference: str, pk: int) -> Item:
    """A dossier of a session's agenda, for who sits or keeps the committee's papers and may see that dossier; 404 otherwise."""
    if not may_on_site(request.user, "see_sessions"):
        raise Http404
    rows = Item.objects.select_related("session__chair__user", "examination__dossier", "similar_to")
    item: Item = get_object_or_404(rows, session__reference=reference, pk=pk)
    dossier = dossier_for(request, item.examination.dossier.reference)
    if not roles_for(request, dossier) & MAY["see_committee_work"]:
        raise Http404
    item.examination.dossier = dossier
    stand_under(request, "committee")
    return item


def item_to_lead(request: HttpRequest, reference: str, pk: int) -> Item:
    """The same, for who may take its vote or put it off now; 404 for anybody else."""
    item = item_for(request, reference, pk)
    if not may_lead(request.user, item):
        raise Http404
    return item


def text_of(item: Item) -> Deliberation:
    """The working paper of a dossier; one that has no line yet is begun here, unsaved."""
    return Deliberation.objects.filter(item=item).first() or Deliberation(item=item)


def form_of(request: HttpRequest, item: Item) -> DeliberationForm:
    """The working paper as a form: sent, or as it is saved; `?rapport=` takes the proposal of a report up, while nothing is proposed."""
    sent = request.POST if request.method == "POST" else None
    named = request.GET.get("rapport", "")
    proposed = next((one for one in reports_of(item.examination) if str(one.pk) == named), None) if named else None
    return DeliberationForm(sent, item=item, text=text_of(item), proposed=proposed)


def vote_form(request: HttpRequest, item: Item) -> VoteForm:
    """The vote: sent, or empty; `?tous=for` notes everybody as voting for, so that only the others are to be changed."""
    sent = request.POST if request.method == "POST" else None
    return VoteForm(sent, item=item, text=text_of(item), at=timezone.now(), everybody=request.GET.get("tous", ""))


def periods_of(item: Item) -> list[Clock]:
    """The committee's period on this dossier, if it still runs."""
    running = clocks.of(item.examination.dossier).filter(code__in=PERIODS, outcome=Outcome.RUNNING)
    return list(running.prefetch_related("pauses"))


def context_of(request: HttpRequest, item: Item) -> dict[str, Any]:
    """What every page of a dossier in session shows: where it stands on the agenda, who withdrew, and how long there is left."""
    dossier, today = item.examination.dossier, paris_day(timezone.now())
    return {
        "item": item,
        "session": item.session,
        "dossier": dossier,
        "clocks": shown_clocks(periods_of(item), today),
        "withdrawn": withdrawn_from(dossier),
        "leads": may_lead(request.user, item),
        "may_decide": item.session.state == SessionState.OPEN and not item.ending and dossier.state == State.WITH_COMMITTEE,
    }


def whole_context(request: HttpRequest, item: Item, form: DeliberationForm) -> dict[str, Any]:
    """The page of a dossier in session: agenda, reports side by side, remarks, questions, working paper, votes."""
    note_reading(request, item.examination.dossier, "committee_item")
    lines, rounds = agenda_of(item.session, request.user), decisions_of(item)
    text: dict[str, Any] = {"form": form, "writable": writable(item), "text": form.text, "conflict": None}
    return (
        context_of(request, item)
        | text
        | {
            "lines": lines,
            "similar_hidden": bool(item.similar_to_id and closed_to(request.user, [item.similar_to_id])),
            "following": _following(lines, item),
            "rounds": [(one, groups_of(one)) for one in rounds],
            "reports": reports_of(item.examination),
            "sections": _side_by_side(reports_of(item.examination)),
            "remarks": _remarks(item.examination),
            "questions": item.examination.questions.order_by("asked_at", "pk"),
            "extension": _extension(request, item),
        }
        | _who_may_vote(item)
        | _in_whose_stead(item)
        | _signature(request, item)
    )


def _in_whose_stead(item: Item) -> dict[str, Any]:
    """While the dossier is examined: does the president take no part in it, and who decides instead?"""
    dossier = item.examination.dossier
    away = dossier.state == State.WITH_COMMITTEE and president_is_away(dossier)
    return {"away": away, "stand_ins": stand_ins(dossier) if away else []}


def _who_may_vote(item: Item) -> dict[str, Any]:
    """Of a dossier that is still to be decided: the quorum light, and how many who take part have declared nothing on it.

    As on the page of the session, both tell of who is expected until somebody is noted as present.
    """
    if item.ending or item.session.state not in (*TO_COME, SessionState.OPEN):
        return {"call": None, "undeclared": 0}
    to_come = item.session.state in TO_COME
    at = item.session.starts_at if to_come else timezone.now()
    voters = voting.voters_of(item, at)
    if forecast := is_forecast(item.session, [one.presence for one in voters]):
        voters = list(as_expected(voters))
    voices = voting.voices_among(voters, at)
    undeclared = len(undeclared_among(item.examination, entitled(voices)))
    return {"call": voting.roll_before(voters, voices, at), "is_forecast": forecast, "undeclared": undeclared}


def _following(lines: list[Any], item: Item) -> Any:
    """The next dossier of the agenda that the reader may see and that is still to be decided."""
    after = [line for line in lines if line.item.position > item.position and line.dossier is not None and not line.item.ending]
    return after[0].item if after else None


def _side_by_side(reports: list[Report]) -> list[tuple[Any, list[tuple[Any, str]]]]:
    """Each part of the set model, with what every rapporteur says of it."""
    parts: list[tuple[Any, list[tuple[Any, str]]]] = []
    for name in Report.SECTIONS if reports else ():
        title = Report._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        parts.append((title, [(report.allocation.member, getattr(report, name)) for report in reports]))
    return parts


def _remarks(examination: Examination) -> list[tuple[Any, Any]]:
    held = examination.consultations.select_related("database").prefetch_related("remarks__files").order_by("pk")
    return [(one.database, remark) for one in held for remark in one.remarks.all()]


def _signature(request: HttpRequest, item: Item) -> dict[str, Any]:
    """The opinion that awaits the reader's signature; and for everybody, what keeps it from being signed, with the road from there."""
    dossier = item.examination.dossier
    waiting = opinion_to_sign(dossier) if item.ending else None
    return {"to_sign": waiting if _signs(request, dossier) else None} | _spoiled(request, waiting)


def _signs(request: HttpRequest, dossier: Any) -> bool:
    """Does the reader sign the opinion on this dossier? The vice-president does only where the president is away."""
    return bool(roles_for(request, dossier) & MAY["sign_opinion"] and office_of(request.user, dossier, timezone.now()))


def _spoiled(request: HttpRequest, decision: Decision | None) -> dict[str, Any]:
    """Why a voted opinion can no longer be signed, and where the dossier is put on the agenda of a later session."""
    found = withdrawn_since(decision) if decision else []
    return {"spoiled": found, "road": _road(request, decision) if found and decision else None}


def _road(request: HttpRequest, decision: Decision) -> Step:
    again = Item.objects.pending().filter(examination=decision.item.examination_id).select_related("session").first()
    if again is not None:
        words = _("It stands on the agenda of session %(session)s") % {"session": again.session.reference}
        return Step(words, reverse("committee:item", args=[again.session.reference, again.pk]))
    coming = Session.objects.to_come().filter(starts_at__gt=timezone.now()).first()
    if coming is None or not may(request.user, "set_agenda", coming):
        return Step(_("See the sessions to come"), reverse("committee:sessions"))
    words = _("Put it on the agenda of session %(session)s") % {"session": coming.reference}
    return Step(words, reverse("committee:agenda", args=[coming.reference]))


def _extension(request: HttpRequest, item: Item) -> Any:
    """The page on which the reader extends the committee's period, while that is possible."""
    dossier, now = item.examination.dossier, timezone.now()
    roles = roles_for(request, dossier) & frozenset(MAY["extend_committee"])
    if not roles:
        return None
    found = openings(dossier, request.user, roles, periods_of(item), now)
    return next((one for one in found if one.name == "extend_committee"), None)


def show(request: HttpRequest, item: Item, form: DeliberationForm, *, conflict: Conflict | None = None) -> HttpResponse:
    """The page; 409 when it met a conflict, 422 when something must be mended."""
    context = whole_context(request, item, form) | {"conflict": conflict}
    return render(request, "committee/votes/item.html", context, status=409 if conflict else 422 if form.errors else 200)


def answer(request: HttpRequest, item: Item, form: DeliberationForm) -> HttpResponse:
    """Save what is valid and go on, to the vote if that is what was asked for; stay when something must be mended or chosen."""
    valid = form.is_valid()
    saved = form.save(by=request.user, at=timezone.now())
    if conflict := form.conflict_with(saved):
        return show(request, item, form, conflict=conflict)
    if not valid:
        return show(request, item, form)
    messages.success(request, _("The working paper is saved."))
    name = "vote" if "vote" in request.POST else "item"
    return redirect(f"committee:{name}", item.session.reference, item.pk)


def answer_autosave(request: HttpRequest, item: Item, form: DeliberationForm) -> HttpResponse:
    """Save in passing: 200, 422 when a field is refused (the others are saved), 409 with both versions on a conflict."""
    valid = form.is_valid()
    saved: Saved = form.save(by=request.user, at=timezone.now())
    if conflict := form.conflict_with(saved):
        context = {"conflict": conflict, "form": form, "item": item}
        return render(request, "committee/votes/_conflict.html", context, status=409)
    return render(request, "ui/autosaved.html", {"form": form, "saved": saved}, status=200 if valid else 422)


def vote_context(request: HttpRequest, item: Item, form: VoteForm) -> dict[str, Any]:
    """The page of the vote: the text that is put to it and what it lacks, who may vote, and the quorum."""
    text, figures = text_of(item), rules_on(paris_day(timezone.now()))
    shown = {"form": form, "text": text, "round": voting.next_round(item), "figures": figures}
    return context_of(request, item) | shown | {"lacking": broken_text(text.opinion, text.reasons, text.recommendations)}


def decision_to_sign(request: HttpRequest, reference: str) -> Decision:
    """The opinion that awaits its signature on this dossier, for who signs it; 404 for anybody else, and when there is none.

    Raises WrongState when somebody has signed it already.
    """
    dossier = dossier_for(request, reference)
    if not _signs(request, dossier):
        raise Http404
    decision = opinion_to_sign(dossier)
    if decision is None and Decision.objects.filter(item__examination__dossier=dossier, signed_at__isnull=False).exists():
        raise WrongState(_("This opinion was signed already."))
    if decision is None:
        raise Http404
    decision.item.examination.dossier = dossier
    stand_under(request, "committee")
    return decision


def sign_context(request: HttpRequest, decision: Decision, form: Any) -> dict[str, Any]:
    """The page of the signature: the opinion as the applicant will read it, and how it was voted."""
    item = decision.item
    shown = next(one for one in decisions_of(item) if one.pk == decision.pk)
    told = {"form": form, "decision": shown, "groups": groups_of(shown), "clocks": context_of(request, item)["clocks"]}
    return frame(request, item.examination.dossier) | told | {"item": item, "session": item.session} | _spoiled(request, decision)


def part(request: HttpRequest, examination: Examination) -> dict[str, Any] | None:
    """The tab's part on the deliberation: where the dossier stood on an agenda, and each round of its votes."""
    items = list(Item.objects.filter(examination=examination).select_related("session").order_by("session__starts_at", "pk"))
    rounds = votes_on(examination)
    if not items or not may_on_site(request.user, "see_sessions"):
        return None
    waits = examination.closed_at is None and any(one.carried and one.signed_at is None for one in rounds)
    return {"items": items, "rounds": rounds, "signs": waits and _signs(request, examination.dossier), "dossier": examination.dossier}


def notices(request: HttpRequest, dossier: Any) -> Iterable[Notice]:
    """On the dossier's first page: the opinion awaits the reader's signature, or the dossier is before a session."""
    if dossier.state != State.WITH_COMMITTEE or not has_committee(request, dossier) or not may_on_site(request.user, "see_sessions"):
        return
    if _signs(request, dossier) and opinion_to_sign(dossier) is not None:
        url = reverse("committee:sign", args=[dossier.reference])
        yield Notice(
            _("The committee has voted its opinion: it awaits the signature of the president or the delegate."), url, _("Read and sign")
        )
    item = Item.objects.pending().filter(examination__dossier=dossier).select_related("session").first()
    if item is not None:
        told = {"session": item.session.reference, "moment": moment_in_words(item.session.starts_at)}
        url = reverse("committee:item", args=[item.session.reference, item.pk])
        yield Notice(_("On the agenda of session %(session)s, %(moment)s.") % told, url, _("See the dossier in the session"))
