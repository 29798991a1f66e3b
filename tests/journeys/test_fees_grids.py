"""A tariff grid in a real browser: read by everybody, corrected by one person, approved by another."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone

from fees.models import GridVersion
from fees.services.drafts import Header, draw_up
from fees.services.loading import load
from tests.fees.factories import a_keeper, to_come
from tests.journeys.pages import Screen

Open = Callable[..., Screen]


def test_everybody_reads_the_grids_on_a_telephone_without_a_script(open_screen: Open) -> None:
    author, approver = a_keeper(), a_keeper()
    load(author=author, approver=approver, at=timezone.now())
    screen = open_screen(reverse("fees:index"), width=360, language="en", javascript=False)
    screen.shows("Data are not sold.").fits().follow("Hospital data warehouse (fictitious example)")
    screen.shows("not an official tariff").shows("€7,500.00").fits().follow("Compare two versions").shows("€7,500.00").fits()


def test_the_public_pages_are_accessible(open_screen: Open) -> None:
    load(author=a_keeper(), approver=a_keeper(), at=timezone.now())
    screen = open_screen(reverse("fees:index"), language="en").is_accessible().fits()
    pages = [
        reverse("fees:grid", args=["EDS-ILL"]),
        reverse("fees:version", args=["DE-FDZ", 2]),
        reverse("fees:differences", args=["EDS-ILL"]),
    ]
    for page in [*pages, reverse("fees:data"), reverse("fees:vat")]:
        screen.go(page).is_accessible().fits()


def test_one_person_corrects_a_line_and_another_approves_it(open_screen: Open) -> None:
    author, approver = a_keeper(), a_keeper()
    load(author=author, approver=approver, at=timezone.now())
    grid = GridVersion.objects.filter(grid__code="EDS-ILL").first().grid
    version = draw_up(grid, Header(since=to_come(), change_note_fr="Journée relevée."), by=author, at=timezone.now())
    desk = open_screen(version.get_absolute_url(), user=author, language="en").is_accessible().fits()
    desk.go(reverse("fees:line", args=["EDS-ILL", 3, "PREP"])).is_accessible().fill("Fixed amount or price of a unit", "700.50")
    desk.press("Save the line").shows("€700.50 per day").follow("Ask for approval").is_accessible().press("Ask for approval")
    desk.shows("somebody else approves it")
    other = open_screen(reverse("fees:desk"), user=approver, width=360, language="en").is_accessible().fits()
    other.follow("Hospital data warehouse (fictitious example), version 3").fits().follow("Approve and publish").is_accessible().fits()
    other.fill("Decision that sets this tariff", "Deliberation 2026-14").press("Approve and publish").shows("nobody changes it any more")
    other.go(reverse("fees:grid", args=["EDS-ILL"])).shows("Next version from").fits()
    desk.go(reverse("fees:desk_vat")).is_accessible().fits()
