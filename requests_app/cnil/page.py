"""The tab “CNIL” of a dossier, and the desk: what was transmitted, decided, asked for; what awaits whom, by due date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.cnil.decided import decided_on
from requests_app.cnil.models import Attestation, CommitmentUse, DecisionList, ListPaper, Obligation, Transmission
from requests_app.cnil.reference import figures_on
from requests_app.cnil.services import first_receipt, may_correct_receipt
from requests_app.models import Dossier
from requests_app.openings import Opening, openings
from requests_app.policies import MAY, may_on_site
from requests_app.reading import require_on_site, roles_for
from requests_app.running import ShownClock, shown_clocks
from requests_app.states import AFTER_AUTHORISATION, EXPRESSLY_FAVOURABLE, State
from ui.navigation import stand_under
from ui.pagination import page_of
from workflow import clocks
from workflow.models import Outcome
from workflow.periods import paris_day
from workflow.refusals import WrongState

#: The moves that are recorded from this tab, in the order of the procedure.
OURS = (
    "seize_cnil",
    "cnil_finds_incomplete",
    "complete_for_cnil",
    "cnil_extends",
    "authorise",
    "refuse",
    "close_without_action",
    "confirm_tacit_authorisation",
    "verify_commitment",
)
LISTS = {
    "awaiting": gettext_lazy("Await a decision"),
    "incomplete": gettext_lazy("Found incomplete"),
    "obligations": gettext_lazy("Obligations due"),
}
ROWS = 50


def has_cnil(request: HttpRequest, dossier: Any) -> bool:
    """Has the dossier come before the CNIL, or does it rest on a commitment?"""
    return dossier.cnil_received_on is not None or dossier.authorised_on is not None


def require_cnil(dossier: Any) -> None:
    """Raise Http404 for a dossier of which this room has nothing to say."""
    if not has_cnil(None, dossier):  # type: ignore[arg-type]
        raise Http404


def allows(request: HttpRequest, dossier: Any, action: str) -> bool:
    """May the reader do this on the dossier?"""
    return bool(roles_for(request, dossier) & MAY[action])


@dataclass(frozen=True)
class ShownObligation:
    """One obligation as its line shows it."""

    row: Obligation
    tone: str
    badge: Any
    may_meet: bool
    may_withdraw: bool


def shown_obligation(request: HttpRequest, dossier: Any, row: Obligation, today: date) -> ShownObligation:
    """An obligation with its badge, and what the reader may do about it."""
    tone, badge = badge_of(row, today)
    meets = row.is_open and allows(request, dossier, "meet_obligation")
    return ShownObligation(row, tone, badge, meets, row.is_open and allows(request, dossier, "withdraw_obligation"))


def badge_of(row: Obligation, today: date) -> tuple[str, Any]:
    """How an obligation stands, in a tone and a word."""
    if row.withdrawn_at:
        return "", _("Withdrawn")
    if row.met_at:
        return "success", _("Met")
    if row.is_late(today):
        return "error", _("Late")
    return ("warning", _("Due soon")) if row.due_on and row.due_on <= today + soon(today) else ("info", _("To be met"))


def soon(today: date) -> timedelta:
    """How long before its day an obligation is due soon."""
    return timedelta(days=max(figures_on(today).reminders_before))


def dossier_shown(request: HttpRequest, dossier: Dossier, now: datetime) -> dict[str, Any]:
    """Everything that the tab shows."""
    today, all_clocks = paris_day(now), list(clocks.of(dossier).prefetch_related("pauses"))
    corrects, over = corrects_receipt(dossier), _is_over(all_clocks, now)
    obligations = dossier.obligations.select_related("met_by", "withdrawn_by", "evidence").order_by("number")
    return {
        "clock": next(iter(_running(all_clocks, today)), None),
        "moves": _moves(request, dossier, all_clocks, now),
        "silence_authorises": dossier.opinion in EXPRESSLY_FAVOURABLE,
        "is_over": over,
        "transmissions": dossier.transmissions.select_related("line__actor").order_by("asked_at", "pk"),
        "reads_package": allows(request, dossier, "read_cnil_package"),
        "notes_receipt": dossier.state == State.WITH_CNIL and notes_receipt(request, dossier, corrects) and not over,
        "corrects_receipt": corrects,
        "decisions": decided_on(dossier, request.user),
        "attestations": dossier.tacit_attestations.all(),
        "use": CommitmentUse.objects.filter(dossier=dossier).select_related("commitment__organisation").first(),
        "obligations": [shown_obligation(request, dossier, row, today) for row in obligations],
        "may_add": dossier.state in AFTER_AUTHORISATION and allows(request, dossier, "add_obligation"),
        "is_authorised": dossier.authorised_on is not None,
    }


def corrects_receipt(dossier: Dossier) -> bool:
    """Is a day of receipt recorded already for the last transmission, so that another one corrects it?"""
    return first_receipt(dossier, dossier.transmissions.select_related("line").order_by("-asked_at", "-pk").first()) is not None


def notes_receipt(request: HttpRequest, dossier: Dossier, corrects: bool) -> bool:
    """May the reader record the day of receipt, or correct the one that is recorded?"""
    return allows(request, dossier, "note_cnil_receipt") and (not corrects or may_correct_receipt(request.user, dossier))


def _is_over(found: Iterable[Any], now: datetime) -> bool:
    return any(one.code == "K-CNIL" and one.outcome == Outcome.RUNNING and one.is_over(now) for one in found)


def _running(found: Iterable[Any], today: date) -> list[ShownClock]:
    return shown_clocks([one for one in found if one.code in ("K-CNIL", "K-CNIL-INC")], today)


def _moves(request: HttpRequest, dossier: Dossier, found: list[Any], now: datetime) -> list[Opening]:
    return [one for one in openings(dossier, request.user, roles_for(request, dossier), found, now) if one.name in OURS]


# --- what an address names ------------------------------------------------------------------------
def transmission_or_404(request: HttpRequest, dossier: Dossier, number: str) -> Transmission:
    """A transmission of this dossier whose file the reader may have; Http404 otherwise."""
    if not allows(request, dossier, "read_cnil_package"):
        raise Http404
    return get_object_or_404(Transmission.objects.select_related("dossier", "dossier__content"), dossier=dossier, number=number)


def attestation_or_404(dossier: Dossier, number: str) -> Attestation:
    """An attestation of this dossier."""
    return get_object_or_404(Attestation, dossier=dossier, number=number)


def obligation_or_404(request: HttpRequest, dossier: Dossier, number: int, action: str) -> Obligation:
    """An obligation of this dossier on which the reader may act; Http404 otherwise."""
    if not allows(request, dossier, action):
        raise Http404
    return get_object_or_404(Obligation, dossier=dossier, number=number)


def list_or_404(request: HttpRequest, pk: int) -> DecisionList:
    """A list that the reader sent; whoever leads the secretariat reads them all."""
    rows = DecisionList.objects.select_related("sent_by")
    return get_object_or_404(rows if may_on_site(request.user, "lead_work") else rows.filter(sent_by=request.user.pk), pk=pk)


def paper_or_404(decisions: DecisionList) -> ListPaper:
    """The paper of a list, once it may be handed over. Raises Http404 when there is none, WrongState in quarantine."""
    found = get_object_or_404(ListPaper, decisions=decisions)
    if found.is_locked:
        raise WrongState(found.get_scan_state_display())
    return found


# --- the desk -------------------------------------------------------------------------------------
def enter_desk(request: HttpRequest, action: str = "see_cnil_desk") -> None:
    """Stand in the menu under the CNIL; Http404 for somebody whose desk this is not."""
    require_on_site(request.user, action)
    stand_under(request, "cnil")


def desk_shown(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """One list of the desk with its page, and how many each list holds."""
    asked = request.GET.get("liste", "awaiting")
    chosen, today = (asked if asked in LISTS else "awaiting"), paris_day(now)
    sources: dict[str, Any] = {
        "awaiting": _dossiers(request.user, State.WITH_CNIL),
        "incomplete": _dossiers(request.user, State.CNIL_INCOMPLETE),
        "obligations": _obligations(request.user, today),
    }
    page = page_of(sources[chosen], request, ROWS)
    counted = [(code, label, sources[code].count(), code == chosen) for code, label in LISTS.items()]
    rows = [(row, *badge_of(row, today)) for row in page] if chosen == "obligations" else list(page)
    kept = may_on_site(request.user, "keep_commitments")
    return {"page": page, "rows": rows, "lists": counted, "list": chosen, "today": today, "keeps_commitments": kept}


def _dossiers(user: Any, state: str) -> Any:
    found = Dossier.objects.visible_to(user).filter(state=state).for_frame().select_related("next_due")
    return found.order_by("next_due__due_on", "pk")


def _obligations(user: Any, today: date) -> Any:
    seen = Dossier.objects.visible_to(user).order_by().values("pk")
    due = Obligation.objects.due_by(today + soon(today)).filter(dossier__in=seen)
    return due.select_related("dossier", "dossier__content").order_by("due_on", "pk")
