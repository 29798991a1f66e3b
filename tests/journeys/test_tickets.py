"""A ticket in a real browser, from its opening to the acceptance: a wait, times on each side, a refused delivery and its correction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from extractions.delivery.models import Package
from extractions.models import Ticket
from extractions.states import Kind, TicketState
from requests_app.models import Dossier
from tests.extractions.factories import a_scene, a_ticket
from tests.journeys.pages import Screen
from workflow.tasks import sweep_outbox

LIST = "{digest}  lot_001.parquet\n"


def test_a_ticket_goes_from_its_opening_to_an_accepted_delivery(open_screen: Callable[..., Screen]) -> None:
    with transaction.atomic():
        scene = a_scene()
        extraction = a_ticket(scene, Kind.COHORT, TicketState.NEED_AGREED, at=timezone.now() - timedelta(days=9))
    officer = open_screen(reverse("extractions:dossier", args=[scene.dossier.reference]), language="en", user=scene["officer"])
    officer.follow("Open a ticket").is_accessible().fits()
    officer.page.get_by_label("Kind").select_option("delivery")
    officer.tick(f"{extraction.number} –").press("Open the ticket").shows("is open.")
    delivery = Ticket.objects.get(kind=Kind.DELIVERY)

    desk = open_screen(reverse("extractions:work"), language="en", user=scene["cnam"])
    desk.is_good_at_both_widths().follow(extraction.number).press("Take it").follow("Begin the extraction").press("Begin the extraction")
    desk.follow("Ask the applicant").press("Ask the applicant").shows("This field is required.").is_accessible().fits()
    desk.fill("Your question to the applicant", "Which years?").press("Ask the applicant").shows("The clock of the desk stands still.")
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        team = open_screen(extraction.get_absolute_url(), width=360, language="en", user=scene["owner"], javascript=False)
        team.shows("Which years?").fits().follow("Answer the question").fits().fill("Your answer", "2019 to 2023.").press(
            "Answer the question"
        )
        team.shows("The answer is sent").shows("On whose side the time ran").shows("Applicant").fits()

        desk = open_screen(extraction.get_absolute_url(), language="en", user=scene["cnam"])
        desk.shows("2019 to 2023.").follow("Begin the quality check").press("Begin the quality check")
        desk.follow("Pass the quality check").press("Pass the quality check")
        desk.go(delivery.get_absolute_url()).follow("Begin the delivery").press("Begin the delivery").is_good_at_both_widths()
        announce(desk, "not a list").shows("line 1").is_accessible()
        announce(desk.go(reverse("delivery:announce", args=[delivery.number])), LIST.format(digest="a" * 64)).shows("Waits for an answer")

        owner = open_screen(delivery.get_absolute_url(), language="en", user=scene["owner"])
        owner.is_good_at_both_widths().follow("Refuse the delivery").tick("A checksum does not agree")
        owner.fill("In your words", "The first file is cut.").is_accessible().fits().press("Refuse the delivery").shows("Refused")
        announce(desk.go(reverse("delivery:announce", args=[delivery.number])), LIST.format(digest="b" * 64)).shows("Waits for an answer")
        owner.go(delivery.get_absolute_url()).follow("Accept the delivery").is_accessible().fits().press("Accept the delivery").shows(
            "Accepted"
        )
        sweep_outbox()
    assert Ticket.objects.get(pk=delivery.pk).state == TicketState.CLOSED
    assert list(Package.objects.order_by("number").values_list("outcome", flat=True)) == ["refused", "accepted"]
    assert Dossier.objects.get(pk=scene.dossier.pk).state == "running"


def announce(desk: Screen, listed: str) -> Screen:
    """Fill the page of a delivery with this list, and send it."""
    if "livraisons/annoncer" not in desk.page.url:
        desk.follow("Announce a delivery")
    desk.tick("Project space of the platform").fill("Where it was delivered", "Espace 12").fill("List of files", listed)
    return desk.fill("Size of the whole, in bytes", "1024").press("Announce the delivery")
