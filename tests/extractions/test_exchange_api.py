"""The API of tickets: whose tickets a token opens, what it may do to them, and once per key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.services import client_of_token, end_api_client, make_token, revoke_token
from extractions.exchange import services
from extractions.exchange.models import Answer
from extractions.exchange.once import Asked, Told, once
from extractions.exchange.pages import TICKETS
from extractions.exchange.rules import MOVES, READ, WITH_REASON, WRITE
from extractions.exchange.tasks import tidy
from extractions.matching.models import MatchingResult
from extractions.models import Ticket
from extractions.needs.content import Content, Origin, sha256, write
from extractions.needs.models import Need, NeedVersion
from extractions.notifications import the_desk
from extractions.policies import MACHINE, MAY, WORKER
from extractions.services import waiting
from extractions.services.opening import cnam, link
from extractions.services.working import assign
from extractions.states import Kind, TicketState
from tests.extractions.exchanging import API, System, a_system
from tests.extractions.factories import Scene, a_scene, a_ticket
from tests.racing import meanwhile
from workflow.engine import moves_of
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return a_scene()


@pytest.fixture
def system(scene: Scene) -> System:
    return a_system(cnam())


def test_a_body_sees_its_own_tickets_and_those_of_another_are_not_found(scene: Scene, system: System) -> None:
    own, other = a_ticket(scene), a_ticket(scene, organisation=scene.holder)
    holder = a_system(scene.holder)
    link(other, own, by=scene["officer"], at=timezone.now())
    page = system.get("/tickets").json()
    assert [one["number"] for one in page["items"]] == [own.number]
    assert page["items"][0]["awaits_other_bodies"] and page["items"][0]["predecessors"] == []
    assert [one["number"] for one in holder.get("/tickets").json()["items"]] == [other.number]
    for answer in (system.get(f"/tickets/{other.number}"), system.post(f"/tickets/{other.number}/claim")):
        assert answer.status_code == 404 and answer["Content-Type"] == "application/problem+json"
    assert not Answer.objects.exists() and Ticket.objects.get(pk=other.pk).agent_id is None


def test_a_document_names_nobody(scene: Scene, system: System) -> None:
    ticket = a_ticket(scene, Kind.COHORT, TicketState.NEED_AGREED)
    answer = system.get(f"/tickets/{ticket.number}")
    told = answer.json()
    assert told["dossier"] == {"reference": scene.dossier.reference, "title": scene.dossier.content.title}
    assert set(told["moves"]) == {"begin_extraction"} and answer["ETag"] == f'"{told["version"]}"'
    assert answer["Cache-Control"] == "no-store" and "Set-Cookie" not in answer and "Cookie" not in answer.get("Vary", "")
    assert not any(person.email in answer.content.decode() for person in User.objects.all())


def test_without_a_token_that_works_nothing_is_told(scene: Scene, system: System) -> None:
    now = timezone.now()
    assert Client().get(f"{API}/tickets").status_code == 401
    refused = Client().get(f"{API}/tickets", headers={"Authorization": "Bearer gch_wrong"})
    assert refused.status_code == 401 and refused["WWW-Authenticate"].startswith("Bearer") and refused.json()["status"] == 401
    agent = Client()
    agent.force_login(scene["cnam"], backend="django.contrib.auth.backends.ModelBackend")
    assert agent.get(f"{API}/tickets").status_code == 401, "a session opens nothing here"
    assert client_of_token(system.secret, at=now + timedelta(days=366)) is None
    revoke_token(system.client.tokens.get(), by=system.keeper, at=now)
    assert system.get("/me").status_code == 401
    _token, system.secret = make_token(system.client, by=system.keeper, at=now)
    assert system.get("/me").json() == {"name": "Planification", "organisation": cnam().name, "scopes": [READ, WRITE]}
    end_api_client(system.client, by=system.keeper, at=timezone.now())
    assert system.get("/me").status_code == 401
    with pytest.raises(WrongState):
        make_token(system.client, by=system.keeper, at=now)


def test_a_wrong_method_or_address_is_a_problem_too(scene: Scene, system: System) -> None:
    wrong = Client(enforce_csrf_checks=True).delete(f"{API}/tickets")
    assert wrong.status_code == 405 and wrong["Allow"] == "GET" and wrong.json()["status"] == 405
    assert Client(enforce_csrf_checks=True).post("/api/tickets/v2/x").json()["status"] == 404


def test_a_token_is_kept_as_a_hash_and_two_work_at_most(system: System) -> None:
    kept = ApiToken.objects.get()
    assert system.secret.startswith(kept.prefix) and system.secret not in str(kept.__dict__)
    make_token(system.client, by=system.keeper, at=timezone.now())
    with pytest.raises(RuleBroken):
        make_token(system.client, by=system.keeper, at=timezone.now())
    for change in ({"expires_at": timezone.now() + timedelta(days=9999)}, {"sha256": "0" * 64}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ApiToken.objects.filter(pk=kept.pk).update(**change)
    revoke_token(kept, by=system.keeper, at=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        ApiToken.objects.filter(pk=kept.pk).update(revoked_at=None, revoked_by=None)


def test_a_right_to_read_writes_nothing_and_the_other_way_round(scene: Scene) -> None:
    ticket = a_ticket(scene)
    reader, writer = a_system(cnam(), READ), a_system(cnam(), WRITE, name="Suivi")
    refused = reader.post(f"/tickets/{ticket.number}/claim")
    assert refused.status_code == 403 and 'scope="tickets:write"' in refused["WWW-Authenticate"]
    assert reader.get(f"/tickets/{ticket.number}").json()["moves"] == []
    assert writer.get(f"/tickets/{ticket.number}").status_code == 403
    assert writer.post(f"/tickets/{ticket.number}/claim").status_code == 200


def test_a_system_does_the_work_of_a_ticket_and_stands_in_the_journal(scene: Scene, system: System) -> None:
    number = a_ticket(scene, Kind.COHORT, TicketState.NEED_AGREED).number
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    assert system.post(f"/tickets/{number}/claim").json()["claimed"]
    assert system.post(f"/tickets/{number}/expected", {"expected_on": day}).json()["expected_on"] == day
    assert system.post(f"/tickets/{number}/moves/begin_extraction").json()["state"] == "extraction"
    assert system.post(f"/tickets/{number}/questions", {"question": "Quelle version ?"}).json()["question_open_since"]
    stopped = system.post(f"/tickets/{number}/moves/begin_quality_check")
    assert stopped.status_code == 422 and stopped.json()["errors"][0]["message"]
    lines = JournalLine.objects.filter(subject_type="ticket", action__in=["claim", "expect", "begin_extraction", "ask"])
    assert {(line.actor_id, line.actor_role) for line in lines} == {(system.client.user_id, MACHINE)} and lines.count() == 4
    assert not system.client.user.has_usable_password() and not system.client.user.is_active


def test_a_system_takes_back_its_own_question_and_no_others(scene: Scene, system: System) -> None:
    ticket = a_ticket(scene, Kind.COHORT, TicketState.NEED_AGREED)
    address = f"/tickets/{ticket.number}/questions"
    assert system.post(f"{address}/withdraw").status_code == 409, "none is open"
    system.post(address, {"question": "Quelle version ?"})
    assert system.post(f"{address}/withdraw").json()["question_open_since"] is None
    waiting.ask(Ticket.objects.get(pk=ticket.pk), "Quelle période ?", by=scene["cnam"], at=timezone.now())
    assert system.post(f"{address}/withdraw").status_code == 403
    assert a_system(scene.holder).post(f"{address}/withdraw").status_code == 404


def test_a_system_tells_what_a_matching_gave_and_a_person_decides(scene: Scene, system: System) -> None:
    ticket, other = a_ticket(scene, Kind.INDIRECT_MATCHING, TicketState.MATCHING), a_ticket(scene, organisation=scene.holder)
    address, told = f"/tickets/{ticket.number}/matching-results", {"submitted": 100, "passes": [{"criteria": "NIR", "found": 96}]}
    assert system.post(address, told | {"submitted": 90}).status_code == 422, "more were found than looked for"
    assert system.post(address, told | {"passes": [{"criteria": "1 84 05 75 116 001", "found": 1}]}).status_code == 422
    first, again = system.post(address, told, key="the-result"), system.post(address, told, key="the-result")
    assert first.status_code == 200 and first.json()["state"] == "matching" and again["Idempotent-Replayed"] == "true"
    [kept] = MatchingResult.objects.all()
    assert (kept.submitted, kept.found, kept.recorded_by_id) == (100, 96, system.client.user_id)
    assert system.post(f"/tickets/{other.number}/matching-results", told).status_code == 404
    assert a_system(cnam(), READ, name="Lecture").post(address, told).status_code == 403


def test_a_system_reads_the_need_on_which_its_ticket_is_worked(scene: Scene, system: System) -> None:
    ticket = a_ticket(scene)
    assert system.get(f"/tickets/{ticket.number}/need").status_code == 404, "nothing is agreed yet"
    text = write(Content(scene.dossier.reference, "cnam", Origin(1), population="Adultes"))
    need, now = Need.objects.create(dossier=scene.dossier, organisation=cnam()), timezone.now()
    agreed = {"applicant_agreed_at": now, "applicant_agreed_by": scene["owner"], "desk_agreed_at": now, "desk_agreed_by": scene["cnam"]}
    known = {"need": need, "number": 1, "content": text, "sha256": sha256(text), "side": "applicant"}
    NeedVersion.objects.create(**known, drafted_at=now, drafted_by=scene["owner"], **agreed)
    answer = system.get(f"/tickets/{ticket.number}/need")
    told = answer.json()
    assert (told["version"], told["latest_agreed"], told["sha256"]) == (1, 1, sha256(text)) and answer["ETag"]
    assert told["content"]["population"] == "Adultes" and scene["owner"].email not in answer.content.decode()
    assert a_system(scene.holder).get(f"/tickets/{ticket.number}/need").status_code == 404
    assert a_system(cnam(), WRITE, name="Écriture").get(f"/tickets/{ticket.number}/need").status_code == 403


def test_a_ticket_that_a_system_has_taken_is_still_told_to_the_people_of_its_desk_who_may_take_it_over(
    scene: Scene, system: System
) -> None:
    ticket = a_ticket(scene, Kind.COHORT, TicketState.NEED_AGREED)
    system.post(f"/tickets/{ticket.number}/claim")
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert the_desk(ticket) >= {scene["cnam"].pk, scene["cnam2"].pk}
    assign(ticket, scene["cnam"], by=scene["cnam2"], at=timezone.now())
    assert the_desk(Ticket.objects.get(pk=ticket.pk)) == {scene["cnam"].pk}


def test_what_is_refused_says_why_and_names_no_other_body(scene: Scene, system: System) -> None:
    theirs = a_ticket(scene, Kind.INDIRECT_MATCHING, organisation=scene.holder)
    ticket = a_ticket(scene, Kind.COHORT, TicketState.NEED_AGREED)
    link(theirs, ticket, by=scene["officer"], at=timezone.now())
    refused = system.post(f"/tickets/{ticket.number}/moves/begin_extraction")
    assert refused.status_code == 422 and theirs.number not in refused.content.decode()
    assert system.post(f"/tickets/{ticket.number}/moves/pass_quality").status_code == 409
    assert system.post(f"/tickets/{ticket.number}/moves/reject", {"because": "Non."}).status_code == 422, "a person rejects"
    with pytest.raises(NotAllowed):
        ticket.reject(by=system.client.user, at=timezone.now(), because="Non.")
    checked = a_ticket(scene, Kind.AGGREGATES, TicketState.QUALITY_CHECK)
    assert system.post(f"/tickets/{checked.number}/moves/fail_quality").status_code == 422, "a reason is asked for"
    assert system.post(f"/tickets/{ticket.number}/moves/begin_extraction", {"because": "Non."}).status_code == 422
    assert system.post(f"/tickets/{ticket.number}/moves/go", {"because": "Oui."}).status_code == 422, "a person decides"
    assert system.post(f"/tickets/{ticket.number}/moves/fail_quality", {"because": "a\0b"}).status_code == 422
    assert system.get("/tickets?etat=closed").status_code == 422 and system.get("/tickets?cursor=zzz").status_code == 422
    Ticket.objects.filter(pk=ticket.pk).update(agent=scene["cnam"])
    taken = system.post(f"/tickets/{ticket.number}/claim")
    assert taken.status_code == 409 and scene["cnam"].last_name not in taken.content.decode()


def test_a_system_announces_a_delivery_with_its_list_of_files(scene: Scene, system: System) -> None:
    ticket = a_ticket(scene, Kind.DELIVERY, TicketState.DELIVERY)
    listed = "".join(f"{number:064x}  extraction/part-{number:03}.parquet\n" for number in range(1, 469))
    told = {"manifest": listed, "channel": "space", "place": "Espace projet 0117", "total_bytes": 6_400_000_000_000}
    wrong = system.post(f"/tickets/{ticket.number}/packages", told | {"manifest": "0123  a.csv\n" + listed})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["where"] == "manifest" and not ticket.packages.exists()
    assert system.post(f"/tickets/{ticket.number}/packages", told | {"total_bytes": None}).status_code == 422
    assert system.post(f"/tickets/{ticket.number}/packages", told).json()["state"] == "acceptance"
    package = ticket.packages.get()
    assert (package.file_count, package.total_bytes, package.announced_by) == (468, 6_400_000_000_000, system.client.user)
    assert system.post(f"/tickets/{ticket.number}/packages", told).status_code == 409
    assert system.post(f"/tickets/{ticket.number}/packages", told | {"note": "n" * 3_000_000}).status_code == 413


def test_a_request_is_done_once_under_its_key(scene: Scene, system: System) -> None:
    ticket = a_ticket(scene, Kind.COHORT, TicketState.NEED_AGREED)
    first = system.post(f"/tickets/{ticket.number}/moves/begin_extraction", key="the-same-key")
    again = system.post(f"/tickets/{ticket.number}/moves/begin_extraction", key="the-same-key")
    assert (first.status_code, again.status_code) == (200, 200) and first.content == again.content
    assert again["Idempotent-Replayed"] == "true" and again["ETag"] == first["ETag"]
    assert system.post(f"/tickets/{ticket.number}/moves/begin_quality_check", key="the-same-key").status_code == 422
    refused = system.post(f"/tickets/{ticket.number}/moves/pass_quality", key="a-second-key")
    assert refused.status_code == 409 and not Answer.objects.filter(key="a-second-key").exists(), "nothing was done: nothing is kept"
    without = Client().post(
        f"{API}/tickets/{ticket.number}/claim", "{}", "application/json", headers={"Authorization": f"Bearer {system.secret}"}
    )
    assert without.status_code == 422
    Answer.objects.update(made_at=timezone.now() - timedelta(days=8))
    assert tidy() == 1


def test_who_has_not_seen_what_happened_since_changes_nothing(scene: Scene, system: System) -> None:
    ticket = a_ticket(scene, Kind.COHORT, TicketState.NEED_AGREED)
    seen = system.get(f"/tickets/{ticket.number}")["ETag"]
    assert system.post(f"/tickets/{ticket.number}/claim", **{"If-Match": seen}).status_code == 200
    late = system.post(f"/tickets/{ticket.number}/moves/begin_extraction", **{"If-Match": seen})
    assert late.status_code == 412 and Ticket.objects.get(pk=ticket.pk).state == TicketState.NEED_AGREED


@pytest.mark.django_db(transaction=True)
def test_two_requests_with_one_key_at_the_same_moment_have_one_effect() -> None:
    with transaction.atomic():
        scene, system = a_scene(), a_system(cnam())
        ticket = a_ticket(scene, Kind.COHORT, TicketState.NEED_AGREED)
    asked = Asked(system.client, ticket.number, "one-key-for-both", "0" * 64, "", timezone.now())
    with meanwhile(lambda: once(asked, TICKETS, services.move("begin_extraction", ""))) as answers:
        first = once(asked, TICKETS, services.move("begin_extraction", ""))
    assert isinstance(answers[0], Told) and answers[0].again and answers[0].body == first.body
    assert JournalLine.objects.filter(subject_type="ticket", subject_id=ticket.pk, action="begin_extraction").count() == 1


def test_pages_follow_each_other_and_cost_the_same_however_many_tickets(
    scene: Scene, system: System, django_assert_max_num_queries: Any
) -> None:
    kinds = (Kind.TARGETING, Kind.COHORT, Kind.AGGREGATES, Kind.DELIVERY)
    tickets = [a_ticket(scene, kind) for kind in kinds]
    with django_assert_max_num_queries(10):
        found = system.get("/tickets?limit=3").json()
    rest = system.get(f"/tickets?limit=3&cursor={found['next_cursor']}").json()
    assert [one["number"] for one in found["items"] + rest["items"]] == [one.number for one in tickets] and rest["next_cursor"] is None
    assert [one["kind"] for one in system.get("/tickets?kind=cohort&kind=delivery&state=created").json()["items"]] == ["cohort", "delivery"]
    soon = (timezone.now() + timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert system.get(f"/tickets?since={soon}").json()["items"] == []
    for odd, count in (("0502-05-16T03:19:12%2B23:18", 4), ("0001-01-01T00:00:00%2B10:00", 4), ("9999-12-31T23:59:59-10:00", 0)):
        assert len(system.get(f"/tickets?since={odd}").json()["items"]) == count


def test_a_system_that_asks_too_fast_waits(scene: Scene, system: System, settings: Any) -> None:
    settings.TICKETS_REQUESTS_PER_MINUTE = 0
    slow = system.get("/tickets")
    assert slow.status_code == 429 and int(slow["Retry-After"]) <= 61


def test_a_system_makes_the_plain_moves_and_decides_nothing_that_is_for_a_person() -> None:
    offered = {name for name, roles in MAY.items() if MACHINE in roles}
    assert offered & set(moves_of(Ticket)) == {*MOVES, "announce"} and set(MOVES) >= WITH_REASON
    assert all(MAY[name] >= {WORKER} for name in offered)
    assert not offered & {
        "go",
        "no_go",
        "agree_need",
        "open_deposit",
        "receive_deposit",
        "accept",
        "accept_part",
        "refuse",
        "conclude",
        "cancel",
    }
