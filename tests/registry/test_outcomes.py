"""Results that are awaited: who is written to, when, how often, and what the secretariat and the public see of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from registry.editing import declaring
from registry.models import Fiche
from registry.outcomes import overdue
from registry.outcomes.models import Reminder
from registry.outcomes.reminders import remind
from registry.outcomes.steps import step_on, steps
from requests_app.services import publish_results
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.accounts.mailbox import deliver_all, paths_in
from tests.registry.declared import a_sent_declaration
from tests.registry.factories import a_fiche
from tests.requests_app.factories import PARIS, a_dossier, cast
from workflow.periods import paris_day

pytestmark = pytest.mark.django_db
DUE = date(2026, 6, 1)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=PARIS)


def reminded_on(days: int) -> int:
    return remind(noon(DUE + timedelta(days=days)))


@pytest.fixture
def officer() -> Any:
    return UserFactory(officer=True, device=True)


@pytest.fixture
def owing() -> Fiche:
    """The fiche of a project of the single window that has ended; its results were due on the day that the tests count from."""
    fiche = Fiche.objects.get(dossier=a_dossier(State.ENDED, cast()))
    deliver_all()
    Fiche.objects.filter(pk=fiche.pk).update(results_due_on=DUE)
    fiche.refresh_from_db()
    return fiche


# --- the steps
def test_the_steps_stand_before_and_after_the_day_and_each_says_what_is_to_be_confirmed() -> None:
    import tomllib

    from registry.outcomes.steps import SOURCE

    rows = tomllib.loads(SOURCE.read_text())["step"]
    assert all(row["to_confirm"] is True and row["note"] for row in rows)
    assert {row["days"] < 0 for row in rows} == {True, False}
    assert len({step.code for step in steps()}) == len(rows)


@pytest.mark.parametrize(
    ("days", "code"), [(-91, None), (-90, "before_90"), (-1, "before_30"), (0, "due"), (29, "due"), (5000, "after_365")]
)
def test_the_last_step_whose_day_has_come_is_the_one(days: int, code: str | None) -> None:
    step = step_on(DUE, DUE + timedelta(days=days))
    assert (step.code if step else None) == code


# --- a dossier
def test_the_end_of_a_project_makes_its_results_due_without_anybody_doing_more() -> None:
    dossier = a_dossier(State.ENDED, cast())
    fiche = Fiche.objects.get(dossier=dossier)
    assert fiche.ended_on is not None
    assert fiche.results_due_on is not None
    assert 540 <= (fiche.results_due_on - fiche.ended_on).days <= 552  # eighteen months


def test_a_team_is_written_to_once_for_each_step_and_never_of_results_that_came(owing: Fiche) -> None:
    assert owing.dossier is not None
    assert reminded_on(-91) == 0
    assert reminded_on(-90) == 1
    first = deliver_all()
    assert [letter.to for letter in first] == [[person.email] for person in _team(owing)]
    assert owing.dossier.reference in first[0].subject
    assert reminded_on(-90) == reminded_on(-60) == 0
    assert reminded_on(31) == 1
    assert reminded_on(32) == 0
    assert [one.step for one in Reminder.objects.all()] == ["before_90", "after_30"]
    publish_results(owing.dossier, by=UserFactory(officer=True), at=timezone.now(), results="Méthode et résultats.")
    assert reminded_on(400) == 0


def _team(fiche: Fiche) -> list[Any]:
    from requests_app.notifications import team_of

    return sorted(team_of(fiche.dossier), key=lambda person: person.pk)


def test_a_letter_that_waited_until_the_results_came_is_not_sent(owing: Fiche) -> None:
    assert owing.dossier is not None
    reminded_on(1)
    publish_results(owing.dossier, by=UserFactory(officer=True), at=timezone.now(), results="Méthode et résultats.")
    assert not [letter for letter in deliver_all() if "results" in letter.body and letter.to[0] in [one.email for one in _team(owing)]]


def test_after_the_last_step_nothing_is_read_any_more(owing: Fiche) -> None:
    assert reminded_on(365) == 1
    with CaptureQueriesContext(connection) as seen:
        assert reminded_on(3650) == 0
    assert len(seen) == 1


def test_another_due_day_begins_the_steps_anew(owing: Fiche) -> None:
    assert reminded_on(365) == 1
    Fiche.objects.filter(pk=owing.pk).update(results_due_on=DUE + timedelta(days=400))
    assert reminded_on(401) == 1


def test_a_project_without_anybody_to_write_to_does_not_count_as_reminded(owing: Fiche) -> None:
    for person in _team(owing):
        person.is_active = False
        person.save(update_fields=["is_active"])
    assert reminded_on(1) == 0
    assert not Reminder.objects.exists()


# --- a declaration, an import
def test_whoever_declared_is_written_to_with_the_link_of_the_declaration(officer: Any, client: Client) -> None:
    sent = a_sent_declaration(ended_on="2026-02-01", starts_on="2024-01-01", ends_on="2026-02-01")
    fiche = declaring.publish(sent, by=officer, at=timezone.now())
    assert fiche.results_due_on is not None
    deliver_all()
    due = date.fromisoformat(str(fiche.results_due_on))
    assert remind(noon(due - timedelta(days=30))) == 1
    letters = deliver_all()
    assert [letter.to for letter in letters] == [["claude.martin@exemple.fr"]]
    assert client.get(paths_in(letters[0])[0]).status_code == 200
    assert remind(noon(due - timedelta(days=29))) == 0


def test_a_fiche_that_was_taken_over_has_nobody_to_be_written_to() -> None:
    a_fiche(origin="import", ended_on=date(2020, 1, 1), results_due_on=DUE)
    assert reminded_on(1) == 0


def test_the_daily_task_is_planned_and_runs(owing: Fiche, settings: Any) -> None:
    from registry.outcomes.tasks import remind_of_results

    assert remind_of_results.name in {row["task"] for row in settings.CELERY_BEAT_SCHEDULE.values()}
    assert remind_of_results() == 1


# --- the list, and the public page
def late(months: int, **changes: Any) -> Fiche:
    due = paris_day(timezone.now()) - timedelta(days=31 * months + 5)
    return a_fiche(origin="import", ended_on=date(2020, 1, 1), results_due_on=due, **changes)


def test_the_list_says_who_since_when_and_how_often(client: Client, officer: Any, owing: Fiche) -> None:
    sign_in(client, officer)
    remind(datetime.now(UTC))
    late(14, title="Cohorte oubliée")
    page = client.get(reverse("outcomes:overdue")).content.decode()
    assert owing.dossier is not None
    assert owing.dossier.reference in page
    assert "Cohorte oubliée" in page
    assert page.index("Cohorte oubliée") < page.index(owing.dossier.reference)  # the longest overdue first
    assert client.get(reverse("outcomes:overdue"), {"mois": "24"}).status_code == 200


def test_the_list_is_narrowed_by_months_and_by_nothing_that_it_does_not_know(client: Client, officer: Any) -> None:
    sign_in(client, officer)
    late(1, title="Un mois"), late(7, title="Sept mois"), late(25, title="Deux ans")
    shown = {
        months: [row.fiche.title for row in client.get(reverse("outcomes:overdue"), {"mois": months}).context["rows"]]
        for months in ("0", "6", "24", "x", "-1")
    }
    assert shown["0"] == shown["x"] == shown["-1"] == ["Deux ans", "Sept mois", "Un mois"]
    assert shown["6"] == ["Deux ans", "Sept mois"]
    assert shown["24"] == ["Deux ans"]
    counts = [count for _months, _label, count, _current in client.get(reverse("outcomes:overdue")).context["lists"]]
    assert counts == [3, 2, 2, 1, 1]


def test_the_file_holds_the_list_and_no_formula(client: Client, officer: Any) -> None:
    sign_in(client, officer)
    late(7, title="=1+1", controller_name="@centre")
    late(1, title="Récent")
    sent = b"".join(client.get(reverse("outcomes:overdue_csv"), {"mois": "6"}).streaming_content).decode()  # type: ignore[attr-defined]
    lines = sent.splitlines()
    assert len(lines) == 2
    assert "'=1+1" in lines[1]
    assert "'@centre" in lines[1]


def test_the_list_takes_as_many_queries_for_one_as_for_many(client: Client, officer: Any) -> None:
    sign_in(client, officer)
    late(7)
    client.get(reverse("outcomes:overdue"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("outcomes:overdue"))
    for _one in range(12):
        late(8)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("outcomes:overdue"))
    assert len(few) == len(many)


@pytest.mark.parametrize("name", ["outcomes:overdue", "outcomes:overdue_csv"])
def test_only_the_secretariat_reads_the_list(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 302
    sign_in(client, UserFactory())
    assert client.get(reverse(name)).status_code in (403, 404)


def test_the_public_page_says_that_results_are_overdue_and_how_often_somebody_was_reminded(client: Client, owing: Fiche) -> None:
    remind(datetime.now(UTC))
    page = client.get(owing.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert "Results awaited" in page
    assert "reminded once, on" in page
    assert "a publication may exist elsewhere" in page


def test_a_fiche_that_owes_nothing_has_no_such_part(client: Client) -> None:
    fiche = a_fiche(origin="import")
    assert "Results awaited" not in client.get(fiche.get_absolute_url(), headers={"accept-language": "en"}).content.decode()


def test_overdue_counts_whole_months() -> None:
    fiche = late(0)
    due = fiche.results_due_on
    assert due is not None
    assert overdue.row_of(fiche, due + timedelta(days=20)).months == 0
    assert overdue.row_of(fiche, due + timedelta(days=400)).months == 13
    assert mail.outbox == []
