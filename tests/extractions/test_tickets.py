"""Tickets: opened once a round, linked without a circle, moved by those who work at them, held back by the gate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from accounts.models import User
from accounts.roles import Role
from extractions.models import Link, Ticket, Unlinking, Wait
from extractions.policies import MAY, WORKER, roles_on
from extractions.queries import times_of
from extractions.services import waiting, working
from extractions.services.opening import cnam, link, open_ticket
from extractions.services.planning import open_planned
from extractions.services.unlinking import unlink
from extractions.states import Desk, Kind, Side, TicketState
from extractions.turns import Pause, Step, shares, stretches
from requests_app.policies import RECUSED
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, OrganisationFactory, RoleGrantFactory, UserFactory
from tests.extractions.factories import a_scene, a_ticket, pay_nothing
from tests.fees.quoting import set_columns
from tests.requests_app.factories import term
from workflow import clocks
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db


def test_a_ticket_has_its_number_its_desk_and_its_clock_and_its_work_is_asked_for_once_at_a_time(in_english: None) -> None:
    scene = a_scene()
    ticket = a_ticket(scene)
    assert (ticket.desk, ticket.round, ticket.side) == (Desk.CNAM, 1, "cnam")
    assert ticket.number.startswith(f"TIC-{timezone.now().year}-")
    assert clocks.running(ticket, "K-TIC") is not None
    with pytest.raises(RuleBroken, match="under way there already"):
        open_ticket(scene.dossier, Kind.COHORT, cnam(), by=scene["officer"], at=timezone.now())
    ticket.cancel(by=scene["officer"], at=timezone.now(), because="Remplacé.")
    again = open_ticket(scene.dossier, Kind.COHORT, cnam(), by=scene["officer"], at=timezone.now())
    assert again.round == 2 and JournalLine.objects.filter(subject_type="ticket", subject_id=again.pk, action="open").exists()


def test_a_chain_of_links_never_comes_back_to_where_it_began(in_english: None) -> None:
    scene = a_scene()
    first, second, third = (a_ticket(scene, kind) for kind in (Kind.DIRECT_MATCHING, Kind.COHORT, Kind.DELIVERY))
    for before, after in ((first, second), (second, third)):
        link(before, after, by=scene["officer"], at=timezone.now())
    with pytest.raises(RuleBroken, match="before itself"):
        link(third, first, by=scene["officer"], at=timezone.now())
    with pytest.raises(DatabaseError, match="before itself"), transaction.atomic():
        Link.objects.create(before=third, after=first)
    other = a_ticket(a_scene(), Kind.COHORT)
    with pytest.raises(DatabaseError, match="one dossier"), transaction.atomic():
        Link.objects.create(before=first, after=other)


def test_an_extraction_waits_for_what_comes_before_it_and_for_the_gate(in_english: None) -> None:
    scene = a_scene()
    matching, extraction = a_ticket(scene, Kind.INDIRECT_MATCHING), a_ticket(scene, Kind.COHORT, TicketState.NEED_AGREED)
    link(matching, extraction, by=scene["officer"], at=timezone.now())
    with pytest.raises(RuleBroken, match=f"{matching.number} comes first"):
        extraction.begin_extraction(by=scene["cnam"], at=timezone.now())
    matching.cancel(by=scene["officer"], at=timezone.now(), because="Sans objet.")
    extraction.begin_extraction(by=scene["cnam"], at=timezone.now())
    assert extraction.state == TicketState.EXTRACTION
    shut = a_ticket(a_scene(gate_open=False), Kind.COHORT, TicketState.NEED_AGREED)
    with pytest.raises(RuleBroken, match="No convention was prepared yet"):
        shut.begin_extraction(by=scene["cnam"], at=timezone.now())


def test_targeting_may_begin_before_the_gate_opens() -> None:
    scene = a_scene(gate_open=False)
    ticket = a_ticket(scene, Kind.TARGETING, TicketState.NEED_AGREED)
    ticket.begin_targeting(by=scene["cnam"], at=timezone.now())
    assert ticket.state == TicketState.TARGETING


def test_each_holder_sees_its_own_tickets_and_no_other(in_english: None) -> None:
    scene = a_scene()
    theirs, other = a_ticket(scene, organisation=scene.holder), a_ticket(scene)
    agent = scene["holder_agent"]
    assert list(Ticket.objects.visible_to(agent)) == [theirs]
    with pytest.raises(NotAllowed):
        other.reject(by=agent, at=timezone.now(), because="Non.")
    assert list(Ticket.objects.visible_to(scene["cnam"])) == [other]
    assert set(Ticket.objects.visible_to(scene["owner"])) == set(Ticket.objects.visible_to(scene["officer"])) == {theirs, other}


def test_the_clock_stands_still_while_the_applicant_has_the_next_word_and_the_time_is_theirs() -> None:
    scene, start = a_scene(), timezone.now() - timedelta(days=10)
    ticket = a_ticket(scene, Kind.COHORT, at=start)
    waiting.ask(ticket, "Quelle période ?", by=scene["cnam"], at=start + timedelta(days=2))
    clock = clocks.running(ticket, "K-TIC")
    assert clock is not None and clocks.is_paused(clock) and ticket.side == "applicant"
    waiting.answer(ticket, "De 2019 à 2023.", by=scene["owner"], at=start + timedelta(days=5))
    resumed = clocks.running(ticket, "K-TIC")
    assert resumed is not None and (resumed.due_on - clock.due_on).days == 3
    (timed,) = times_of([ticket], start + timedelta(days=10))
    assert {side: length.days for side, length in timed.shares.items()} == {"cnam": 7, "applicant": 3}


def test_a_proposed_need_is_on_the_side_of_the_desk_also_while_another_ticket_comes_first() -> None:
    day = [datetime(2026, 3, 1 + passed, tzinfo=UTC) for passed in range(11)]
    steps = [Step(day[0], "created"), Step(day[7], "need_agreed")]
    known = {"desk": Desk.CNAM, "steps": steps, "pauses": [Pause(day[5], day[6])], "now": day[10], "ready_at": day[9]}
    assert {side: length.days for side, length in shares(stretches(**known)).items()} == {"applicant": 1, "cnam": 1}
    life = stretches(**known, at_desk=[Pause(day[3], day[7])])
    assert [(stretch.side, stretch.length.days) for stretch in life] == [
        (None, 3), ("cnam", 2), ("applicant", 1), ("cnam", 1), (None, 2), ("cnam", 1)
    ]  # fmt: skip


def test_one_question_at_a_time_and_an_end_takes_it_along(in_english: None) -> None:
    scene = a_scene()
    ticket = a_ticket(scene)
    waiting.ask(ticket, "Quelle période ?", by=scene["cnam"], at=timezone.now())
    with pytest.raises(WrongState, match="next word already"):
        waiting.ask(ticket, "Et quelle base ?", by=scene["cnam"], at=timezone.now())
    with pytest.raises(NotAllowed):
        waiting.answer(ticket, "Rien.", by=scene["cnam"], at=timezone.now())
    ticket.reject(by=scene["cnam"], at=timezone.now(), because="Hors du périmètre.")
    assert not Wait.objects.filter(ticket=ticket, ended_at=None).exists()


def test_two_agents_take_one_ticket_and_the_second_is_told(in_english: None) -> None:
    scene = a_scene()
    ticket = a_ticket(scene)
    working.claim(ticket, by=scene["cnam"], at=timezone.now())
    with pytest.raises(WrongState, match="has taken this ticket"):
        working.claim(ticket, by=scene["cnam2"], at=timezone.now())
    with pytest.raises(RuleBroken, match="does not work at the desk"):
        working.assign(ticket, scene["holder_agent"], by=scene["cnam"], at=timezone.now())


def test_the_gate_opens_the_planned_tickets_once_and_in_their_order() -> None:
    scene = a_scene(gate_open=False, matching_kind=term("matching_kind"))
    at = timezone.now()
    first = open_planned(scene.dossier, by=User.objects.system(), at=at)
    assert [ticket.kind for ticket in first] == [Kind.TARGETING]
    set_columns(scene.dossier, state=State.IN_PREPARATION, convention_on=at.date())
    pay_nothing(scene.dossier)
    rest = open_planned(scene.dossier, by=User.objects.system(), at=at)
    assert len(rest) == 3 and {rest[-2].kind, rest[-1].kind} == {Kind.COHORT, Kind.DELIVERY}
    assert [one.before_id for one in Link.objects.filter(after=rest[-1])] == [rest[-2].pk]
    assert open_planned(scene.dossier, by=User.objects.system(), at=at) == []


def test_pages_are_for_those_who_see_the_ticket(client: Client, english_pages: None) -> None:
    scene = a_scene()
    ticket, other = a_ticket(scene), a_ticket(scene, organisation=scene.holder)
    tab = reverse("extractions:dossier", args=[scene.dossier.reference])
    for person, seen in ((scene["owner"], [ticket, other]), (scene["cnam"], [ticket]), (scene["holder_agent"], [other])):
        sign_in(client, person)
        for one in (ticket, other):
            assert client.get(one.get_absolute_url()).status_code == (200 if one in seen else 404)
    sign_in(client, scene["owner"])
    assert "Preparation of the data" in client.get(tab).content.decode()
    assert client.get(reverse("extractions:work")).status_code == 404
    sign_in(client, scene["cnam"])
    board = client.get(reverse("extractions:work")).content.decode()
    assert ticket.number in board and other.number not in board
    answered = client.post(reverse("extractions:ask", args=[ticket.number]), {"question": "  "})
    assert answered.status_code == 422
    client.post(reverse("extractions:ask", args=[ticket.number]), {"question": "Quelle période ?"})
    client.post(reverse("extractions:claim", args=[ticket.number]))
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert "Quelle période ?" in page and "The clock of the desk stands still." in page


def test_the_board_and_the_tab_ask_the_same_number_of_questions_whatever_they_hold(client: Client) -> None:
    scene = a_scene()
    sign_in(client, scene["cnam"])

    def counted() -> list[int]:
        found = []
        for address in (reverse("extractions:work"), reverse("extractions:dossier", args=[scene.dossier.reference])):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    kinds = iter(Kind)
    for _ in range(2):
        a_ticket(scene, next(kinds))
    counted()
    few = counted()
    for kind in kinds:
        a_ticket(scene, kind)
    many = counted()
    assert many[0] <= few[0] and many[1] <= few[1]


def test_a_holder_reads_no_number_of_another_body_and_nothing_after_withdrawing(client: Client, english_pages: None) -> None:
    scene, system, at = a_scene(), User.objects.system(), timezone.now()
    first, own = a_ticket(scene, Kind.DIRECT_MATCHING), a_ticket(scene, organisation=scene.holder)
    link(first, own, by=system, at=at)
    work = reverse("extractions:work")
    for person, told in ((scene["holder_agent"], False), (scene["owner"], True)):
        sign_in(client, person)
        assert (first.number in client.get(own.get_absolute_url()).content.decode()) is told
    sign_in(client, scene["holder_agent"])
    board = client.get(work).content.decode()
    assert own.number in board and first.number not in board
    assert own.number in client.get(work, {"q": f"{own.number}\x00"}).content.decode()
    assign_perm("recused", scene["holder_agent"], scene.dossier)
    assert own.number not in client.get(work).content.decode()
    assert client.get(own.get_absolute_url()).status_code == 404


def test_the_lists_show_the_tickets_whose_pages_open_and_no_others() -> None:
    """Every site role, on every side of the dossier, at each desk: the queryset and the table of roles say the same."""
    scene = a_scene()
    controller, operator = scene.dossier.content.controller, OrganisationFactory(is_operator=True)
    tickets = [a_ticket(scene), a_ticket(scene, organisation=scene.holder), a_ticket(scene, organisation=operator)]
    assert [one.desk for one in tickets] == [Desk.CNAM, Desk.HOLDER, Desk.OPERATOR]
    agent = Role.DATA_CONTROLLER_AGENT
    grants = [
        (agent, cnam()),
        (agent, scene.holder),
        (agent, operator),
        (Role.CNAM_AGENT, None),
        (Role.OFFICER, None),
        (Role.AUDITOR, None),
    ]
    seen = {}
    for role, body in grants:
        for side in ("none", "owner", RECUSED, "member"):
            person = UserFactory(device=True)
            RoleGrantFactory(user=person, role=role, organisation=body)
            if side == "member":
                MembershipFactory(user=person, organisation=controller)
            elif side != "none":
                assign_perm(side, person, scene.dossier)
            roles = {one: roles_on(person, one) for one in tickets}
            assert set(Ticket.objects.visible_to(person)) == {one for one in tickets if roles[one] & MAY["see"]}, (role, body, side)
            assert set(Ticket.objects.at_desks(person)) == {one for one in tickets if WORKER in roles[one]}, (role, body, side)
            seen[role, body, side] = len(Ticket.objects.visible_to(person))
    assert seen[agent, cnam(), "none"] == 1 and seen[agent, cnam(), "member"] == 0, "the CNAM does not work for its own agents' bodies"
    assert seen[agent, scene.holder, "member"] == 1, "a holder delivers its own data to itself"


def test_what_comes_first_is_changed_with_a_reason_until_the_work_has_begun(client: Client, english_pages: None) -> None:
    scene, start = a_scene(), timezone.now() - timedelta(days=4)
    first, later = a_ticket(scene, Kind.INDIRECT_MATCHING, "matching", at=start), a_ticket(scene, Kind.COHORT, "need_agreed", at=start)
    link(first, later, by=scene["officer"], at=start)
    page = reverse("extractions:unlink", args=[later.number])
    sign_in(client, scene["owner"])
    assert client.get(page).status_code == 404
    sign_in(client, scene["cnam"])
    assert page in client.get(later.get_absolute_url()).content.decode()
    assert client.post(page, {"before": first.pk, "because": " "}).status_code == 422
    assert Link.objects.exists() and clocks.is_paused(clocks.running(later, "K-TIC"))
    assert client.post(page, {"before": first.pk, "because": "Sources indépendantes."}).status_code == 302
    assert not Link.objects.exists() and not clocks.is_paused(clocks.running(later, "K-TIC")), "its own clock runs now"
    assert "Sources indépendantes." in client.get(later.get_absolute_url()).content.decode()
    line = JournalLine.objects.get(subject_type="ticket", subject_id=later.pk, action="unlink")
    assert "Sources" not in str(line.facts) and line.facts["before"] == first.pk
    (timed,) = times_of([Ticket.objects.get(pk=later.pk)], timezone.now())
    assert timed.shares.get(Side.CNAM, timedelta()) < timedelta(hours=1), "while it waited nobody's time ran"
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Unlinking.objects.update(because="Autre.")
    link(first, later, by=scene["officer"], at=timezone.now())
    set_columns(later, state="extraction")
    with pytest.raises(WrongState, match="has begun on what came before"):
        unlink(first, Ticket.objects.get(pk=later.pk), "Trop tard.", by=scene["cnam"], at=timezone.now())


def test_the_step_that_goes_on_stands_before_those_that_go_back_or_end(client: Client) -> None:
    ticket = a_ticket(scene := a_scene(), Kind.COHORT, "quality_check")
    sign_in(client, scene["cnam"])
    page = client.get(ticket.get_absolute_url()).content.decode()
    places = [page.index(f"/etapes/{move}/") for move in ("pass_quality", "fail_quality", "reject")]
    assert places == sorted(places)


def test_no_question_and_no_reason_holds_the_number_of_a_person(in_english: None) -> None:
    scene = a_scene()
    ticket, at = a_ticket(scene), timezone.now()
    for said in ("Ligne 12 : 1 85 05 75 056 123", "185057505612345 est illisible"):
        with pytest.raises(RuleBroken, match="looks like a number of registration"):
            waiting.ask(ticket, said, by=scene["cnam"], at=at)
        with pytest.raises(RuleBroken, match="looks like a number of registration"):
            ticket.ask_need(by=scene["cnam"], at=at, because=said)
    waiting.ask(ticket, "Ligne 12, colonne 3 : quelle période, 2015-2021 ?", by=scene["cnam"], at=at)


def test_a_new_round_takes_the_place_of_a_rejected_one_in_the_chain() -> None:
    scene, now = a_scene(), timezone.now()
    matching, extraction = a_ticket(scene, Kind.INDIRECT_MATCHING), a_ticket(scene, Kind.COHORT)
    link(matching, extraction, by=scene["officer"], at=now)
    matching.reject(by=scene["cnam"], at=now, because="Trop peu de variables.")
    assert list(extraction.unfinished_before()) == [matching]
    again = open_ticket(scene.dossier, Kind.INDIRECT_MATCHING, cnam(), by=scene["officer"], at=now)
    assert list(extraction.unfinished_before()) == [again]


def test_the_clock_of_a_ticket_waits_for_what_comes_before_it() -> None:
    scene, now = a_scene(), timezone.now()
    matching, extraction = a_ticket(scene, Kind.INDIRECT_MATCHING), a_ticket(scene, Kind.COHORT)
    link(matching, extraction, by=scene["officer"], at=now)
    clock = clocks.running(extraction, "K-TIC")
    assert clock is not None and clocks.is_paused(clock)
    matching.cancel(by=scene["officer"], at=now, because="Sans objet.")
    clock = clocks.running(extraction, "K-TIC")
    assert clock is not None and not clocks.is_paused(clock)


def test_nothing_is_asked_of_a_project_that_has_ended(in_english: None) -> None:
    scene = a_scene()
    set_columns(scene.dossier, state=State.ENDED)
    with pytest.raises(RuleBroken, match="no data are prepared"):
        a_ticket(scene)
