"""Quotes of the demonstration, by the example grid: estimates awaited and given, quotes drawn up, issued, accepted and amended; made up."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Organisation, User
from catalogue.models import Database
from config.demo.committee_people import AGENT, HELD
from config.demo.dossiers import replaying
from fees.quotes.documents.delivery import LANGUAGES
from fees.quotes.facts import sheet_of
from fees.quotes.grids import versions_for
from fees.quotes.models import EstimateRequest, Quote
from fees.quotes.rules import READ
from fees.quotes.services import deciding, drawing_up, estimating
from fees.quotes.services.estimating import Figure
from fees.quotes.services.telling_facts import Work, log_work, settle_facts
from fees.quotes.states import QuotePurpose
from requests_app.models import Dossier
from requests_app.policies import SIGNATORY, team_of
from requests_app.signatures import Signature
from requests_app.states import State
from workflow.outbox import queue
from workflow.periods import PARIS, paris_day

#: What no dossier says and the grid asks for: made up, and said to be.
SETTLED: dict[str, Any] = {
    "requester.category": "academic",
    "requester.vat_zone": "fr",
    "requester.thesis": False,
    "requester.sme": False,
    "requester.is_holder": False,
    "project.emergency": False,
    "project.snds_matching": True,
    "project.users": Decimal(5),
    "project.duration_months": Decimal(24),
    "project.paused_months": Decimal(0),
    "project.storage_gb": Decimal(800),
    "data.sources": Decimal(3),
    "data.patients": Decimal(45_000),
    "data.refreshes": Decimal(1),
}
REASON = "Exemple de démonstration : valeur imaginée."
#: State of the dossier → what its quote is for, how many days ago it was drawn up, and how far it goes.
STORIES: tuple[tuple[str, str, int, str], ...] = (
    (State.WITH_COMMITTEE, QuotePurpose.ESTIMATE, 6, "issued"),
    (State.OPINION_GIVEN, QuotePurpose.FIRM, 3, "draft"),
    (State.WITH_CNIL, QuotePurpose.FIRM, 12, "issued"),
    (State.AUTHORISED, QuotePurpose.FIRM, 30, "accepted"),
    (State.CONTRACTING, QuotePurpose.FIRM, 45, "accepted"),
    (State.RUNNING, QuotePurpose.FIRM, 80, "amended"),
)


def furnish(people: dict[str, User], now: datetime) -> None:
    """Give some dossiers of the demonstration their quotes; running it again changes nothing."""
    if Quote.objects.filter(dossier__is_demonstration=True).exists():
        return
    with replaying():
        _ask_for_estimates(people, now)
        for story in STORIES:
            _tell(story, people, now)
        _note_work(people, now)
    for quote in Quote.objects.filter(dossier__is_demonstration=True).exclude(issued_at=None).order_by("pk"):
        for language in LANGUAGES:
            queue("quote_paper", f"quote_paper:{quote.pk}:{language}", quote=quote.pk, language=language)


@transaction.atomic
def _ask_for_estimates(people: dict[str, User], now: datetime) -> None:
    """The holder of a database is asked about two dossiers: one it has answered, the other it has not."""
    database = Database.objects.filter(slug=HELD).select_related("holder").first()
    holder: Organisation | None = database.holder if database else None
    if holder is None:
        return
    asking = Dossier.objects.filter(is_demonstration=True, completed_at__isnull=False, content__sources__database=database).under_way()
    for place, dossier in enumerate(asking.order_by("-completed_at", "pk").distinct()[:2]):
        at = now - timedelta(days=5 - place)
        asked = estimating.asked_of(holder, versions_for(dossier, paris_day(at)))
        if asked and not EstimateRequest.objects.filter(dossier=dossier).exists():
            request = estimating.ask(dossier, holder, asked, by=User.objects.system(), at=at)
            if place == 0:
                figure = Figure(Decimal(8), Decimal(12), Decimal(20), "Selon le nombre d’allers-retours sur le ciblage.")
                estimating.give(request, dict.fromkeys(asked, figure), by=people[AGENT], at=at + timedelta(days=2))


@transaction.atomic
def _tell(story: tuple[str, str, int, str], people: dict[str, User], now: datetime) -> Quote | None:
    """One dossier in this state gets its quote, as far as the story goes."""
    state, purpose, days, end = story
    manager, at = people["redevances"], in_the_day(now - timedelta(days=days))
    dossier = next((one for one in _candidates(state) if "fee_manager" in one.roles_of(manager) and _signatory(one)), None)
    if dossier is None:
        return None
    _settle(dossier, manager, at)
    quote = drawing_up.draw_up(dossier, purpose, by=manager, at=at)
    if end == "draft" or not quote.snapshot:
        return quote
    deciding.issue(quote, by=manager, at=at + timedelta(hours=2), signed=_signed(manager, quote))
    if end in ("accepted", "amended"):
        signatory = _signatory(dossier)
        deciding.accept(quote, by=signatory, at=at + timedelta(days=2), signed=_signed(signatory, quote))
    return _amend(dossier, people, now) if end == "amended" else quote


def accept_a_quote(dossier: Dossier, people: dict[str, User], at: datetime) -> Quote | None:
    """A firm quote of this dossier, accepted two days later; None where nobody signs for it."""
    signatory = _signatory(dossier)
    if signatory is None or Quote.objects.filter(dossier=dossier).exists():
        return None
    manager, at = people["redevances"], in_the_day(at)
    _settle(dossier, manager, at)
    quote = drawing_up.draw_up(dossier, QuotePurpose.FIRM, by=manager, at=at)
    deciding.issue(quote, by=manager, at=at + timedelta(hours=2), signed=_signed(manager, quote))
    deciding.accept(quote, by=signatory, at=at + timedelta(days=2), signed=_signed(signatory, quote))
    return quote


def in_the_day(at: datetime) -> datetime:
    """Early enough that what follows within hours falls on the same day: a quote is issued on the day of its calculation."""
    there = at.astimezone(PARIS)
    return there.replace(hour=min(there.hour, 20))


def _candidates(state: str) -> Any:
    rows = Dossier.objects.filter(is_demonstration=True, state=state, amends=None, quotes=None, completed_at__isnull=False)
    return rows.exclude(content__controller=None).select_related("content__controller").order_by("pk")


def _signatory(dossier: Dossier) -> Any:
    """Who signs for the dossier with a second factor of their own; None when nobody does."""
    signing = [person for person, roles in team_of(dossier).items() if SIGNATORY in roles]
    return next((person for person in signing if TOTPDevice.objects.filter(user=person).exists()), None)


def _settle(dossier: Dossier, manager: User, at: datetime) -> None:
    """Make up what is not known, and nothing else."""
    known = sheet_of(dossier).facts
    values = {key: value for key, value in SETTLED.items() if key not in known}
    if "estimate.prep_days" not in known:
        values["estimate.prep_days"] = Decimal(12)
    settle_facts(dossier, values, REASON, by=manager, at=at)


def _amend(dossier: Dossier, people: dict[str, User], now: datetime) -> Quote:
    """More work than was foreseen, and six months more: an amendment that awaits its acceptance."""
    manager, at = people["redevances2"], in_the_day(now - timedelta(days=4))
    months: Any = sheet_of(dossier).facts["project.duration_months"].value
    more = {"estimate.prep_days": Decimal(18), "project.duration_months": months + 6}
    settle_facts(dossier, more, "Exemple de démonstration : prolongation demandée.", by=manager, at=at)
    quote = drawing_up.draw_up(dossier, QuotePurpose.AMENDMENT, by=manager, at=at)
    deciding.issue(quote, by=manager, at=at + timedelta(hours=1), signed=_signed(manager, quote))
    return quote


def _signed(person: User, quote: Quote) -> Signature:
    return Signature(TOTPDevice.objects.get(user=person).persistent_id, {READ: quote.snapshot_sha256})


def _note_work(people: dict[str, User], now: datetime) -> None:
    """Work that was done for one dossier that is still before its decision: what a withdrawal would charge."""
    quote = Quote.objects.filter(dossier__is_demonstration=True, dossier__state=State.WITH_CNIL).select_related("dossier").first()
    if quote is not None:
        work = Work("EDS-ILL", "PREP", Decimal("2.5"), paris_day(now) - timedelta(days=2), "Ciblage préparé avec le demandeur.")
        log_work(quote.dossier, work, by=people["redevances"], at=now)
