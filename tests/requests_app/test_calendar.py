"""What the calendar does by itself: projects end, suspensions lapse; once, however often the task runs."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from requests_app.models import Content, Dossier
from requests_app.services import suspend
from requests_app.states import State
from requests_app.tasks import end_due_projects, lapse_suspensions
from tests.requests_app.factories import a_dossier, cast
from workflow.models import Clock
from workflow.periods import paris_day

pytestmark = pytest.mark.django_db


def running(ends_in_days: int) -> Dossier:
    dossier = a_dossier(State.RUNNING)
    today = paris_day(timezone.now())
    Content.objects.filter(pk=dossier.pk).update(starts_on=today - timedelta(days=90), ends_on=today + timedelta(days=ends_in_days))
    return dossier


def test_a_project_ends_the_day_after_its_end_date_and_its_results_become_due() -> None:
    over, last_day = running(-1), running(0)
    assert end_due_projects() == 1
    found = Dossier.objects.get(pk=over.pk)
    assert (found.state, found.ended_on) == (State.ENDED, paris_day(timezone.now() - timedelta(days=1)))
    assert Clock.objects.filter(subject_id=over.pk, code="K-RES", outcome="running").exists()
    assert Dossier.objects.get(pk=last_day.pk).state == State.RUNNING


def test_a_project_ends_once_and_by_the_system() -> None:
    running(-1)
    assert (end_due_projects(), end_due_projects()) == (1, 0)
    from workflow.models import JournalLine

    (line,) = JournalLine.objects.filter(action="end")
    assert (line.actor_id, line.actor_role) == (User.objects.system().pk, "system")


@pytest.mark.parametrize(("until_in_days", "lifted"), [(-1, 1), (0, 0), (None, 0)])
def test_a_suspension_lapses_after_its_last_day(until_in_days: int | None, lifted: int) -> None:
    people = cast()
    dossier = a_dossier(State.RUNNING, people)
    now = timezone.now()
    until = paris_day(now + timedelta(days=until_in_days)) if until_in_days is not None else None
    suspend(dossier, by=people["officer"], at=now - timedelta(days=1), cause="security", reason="Jeton perdu.", until=until)
    assert (lapse_suspensions(), lapse_suspensions()) == (lifted, 0)
    assert Dossier.objects.get(pk=dossier.pk).is_suspended is (not lifted)


def test_the_worker_runs_both_tasks() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {end_due_projects.name, lapse_suspensions.name} <= scheduled
