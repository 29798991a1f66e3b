"""The public figures: frozen once a month is over, masked, the same as page, CSV and JSON; and the officer's dashboard."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.db.utils import DatabaseError
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.roles import Role
from rights.measures import figures, steps
from rights.measures.availability import health_in
from rights.measures.delays import Spell, delays_of
from rights.measures.document import document_of
from rights.measures.figures import by, total
from rights.measures.models import ComplaintCount, Month, StepCount
from rights.measures.services.closing import close, close_due
from rights.measures.services.complaining import count_complaints
from rights.services.opening import bearer_of
from rights.states import Channel, Complement
from tests.accounts.clients import sign_in
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.rights.asking import Walk, a_base
from tests.rights.factories import Controller, a_controller, a_key, a_request, an_envelope, entitle, in_state
from workflow.outbox import muted
from workflow.refusals import NotAllowed

pytestmark = pytest.mark.django_db
#: A month that is over for any clock, and the day after it.
MAY = datetime(2026, 5, 4, 10, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, 3, tzinfo=UTC)
OPEN = ("transmit", "take_up")


@pytest.fixture(autouse=True)
def no_letters(settings) -> Iterator[None]:
    settings.RIGHTS_THRESHOLD = 3
    with muted():
        yield


def ended(there: Controller, count: int, move: str = "accept", *, days: int = 5, **words: str) -> None:
    """So many requests of May that ended after so many days."""
    for _one in range(count):
        routing = in_state(a_request(there, at=MAY).routings[0], *OPEN, by=there.agent, at=MAY)
        in_state(routing, move, by=there.agent, at=MAY + timedelta(days=days), **{move: words})


def test_a_month_that_is_over_is_closed_once_and_never_changes() -> None:
    there = a_controller()
    ended(there, 4)
    assert [one.name for one in close_due(JUNE)] == ["2026-05"]
    assert close_due(JUNE) == []
    document = Month.objects.get().document
    assert total(document["received"]) == total(document["ended"]) == 4
    assert by(document["ended"], "outcome", 2) == [("accepted", 4)]
    assert close_due(MAY) == []
    with pytest.raises(DatabaseError), transaction.atomic():
        Month.objects.update(closed_at=timezone.now())


def test_a_month_that_is_not_over_in_paris_is_not_closed() -> None:
    a_request(a_controller(), at=MAY)
    assert close_due(datetime(2026, 5, 31, 21, 59, tzinfo=UTC)) == []
    assert len(close_due(datetime(2026, 5, 31, 22, 0, tzinfo=UTC))) == 1


def test_a_letter_entered_after_its_month_was_closed_counts_in_the_next_one() -> None:
    there = a_controller()
    a_request(there, at=MAY)
    close(date(2026, 5, 1), at=timezone.now())
    for _one in range(3):
        a_request(there, at=MAY)
    close(date(2026, 6, 1), at=timezone.now())
    may, june = Month.objects.order_by("month")
    assert total(may.document["received"]) is None
    assert total(june.document["received"]) == 3


def test_a_small_count_is_masked_everywhere() -> None:
    there, other = a_controller(), a_controller("BNY")
    ended(there, 5)
    ended(there, 1, "find_nothing")
    ended(other, 4)
    close_due(JUNE)
    document, page = Month.objects.get().document, reader().get(reverse("measures:month", args=["2026-05"])).content.decode()
    outcomes = {
        row["outcome"]: row["count"] for row in document["ended"] if row["database"] == "" and row["reason"] is None and row["outcome"]
    }
    assert outcomes["no_data"] is None and outcomes["accepted"] is None
    assert total(document["ended"]) == 10
    assert "masked" in page and "10" in page
    lines = list(csv.DictReader(io.StringIO(Client().get(reverse("measures:month_csv", args=["2026-05"])).content.decode())))
    assert {(line["count"], line["masked"]) for line in lines if line["outcome"] == "no_data"} == {("", "1")}


def test_files_have_stable_addresses_and_are_open_to_all() -> None:
    ended(a_controller(), 4)
    close_due(JUNE)
    answer = Client().get("/droits/chiffres/2026-05.json")
    assert answer.json() == Month.objects.get().document
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert Client().get("/droits/chiffres/mois.json").json()["months"][0]["json"].endswith("/droits/chiffres/2026-05.json")
    assert Client().get("/droits/chiffres/2026-04.json").status_code == 404


def test_the_home_page_tells_what_ended_in_time_once_it_can_be_told() -> None:
    assert figures.in_time() is None
    ended(a_controller(), 4)
    close_due(JUNE)
    with translation.override("en"):
        assert figures.in_time() == "100%"


def test_the_page_takes_as_many_queries_for_many_months_as_for_one() -> None:
    ended(a_controller(), 1)
    close_due(JUNE)
    _queries_for(reverse("measures:figures"))
    few = _queries_for(reverse("measures:figures"))
    ended(a_controller("BNY"), 4)
    close_due(JUNE + timedelta(days=100))
    assert Month.objects.count() == 4
    assert _queries_for(reverse("measures:figures")) == few


def _queries_for(address: str, client: Client | None = None) -> int:
    with CaptureQueriesContext(connection) as found:
        assert (client or Client()).get(address).status_code == 200
    return len(found)


# --- delays ---
def spells(in_month: int, extended: int, late: int) -> list[Spell]:
    return [Spell(10, False, False)] * in_month + [Spell(50, False, True)] * extended + [Spell(45, True, False)] * late


def test_a_few_late_ones_are_a_bound_and_not_a_number() -> None:
    told = delays_of(spells(40, 0, 3), 11)
    assert told["late"] == {"percent": 24, "is": "at_most"}
    assert told["in_time"] == {"percent": 76, "is": "at_least"}
    assert told["in_month"] is None and told["p90_days"] is None and told["median_days"] == 10
    assert delays_of(spells(33, 0, 10), 11)["late"] == told["late"]


def test_many_late_ones_are_told_exactly() -> None:
    told = delays_of(spells(60, 20, 20), 11)
    assert [told[name]["percent"] for name in ("in_time", "late", "in_month", "extended")] == [80, 20, 60, 20]
    assert (told["median_days"], told["p90_days"]) == (10, 50)


def test_few_that_were_given_up_cannot_be_computed_from_the_shares() -> None:
    told = [delays_of(spells(40 - given, 0, 0), 11, 30) for given in (1, 10)]
    assert told[0] == told[1] and told[0]["in_time"] == {"percent": 100, "is": "exact"}
    told = [delays_of(spells(120 - given, 0, 3), 11, 111) for given in (1, 10)]
    assert told[0] == told[1] and told[0]["late"] == {"percent": 10, "is": "at_most"} and told[0]["in_month"] is None
    assert delays_of(spells(15, 0, 13), 11, 20)["late"] is None
    assert set(delays_of(spells(40, 0, 0), 11, 0).values()) == {None}


def test_answered_in_time_is_of_what_was_answered() -> None:
    there = a_controller()
    ended(there, 6)
    before = MAY - timedelta(days=60)  # what is withdrawn after its day is no late answer
    for _one in range(4):
        routing = in_state(a_request(there, at=before).routings[0], *OPEN, by=there.agent, at=before)
        in_state(routing, "withdraw", by=bearer_of(routing.request), at=MAY + timedelta(days=1))
    document = document_of(date(2026, 5, 1), None, JUNE)
    assert document["delays"]["in_time"] == {"percent": 100, "is": "exact"} and document["delays_of"] == "answered"
    assert document["given_up"] == {"expired": 0, "withdrawn": 4}


def test_a_month_that_was_closed_under_the_first_form_is_still_read() -> None:
    ended(a_controller(), 4)
    told = document_of(date(2026, 5, 1), None, JUNE) | {"type": "guichet/rights-figures/1"}
    for name in ("delays_of", "given_up"):
        del told[name]
    Month.objects.create(month=date(2026, 5, 1), closed_at=JUNE, document=told)
    page = reader().get(reverse("measures:month", args=["2026-05"])).content.decode()
    assert "of all requests that ended" in page and "Ended in time" in page
    assert Client().get("/droits/chiffres/2026-05.csv").status_code == 200 and figures.in_time() is None


def test_too_few_tell_nothing() -> None:
    assert set(delays_of(spells(10, 0, 0), 11).values()) == {None}
    told = delays_of(spells(9, 0, 7), 11)
    assert told["late"] is None and told["in_time"] is None and told["median_days"] is None


# --- pages of the form ---
def test_each_page_of_the_form_is_counted_without_who_reached_it(django_capture_on_commit_callbacks) -> None:
    base = a_base()
    with django_capture_on_commit_callbacks(execute=True):
        Walk().to_review(base).send()
    told = {row["step"]: row["shown"] for row in StepCount.objects.values("step", "shown")}
    assert set(told) == {"who", "databases", "rights", "identity", "review", "sent", "page"}
    assert {field.name for field in StepCount._meta.get_fields()} == {"id", "day", "step", "shard", "shown", "refused"}


def test_going_back_is_no_new_visit_and_a_mistake_is_counted_apart(django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        Walk().fill(capacity="").fill(capacity="self").fill(go="back")
    assert sum(StepCount.objects.filter(step="who").values_list("shown", flat=True)) == 1
    assert sum(StepCount.objects.filter(step="who").values_list("refused", flat=True)) == 1


def test_where_people_leave_is_told_in_tens() -> None:
    day = date(2026, 5, 4)
    for step, shown in (("who", 109), ("databases", 55), ("rights", 9)):
        StepCount.objects.create(day=day, step=step, shard=0, shown=shown)
    told = {one["step"]: (one["reached"], one["left_percent"]) for one in steps.steps_in(date(2026, 5, 1))}
    assert told["who"] == (100, 50) and told["databases"] == (50, 100) and told["rights"] == (0, None)


def test_errors_and_waits_of_the_form_are_counted_and_other_pages_are_not(django_capture_on_commit_callbacks, monkeypatch) -> None:
    client = Client(raise_request_exception=False)
    with django_capture_on_commit_callbacks(execute=True):
        client.get("/droits/demande/")
        client.get("/droits/demande/nulle-part/")
        client.get(reverse("measures:figures"))
        monkeypatch.setattr("rights.asking.pages.begin", lambda request, at: HttpResponse(status=429))
        client.get("/droits/demande/")
        monkeypatch.setattr("rights.asking.pages.begin", lambda request, at: 1 / 0)
        assert client.get("/droits/demande/").status_code == 500
    told = {(row["step"], row["shown"], row["refused"]) for row in _sums()}
    assert {one for one in told if one[0] in ("page", "waited")} == {("page", 2, 1), ("waited", 1, 0)}


def _sums() -> list[dict[str, Any]]:
    return list(StepCount.objects.order_by().values("step").annotate(shown=Sum("shown"), refused=Sum("refused")))


def test_the_working_of_the_form_is_told_in_shares_and_not_of_few_pages() -> None:
    for day, shown, refused in ((date(2026, 5, 4), 1_996, 4), (date(2026, 6, 4), 98, 1)):
        StepCount.objects.create(day=day, step="page", shard=0, shown=shown, refused=refused)
    StepCount.objects.create(day=date(2026, 5, 4), step="waited", shard=0, shown=10)
    assert health_in(date(2026, 5, 1)) == {"pages": 2000, "failed": 0.2, "waited": 0.5}
    assert health_in(date(2026, 6, 1)) == {"pages": 90, "failed": None, "waited": None}
    ended(a_controller(), 4)
    close_due(JUNE)
    page = reader().get(reverse("measures:month", args=["2026-05"])).content.decode()
    assert "0.2%" in page and "<dd>2,000</dd>" in page and ">May 2026</a>" in page and ">2026-05</a>" not in page
    assert "form_failed,,,,,,0.2,0" in Client().get("/droits/chiffres/2026-05.csv").content.decode()


# --- complaints ---
def test_the_officer_notes_complaints_and_a_correction_is_a_new_line(officer: Client) -> None:
    ended(a_controller(), 4)
    close_due(JUNE)
    address, answer = reverse("measures:complaints"), {"month": "2026-05-01", "source": "cnil", "number": "13"}
    assert watcher(Role.AUDITOR).post(address, answer).status_code == 404
    noted = officer.post(address, answer | {"number": "130"}, follow=True)
    assert "The number is noted" in noted.content.decode() and officer.post(address, answer).status_code == 302
    assert officer.post(address, answer | {"month": "2026-04-01"}).status_code == 422
    assert [one.number for one in ComplaintCount.objects.order_by("pk")] == [130, 13]
    with pytest.raises(DatabaseError), transaction.atomic():
        ComplaintCount.objects.update(number=0)
    assert "Note the complaints" in officer.get(reverse("measures:dashboard")).content.decode()
    page = reader().get(reverse("measures:month", args=["2026-05"])).content.decode()
    assert "as known on" in page and Month.objects.get().document["complaints"] == []
    assert Client().get("/droits/chiffres/mois.json").json()["months"][0]["complaints"][0]["count"] == 10


def test_complaints_known_when_a_month_is_closed_stand_in_its_file_and_few_are_masked(settings) -> None:
    settings.RIGHTS_THRESHOLD = 11
    a_request(a_controller(), at=MAY)
    person = UserFactory()
    RoleGrantFactory(user=person, role=Role.DPO)
    for source, number in (("cnil", 9), ("court", 0), ("other", 27)):
        count_complaints(date(2026, 5, 1), source, number, by=person, at=JUNE - timedelta(days=2))
    count_complaints(date(2026, 5, 1), "other", 99, by=person, at=JUNE + timedelta(days=2))
    close_due(JUNE)
    told = {one["source"]: (one["count"], one["known_on"]) for one in Month.objects.get().document["complaints"]}
    assert told == {"cnil": (None, "2026-05-30"), "court": (0, "2026-05-30"), "other": (20, "2026-05-30")}
    with pytest.raises(NotAllowed):
        count_complaints(date(2026, 5, 1), "cnil", 1, by=UserFactory(), at=JUNE)


# --- the dashboard ---
@pytest.fixture
def officer() -> Client:
    return watcher(Role.DPO)


def watcher(role: Role) -> Client:
    person = UserFactory(device=True)
    RoleGrantFactory(user=person, role=role)
    return sign_in(reader(), person)


def reader() -> Client:
    """Somebody who reads English."""
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def test_only_the_officer_and_the_auditor_see_the_dashboard(officer: Client) -> None:
    address = reverse("measures:dashboard")
    assert officer.get(address).status_code == watcher(Role.AUDITOR).get(address).status_code == 200
    assert watcher(Role.OFFICER).get(address).status_code == watcher(Role.HEAD_OF_SECRETARIAT).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_the_dashboard_tells_what_presses_and_what_lacks(officer: Client) -> None:
    now, there = timezone.now(), a_controller()
    entitle(there)
    late = in_state(a_request(there, at=now - timedelta(days=50)).routings[0], *OPEN, by=there.agent).number
    near = in_state(a_request(there, at=now - timedelta(days=16)).routings[0], *OPEN, by=there.agent).number
    fresh = a_request(there).routings[0].number
    stopped = in_state(a_request(there, at=now - timedelta(days=5)).routings[0], *OPEN, by=there.agent)
    in_state(stopped, "ask_complement", by=there.agent, ask_complement={"kind": Complement.IDENTITY})
    page = officer.get(reverse("measures:dashboard")).content.decode()
    assert late in page and near in page and fresh not in page and stopped.number not in page
    assert "None: nothing can be sealed" in page and reverse("envelopes:purges") in page and reverse("tracking:reports") in page
    assert there.database.acronym not in page.replace(str(there.organisation), "")
    sheet = officer.get(reverse("measures:dashboard_csv")).content.decode()
    assert f"{there.organisation};4;1;1;0;0;0;no" in sheet


def test_the_dashboard_misses_a_purge_only_where_there_is_something_to_purge(officer: Client) -> None:
    now, there, words = timezone.now(), a_controller(), b"has not run for two days"
    assert words not in officer.get(reverse("measures:dashboard")).content
    key, _private = a_key(there, now - timedelta(days=4))
    an_envelope(a_request(there, at=now - timedelta(days=3)).routings[0], key, at=now - timedelta(days=3))
    assert words in officer.get(reverse("measures:dashboard")).content


def test_the_dashboard_takes_no_more_queries_for_more_controllers(officer: Client) -> None:
    there, address = a_controller(), reverse("measures:dashboard")
    a_request(there, at=timezone.now() - timedelta(days=20))
    officer.get(address)
    few = _queries_for(address, officer)
    for name in ("BNY", "BNZ"):
        more = a_controller(name)
        entitle(more)
        a_request(more, at=timezone.now() - timedelta(days=50))
    assert _queries_for(address, officer) == few


def test_channels_of_the_figures_are_those_of_the_requests() -> None:
    assert set(Channel.values) == {"form", "letter", "phone", "counter"}
