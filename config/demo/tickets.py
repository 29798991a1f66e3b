"""Tickets of the demonstration, in every state, on projects whose gate to the data is open; people, figures and files are made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from accounts.models import Organisation, User
from config.demo.dossiers import replaying
from config.demo.fees_quotes import accept_a_quote
from config.demo.people import INSTITUTE
from config.demo.tickets_steps import Walk, agree_on_need, sent, worker_of
from contracts.life.gate import is_open
from extractions.models import Ticket
from extractions.services import waiting, working
from extractions.services.opening import cnam, link, open_ticket
from extractions.states import Kind, TicketState
from fees.invoices.services import scheduling
from fees.invoices.splitting import Step
from fees.invoices.states import Mode, Trigger
from requests_app.models import Dossier
from workflow.periods import paris_day

S = TicketState
SENTENCE = "Les tickets de ce projet, leurs dates, leurs tables et leurs livraisons sont imaginés."
#: Who does the work: the CNAM, the operator, or a holder of data, which is the institute of the demonstration.
CNAM, OPERATOR, HOLDER = "cnam", "operator", "holder"


@dataclass(frozen=True)
class Story:
    """One ticket: its kind, who does it, how far it goes, how many days ago it was opened, and what it comes after."""

    kind: Kind
    body: str
    goal: TicketState
    days: int
    after: tuple[int, ...] = ()


#: Project → its tickets, in the order in which they are opened; `after` counts them from nought.
STORIES: Mapping[str, tuple[Story, ...]] = {
    "BACTHUB": (
        Story(Kind.TARGETING, CNAM, S.CLOSED, 34),
        Story(Kind.DIRECT_MATCHING, CNAM, S.CLOSED, 34, (0,)),
        Story(Kind.COHORT, CNAM, S.CLOSED, 34, (1,)),
        Story(Kind.DELIVERY, CNAM, S.ACCEPTANCE, 34, (2,)),
        Story(Kind.UPDATE, CNAM, S.EXTRACTION, 9),
        Story(Kind.AGGREGATES, OPERATOR, S.NEED_TO_SPECIFY, 12),
        Story(Kind.COHORT, HOLDER, S.CLOSED, 34),
        Story(Kind.DELIVERY, HOLDER, S.ACCEPTANCE, 34, (6,)),
    ),
    "HYDRO": (
        Story(Kind.TARGETING, CNAM, S.CLOSED, 300),
        Story(Kind.INDIRECT_MATCHING, CNAM, S.MATCHING, 300, (0,)),
        Story(Kind.RECONSTRUCTION_MATCHING, CNAM, S.PSEUDONYMISATION, 40),
        Story(Kind.AGGREGATES, OPERATOR, S.REJECTED, 60),
    ),
    "TARPON": (
        Story(Kind.TARGETING, CNAM, S.TARGETING, 50),
        Story(Kind.DIRECT_MATCHING, CNAM, S.AWAITING_DEPOSIT, 45),
        Story(Kind.COHORT, CNAM, S.NEED_AGREED, 45, (1,)),
        Story(Kind.DELIVERY, CNAM, S.CREATED, 45, (2,)),
        Story(Kind.COHORT, HOLDER, S.CLOSED, 25),
        Story(Kind.DELIVERY, HOLDER, S.DELIVERY, 25, (4,)),
    ),
    "REXETRIS": (
        Story(Kind.DIRECT_MATCHING, CNAM, S.DEPOSITED, 30),
        Story(Kind.RECONSTRUCTION_MATCHING, CNAM, S.FORMAT_CHECK, 30),
        Story(Kind.COHORT, CNAM, S.QUALITY_CHECK, 90),
        Story(Kind.DELIVERY, CNAM, S.CREATED, 90, (2,)),
        Story(Kind.AGGREGATES, OPERATOR, S.CANCELLED, 80),
    ),
    "DEEP.PISTE": (
        Story(Kind.DIRECT_MATCHING, CNAM, S.TABLE_VALIDATED, 30),
        Story(Kind.COHORT, CNAM, S.CLOSED, 120),
        Story(Kind.DELIVERY, CNAM, S.DELIVERY, 120, (1,)),
        Story(Kind.COHORT, HOLDER, S.CREATED, 6),
    ),
}


def furnish(people: dict[str, User], now: datetime) -> None:
    """Give some projects of the demonstration their tickets; running it again changes nothing."""
    if Ticket.objects.filter(dossier__is_demonstration=True).exists():
        return
    with replaying():
        for acronym, stories in STORIES.items():
            dossier = Dossier.objects.filter(is_demonstration=True, content__acronym=acronym, amends=None).first()
            if dossier is not None:
                tell(dossier, stories, people, now)


@transaction.atomic
def tell(dossier: Dossier, stories: tuple[Story, ...], people: dict[str, User], now: datetime) -> None:
    """The tickets of one project, each walked as far as its story goes by the moves that everybody makes."""
    if not is_open(dossier, paris_day(now)):
        let_pass(dossier, people, now)
    bodies = bodies_at_work()
    walk = Walk(dossier, people, now)
    opened: list[Ticket] = []
    for story in stories:
        body = bodies[story.body]
        if body is None:
            return
        at = now - timedelta(days=story.days)
        ticket = open_ticket(dossier, story.kind, body, by=User.objects.system(), at=at, databases=walk.databases(body))
        for place in story.after:
            link(opened[place], ticket, by=User.objects.system(), at=at)
        opened.append(ticket)
    for name, goals in goals_of(stories).items():
        if name == CNAM or goals & {S.CLOSED, S.EXTRACTION}:
            first = next(ticket for ticket, story in zip(opened, stories, strict=True) if story.body == name)
            agree_on_need(walk, first, now - timedelta(days=max(story.days for story in stories if story.body == name) - 1))
    for ticket, story in zip(opened, stories, strict=True):
        begun = now - timedelta(days=story.days - 3)
        ended = [Ticket.objects.get(pk=opened[place].pk).ended_at for place in story.after]
        walk.to(Ticket.objects.get(pk=ticket.pk), story.goal, max([begun, *(at + timedelta(hours=6) for at in ended if at)]))
    _ask(opened, people, now)
    Dossier.objects.filter(pk=dossier.pk).update(generated=[*dossier.generated, SENTENCE])


def bodies_at_work() -> dict[str, Organisation | None]:
    """The bodies that work on tickets here, by the name that the stories give them."""
    operator = Organisation.objects.filter(is_operator=True).order_by("pk").first()
    return {CNAM: cnam(), OPERATOR: operator, HOLDER: Organisation.objects.filter(name=INSTITUTE).first()}


def goals_of(stories: tuple[Story, ...]) -> dict[str, set[TicketState]]:
    """How far the tickets of each body go."""
    found: dict[str, set[TicketState]] = {}
    for story in stories:
        found.setdefault(story.body, set()).add(story.goal)
    return found


def let_pass(dossier: Dossier, people: dict[str, User], now: datetime) -> None:
    """A quote that is accepted, and paid once the data are there: the light of the payment is on."""
    quote = accept_a_quote(dossier, people, now - timedelta(days=70))
    if quote is not None:
        steps = (Step(Trigger.DELIVERY, Decimal(1)),)
        scheduling.plan(quote, Mode.MILESTONES, steps, by=people["redevances"], at=now - timedelta(days=67))


def _ask(opened: list[Ticket], people: dict[str, User], now: datetime) -> None:
    """One question awaits its answer, another has it; some tickets have their agent and their day."""
    for ticket in (Ticket.objects.get(pk=one.pk) for one in opened):
        worker = worker_of(ticket, people)
        if ticket.state == S.TARGETING:
            waiting.ask(ticket, "Faut-il compter les séjours de moins d’un jour ?", by=worker, at=now - timedelta(days=6))
        if ticket.state == S.EXTRACTION:
            waiting.ask(ticket, "Les actes de 2025 sont-ils compris ?", by=worker, at=now - timedelta(days=5))
            waiting.answer(ticket, "Oui, jusqu’au 30 juin 2025.", by=sent(ticket.dossier), at=now - timedelta(days=3))
            working.claim(ticket, by=worker, at=now - timedelta(days=3))
            working.expect(ticket, paris_day(now) + timedelta(days=20), by=worker, at=now - timedelta(days=3))
