"""The CNIL's liaison at work in a real browser: the desk, a decision with its obligations, a list of decisions; then the team."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from config.demo.pieces import small_pdf
from requests_app.cnil.importing import keep_list
from requests_app.models import Dossier
from requests_app.states import State
from tests.journeys.pages import Screen
from tests.requests_app.factories import a_dossier, cast
from workflow.periods import paris_day


def test_the_liaison_records_a_decision_and_the_team_meets_its_obligation(open_screen: Callable[..., Screen]) -> None:
    people: dict[str, Any] = cast()
    dossier, other = a_dossier(State.WITH_CNIL, people), a_dossier(State.WITH_CNIL, people)
    Dossier.objects.filter(pk=other.pk).update(cnil_request="925058")
    liaison = open_screen(reverse("cnil:desk"), language="en", user=people["cnil"])
    liaison.is_accessible().fits().follow(dossier.reference)
    liaison.shows("Transmissions to the CNIL").is_accessible().fits()
    liaison.follow("Record the day of receipt").is_accessible().fits()
    liaison.press("Record the day").shows("The day of receipt is recorded")
    liaison.follow("Record the authorisation")
    liaison.fill("Number of the authorisation", "2026/104").fill("Conditions", "Inform the persons | 01/02/2026")
    liaison.press("Record the authorisation").shows("does not look like a number of the CNIL").is_accessible()
    liaison.fill("Number of the authorisation", "DR-2026-104").press("Record the authorisation").shows("Done")

    owner = open_screen(dossier.get_absolute_url(), width=360, language="en", user=people["owner"], javascript=False)
    owner.shows("1 obligation of the authorisation is late.").follow("See the obligations")
    owner.shows("Inform the persons").fits().follow("Record it as met 1")
    owner.fits().fill("How was it met?", "Notice published.").press("Record it as met").shows("Notice published.").fits()

    text = f"numero_demande;decision;date_decision\n925058;Prolongation;{paris_day(timezone.now())}\n925999;Refus;demain\n"
    found, _new = keep_list(text.encode(), "liste.csv", by=people["cnil"], at=timezone.now())
    liaison.go(reverse("cnil:lists")).is_accessible().fits()
    liaison.go(found.get_absolute_url()).shows("1 line can be recorded").is_accessible().fits()
    liaison.press("Record the ticked decisions").shows("1 decision is recorded.").is_accessible()


def test_an_officer_attaches_the_paper_of_a_list_of_decisions(open_screen: Callable[..., Screen], settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    people: dict[str, Any] = cast()
    dossier = a_dossier(State.WITH_CNIL, people)
    Dossier.objects.filter(pk=dossier.pk).update(cnil_request="925057")
    text = f"numero_demande;decision;date_decision;motif\n925057;Refus;{paris_day(timezone.now())};Motif\n"
    found, _new = keep_list(text.encode(), "liste.csv", by=people["officer"], at=timezone.now())
    (tmp_path / "decisions.pdf").write_bytes(small_pdf(["Décisions"]))
    officer = open_screen(found.get_absolute_url(), width=360, language="en", user=people["officer"], javascript=False)
    officer.press("Record the ticked decisions").shows("Attach the paper of the CNIL").fits()
    officer.page.locator('[name="paper"]').set_input_files(tmp_path / "decisions.pdf")
    officer.press("Record the ticked decisions").shows("1 decision is recorded.").shows("decisions.pdf").fits()


def test_the_secretariat_keeps_commitments(open_screen: Callable[..., Screen]) -> None:
    people: dict[str, Any] = cast()
    dossier = a_dossier(State.COMPLETE, people, procedure="mr004")
    officer = open_screen(reverse("cnil:commitments"), language="en", user=people["officer"])
    officer.is_accessible().fits().go(reverse("cnil:verify", args=[dossier.reference])).is_accessible().fits()
    officer.fill("Number of the commitment", "2200123").fill("Date of the commitment", "2024-03-04")
    officer.press("Verify the commitment").shows("rests on the commitment 2200123").is_accessible().fits()
    officer.go(reverse("cnil:commitments")).shows("2200123").is_accessible()
