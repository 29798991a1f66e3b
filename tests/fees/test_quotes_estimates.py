"""What holders are asked once a dossier is complete: who is asked, for how long, what they answer, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core import mail as outgoing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Database
from fees.quotes import tasks
from fees.quotes.facts import sheet_of
from fees.quotes.lapsed import lapsed_in
from fees.quotes.models import EstimateRequest, FactEntry
from fees.quotes.services.estimating import Figure, ask_holders, drop_of_ended, give
from fees.quotes.states import EstimateState
from requests_app.models import Dossier
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.fees.quoting import (
    a_complete_dossier,
    a_fee_manager,
    a_holder,
    a_light_dossier,
    a_quote,
    an_issued_quote,
    grids_in_force,
    say,
    set_columns,
)
from tests.requests_app.factories import cast
from workflow import clocks, outbox
from workflow.models import JournalLine, Task
from workflow.periods import due_on, paris_day
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_pages")]
DAYS = "estimate.prep_days"


@pytest.fixture
def held() -> tuple[Any, Any]:
    """The holder of the main database and its agent, while the grids are in force."""
    grids_in_force()
    return a_holder(Database.objects.get(level="main"))


def asked(people: dict[str, Any] | None = None) -> EstimateRequest:
    """An estimate asked for a light dossier, as the reaction asks it."""
    dossier = a_light_dossier(people)
    FactEntry.objects.filter(dossier=dossier, key=DAYS).delete()
    ask_holders(dossier, JournalLine(at=timezone.now()))
    return EstimateRequest.objects.get(dossier=dossier)


def figures(low: str = "8", likely: str = "12", high: str = "20") -> dict[str, Figure]:
    return {DAYS: Figure(Decimal(low), Decimal(likely), Decimal(high), "Selon le ciblage.")}


def test_a_complete_dossier_asks_each_holder_for_fifteen_working_days(held: tuple[Any, Any]) -> None:
    dossier = a_complete_dossier()
    request = EstimateRequest.objects.get(dossier=dossier)
    assert (request.organisation, request.asked) == (held[0], {DAYS: ["EDS-ILL/PREP"]})
    clock = clocks.of(request).get()
    assert clock.due_on == request.due_on == due_on(paris_day(dossier.completed_at), 15, "working_days")
    assert Task.objects.get(subject_type="estimate", subject_id=request.pk).audience == "data_controller_agent"
    assert not clocks.of(dossier).filter(code="K-EST").exists()


def test_nothing_is_asked_where_no_grid_charges_it() -> None:
    a_holder(Database.objects.get(level="main"))
    a_complete_dossier()
    assert not EstimateRequest.objects.exists()


def test_the_estimate_makes_the_price_and_its_bounds(held: tuple[Any, Any]) -> None:
    request = asked()
    assert DAYS not in sheet_of(request.dossier).facts
    give(request, figures(), by=held[1], at=timezone.now())
    fact = sheet_of(request.dossier).facts[DAYS]
    assert (fact.low, fact.value, fact.high) == (8, 12, 20)
    assert clocks.of(request).get().outcome == "met"
    assert not Task.objects.filter(subject_type="estimate", closed_at=None).exists()


def test_with_two_holders_the_sum_is_known_once_both_have_answered(held: tuple[Any, Any]) -> None:
    other = Database.objects.filter(level="catalogue").order_by("pk").first()
    assert other is not None
    _second, agent = a_holder(other)
    dossier = a_light_dossier()
    FactEntry.objects.filter(dossier=dossier, key=DAYS).delete()
    dossier.content.sources.create(database=other)
    ask_holders(dossier, JournalLine(at=timezone.now()))
    first, second = EstimateRequest.objects.filter(dossier=dossier).order_by("pk")
    by = {first.organisation_id: held[1], second.organisation_id: agent}
    by |= {held[0].pk: held[1]}
    give(first, figures(), by=by[first.organisation_id], at=timezone.now())
    assert DAYS not in sheet_of(dossier).facts
    give(second, figures("1", "2", "3"), by=by[second.organisation_id], at=timezone.now())
    fact = sheet_of(dossier).facts[DAYS]
    assert (fact.low, fact.value, fact.high) == (9, 14, 23)


def test_a_second_answer_counts_and_the_first_is_kept(held: tuple[Any, Any]) -> None:
    request = asked()
    give(request, figures(), by=held[1], at=timezone.now())
    give(request, figures("9", "10", "11"), by=held[1], at=timezone.now())
    assert sheet_of(request.dossier).facts[DAYS].value == 10
    assert request.figures.count() == 2


def test_only_an_agent_of_the_holder_answers(held: tuple[Any, Any]) -> None:
    people = cast()
    request = asked(people)
    for person in (people["owner"], people["officer"], a_fee_manager(), a_holder()[1]):
        with pytest.raises(NotAllowed):
            give(request, figures(), by=person, at=timezone.now())
    assert not request.figures.exists()


@pytest.mark.parametrize("given", [{}, figures("9", "8", "10"), figures("-1", "8", "10"), figures() | {"estimate.hours": Figure(1, 1, 1)}])
def test_figures_are_whole_and_in_their_order(held: tuple[Any, Any], given: dict[str, Figure]) -> None:
    request = asked()
    with pytest.raises(RuleBroken):
        give(request, given, by=held[1], at=timezone.now())


def test_an_estimate_of_a_dossier_that_ended_is_dropped(held: tuple[Any, Any]) -> None:
    request = asked()
    set_columns(request.dossier, state=State.WITHDRAWN)
    with pytest.raises(WrongState):
        give(request, figures(), by=held[1], at=timezone.now())
    drop_of_ended(request.dossier, JournalLine(at=timezone.now()))
    assert EstimateRequest.objects.get(pk=request.pk).state == EstimateState.DROPPED
    assert clocks.of(request).get().outcome == "stopped"


# ---- pages and letters


def test_the_agent_finds_what_is_asked_and_answers(held: tuple[Any, Any], client: Client) -> None:
    request = asked()
    agent = sign_in(client, held[1])
    assert request.dossier.reference in agent.get(reverse("quotes:estimates")).content.decode()
    address = reverse("quotes:estimate", args=[request.pk])
    refused = agent.post(address, {f"low:{DAYS}": "9", f"likely:{DAYS}": "8", f"high:{DAYS}": "10"})
    assert refused.status_code == 422 and "in their order" in refused.content.decode()
    given = {f"low:{DAYS}": "8", f"likely:{DAYS}": "12.5", f"high:{DAYS}": "20", f"note:{DAYS}": "Selon le ciblage."}
    assert agent.post(address, given).status_code == 302
    assert EstimateRequest.objects.get(pk=request.pk).state == EstimateState.GIVEN


def test_the_agent_of_another_holder_and_strangers_find_nothing(held: tuple[Any, Any], client: Client) -> None:
    request = asked()
    address = reverse("quotes:estimate", args=[request.pk])
    assert sign_in(client, a_holder()[1]).get(address).status_code == 404
    assert sign_in(client, UserFactory()).get(address).status_code == 404
    assert sign_in(client, UserFactory()).get(reverse("quotes:estimates")).status_code == 404
    assert sign_in(client, held[1]).get(reverse("dossiers:page", args=[request.dossier.reference])).status_code == 404


def test_the_applicant_reads_the_three_figures(held: tuple[Any, Any], client: Client) -> None:
    people = cast()
    request = asked(people)
    give(request, figures(), by=held[1], at=timezone.now())
    shown = sign_in(client, people["owner"]).get(reverse("quotes:dossier", args=[request.dossier.reference])).content.decode()
    assert "12, between 8 and 20" in shown and "Selon le ciblage." in shown


def letters() -> list[Any]:
    outbox.deliver_waiting(timezone.now)
    return list(outgoing.outbox)


def test_the_holder_is_written_to_reminded_once_and_told_when_late(held: tuple[Any, Any]) -> None:
    request = asked()
    assert [letter.to for letter in letters()] == [[held[1].email]]
    for due in (timezone.localdate() + timedelta(days=2), timezone.localdate() - timedelta(days=1)):
        EstimateRequest.objects.filter(pk=request.pk).update(due_on=due)
        tasks.remind()
        tasks.remind()
    assert len(letters()) == 3
    assert not any("28" in letter.body and "€" in letter.body for letter in letters())


def test_a_quote_that_soon_ends_is_told_once_to_who_has_not_accepted() -> None:
    grids_in_force()
    people = cast() | {"fees": a_fee_manager()}
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    letters()
    outgoing.outbox.clear()
    set_columns(quote, valid_until=timezone.localdate() + timedelta(days=10))
    tasks.remind()
    tasks.remind()
    assert [letter.to for letter in letters()] == [[people["signatory"].email]]
    assert quote.number in outgoing.outbox[0].subject
    assert str(quote.gross) not in outgoing.outbox[0].body


def test_issuing_and_accepting_write_to_the_team_in_their_languages() -> None:
    from fees.quotes.services.deciding import accept
    from tests.fees.quoting import signed_by

    grids_in_force()
    people = cast() | {"fees": a_fee_manager()}
    people["signatory"].language = "en"
    people["signatory"].save()
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    told = {letter.to[0]: letter for letter in letters()}
    assert set(told) == {people["owner"].email, people["signatory"].email}
    assert "is issued for the dossier" in told[people["signatory"].email].body
    outgoing.outbox.clear()
    accept(quote, by=people["signatory"], at=timezone.now(), signed=signed_by(people["signatory"], quote))
    assert {letter.to[0] for letter in letters()} == {people["owner"].email, people["signatory"].email, people["fees"].email}
    assert Dossier.objects.filter(pk=quote.dossier_id).exists()


def test_an_estimate_that_is_over_is_said_before_the_quote_that_rests_on_it_is_issued(held: tuple[Any, Any], in_english: None) -> None:
    request, manager, now = asked(), a_fee_manager(), timezone.now()
    give(request, figures(), by=held[1], at=now, valid_until=paris_day(now))
    quote = a_quote(request.dossier, manager)
    assert lapsed_in(quote, now) == [], "the last day still holds"
    later = now + timedelta(days=1)
    with time_machine.travel(later, tick=True):
        (lapsed,) = lapsed_in(quote, later)
        assert (lapsed.holder, lapsed.until) == (held[0].name, paris_day(now))
        client = sign_in(Client(), manager)
        client.cookies["django_language"] = "en"
        words = f"The estimate of {held[0].name} held until"
        for page in ("quotes:quote", "quotes:issue"):
            if page == "quotes:issue":
                assert client.post(reverse("quotes:again", args=[request.dossier.reference, quote.number])).status_code == 302
            assert words in unescape(client.get(reverse(page, args=[request.dossier.reference, quote.number])).content.decode()), page
        assert (
            "the holder may give another one on its page"
            in client.get(reverse("quotes:dossier", args=[request.dossier.reference])).content.decode()
        )
        say(request.dossier, DAYS, "10")
        assert lapsed_in(quote, later) == [], "the fee manager settled the figure instead"


def test_an_estimate_is_not_given_for_a_time_that_is_over(held: tuple[Any, Any], in_english: None) -> None:
    request, now = asked(), timezone.now()
    with pytest.raises(RuleBroken, match="past already"):
        give(request, figures(), by=held[1], at=now, valid_until=paris_day(now) - timedelta(days=1))
