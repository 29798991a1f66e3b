"""The demonstration: real projects replayed by their real moves, honest about what was generated, loaded once however often."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from config.demo.dossiers import FILE, load
from config.demo.people import ACCOUNTS, current_code, make_people
from registry.models import Fiche
from requests_app.models import Dossier
from requests_app.states import AFTER_AUTHORISATION, State
from workflow import journal
from workflow.models import JournalLine, OutboxMessage


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """The demonstration, loaded twice, seen as numbers after each load; undone at the end."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            now = timezone.now()
            first = load(make_people(now), now)
            lines = JournalLine.objects.count()
            second = load(make_people(now), now)
            yield {"first": first, "second": second, "lines": lines, "queued": OutboxMessage.objects.count()}
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


def named(acronym: str) -> Dossier:
    return Dossier.objects.select_related("content").get(content__acronym=acronym)


@pytest.mark.usefixtures("demo")
class TestDemonstration:
    """What a visitor of the demonstration may rely on."""

    def test_loading_twice_adds_nothing(self, demo: dict[str, Any]) -> None:
        assert demo["first"][0] == demo["first"][1] == 33
        assert demo["second"][0] == 0
        assert JournalLine.objects.count() == demo["lines"]

    def test_nobody_is_written_to_about_history(self, demo: dict[str, Any]) -> None:
        assert demo["queued"] == 0

    def test_every_journal_holds(self) -> None:
        assert list(journal.faults()) == []

    def test_each_dossier_stands_where_its_history_says(self) -> None:
        for number, project in enumerate(json.loads(FILE.read_text())["dossiers"], start=1):
            dossier = Dossier.objects.get(reference__endswith=f"-{number:04d}")
            moves = JournalLine.objects.filter(subject_id=dossier.pk).exclude(
                action__in=["assign", "state_wish", "publish_results", "remind"]
            )
            assert [line.action for line in moves] == [step["move"] for step in project["history"]]

    def test_known_dates_are_the_real_ones(self) -> None:
        assert named("BACTHUB").convention_on == date(2021, 9, 1)
        assert named("DROMOS").authorised_on == date(2021, 5, 19)

    def test_known_fates_are_the_real_ones(self) -> None:
        assert named("DEEPSARC").state == State.RUNNING
        assert named("E-CORE").state == State.ENDED
        assert named("E-CORE").content.publications

    def test_nothing_generated_is_passed_off_as_real(self) -> None:
        for dossier in Dossier.objects.all():
            assert dossier.is_demonstration and dossier.reference.startswith("DEMO-") and dossier.generated
            for act in dossier.acts.exclude(reference=""):
                assert act.reference.startswith("DEMO-"), (dossier.reference, act.reference)

    def test_an_unknown_siren_stays_unknown(self) -> None:
        assert not Organisation.objects.exclude(siren=None).exists()

    def test_every_authorised_project_is_in_the_registry(self) -> None:
        published = set(Fiche.objects.values_list("dossier", flat=True))
        assert published == set(Dossier.objects.filter(state__in=AFTER_AUTHORISATION).values_list("pk", flat=True))
        assert Fiche.objects.get(dossier=named("DEEP.PISTE")).real_number == "T91858520191002"

    def test_there_is_an_account_for_each_role_with_its_second_factor(self) -> None:
        for account in ACCOUNTS:
            user = User.objects.get(email=account.email)
            device = user.totpdevice_set.first()
            assert (device is not None) == account.instructs
            assert device is None or device.verify_token(current_code(account.email))


@pytest.mark.django_db
def test_a_real_site_refuses_the_demonstration(settings: Any) -> None:
    settings.DEMO_DATA = False
    for command in ("load_demo", "demo_accounts"):
        with pytest.raises(CommandError):
            call_command(command)
