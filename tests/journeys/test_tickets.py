"""A ticket in a real browser, from its opening to the acceptance: a wait, times on each side, a refused delivery; a table deposited."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from extractions.delivery.models import Package
from extractions.deposits.models import Deposit, DepositRequest
from extractions.models import Ticket
from extractions.states import Kind, TicketState
from requests_app.models import Dossier
from tests.contracts.signing import code_of
from tests.extractions.depositing import asked_of, opened
from tests.extractions.factories import a_scene, a_ticket
from tests.extractions.linkage import SOUND_1, table
from tests.journeys.pages import Screen
from workflow.tasks import sweep_outbox

LIST = "{digest}  lot_001.parquet\n"


def test_a_ticket_goes_from_its_opening_to_an_accepted_delivery(open_screen: Callable[..., Screen]) -> None:
    with transaction.atomic():
        scene = a_scene()
        extraction = a_ticket(scene, Kind.COHORT, TicketState.NEED_AGREED, at=timezone.now() - timedelta(days=9))
    officer = open_screen(reverse("extractions:dossier", args=[scene.dossier.reference]), language="en", user=scene["officer"])
    officer.follow("Open a ticket").is_accessible().fits()
    officer.press("Open the ticket").shows("This field is required.").page.get_by_label("Kind").select_option("delivery")
    officer.page.get_by_label("Body that does the work").select_option(str(extraction.organisation_id))
    officer.tick(f"{extraction.number} –").press("Open the ticket").shows("is open.")
    delivery = Ticket.objects.get(kind=Kind.DELIVERY)

    desk = open_screen(reverse("extractions:unlink", args=[delivery.number]), language="en", user=scene["cnam"]).is_good_at_both_widths()
    desk.go(reverse("extractions:work")).is_good_at_both_widths()
    desk.follow(extraction.number).press("Take it").follow("Begin the extraction").press("Begin the extraction")
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


def test_a_depositor_sends_a_bad_table_then_a_sound_one_and_reads_the_receipt(
    open_screen: Callable[..., Screen], settings: Any, tmp_path: Path
) -> None:
    settings.DEPOSITS_DIR = tmp_path / "deposits"
    with transaction.atomic():
        (asked,) = asked_of()
    bad, sound = tmp_path / "bad.csv", tmp_path / "Zylberfranck.csv"
    bad.write_bytes(table(SOUND_1, "A2;1550275116001;7;19801345;2800375116002"))
    sound.write_bytes(table(SOUND_1))
    depositor = open_screen(asked.get_absolute_url(), language="en", user=asked.depositor)
    depositor.is_good_at_both_widths().press("Go on to the file").shows("This field is required.").is_accessible()
    deposit(depositor, asked, bad).shows("2 errors on 2 lines").shows("Date naissance bénéficiaire")
    depositor.is_good_at_both_widths()
    shown = depositor.page.locator("main").inner_text()
    assert "19801345" not in shown and "2800375116002" not in shown
    assert "3" in depositor.page.get_by_role("table", name="Lines with errors").locator("tbody td").first.inner_text()
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):  # a code serves once
        deposit(depositor, asked, sound).shows("Keep the receipt").is_good_at_both_widths()
        receipt = depositor.page.request.get(reverse("deposits:receipt", args=[asked.ticket.number, asked.pk])).text()
    assert hashlib.sha256(sound.read_bytes()).hexdigest() in receipt and "Zylberfranck" not in receipt
    assert Ticket.objects.get(pk=asked.ticket_id).state == TicketState.DEPOSITED and opened(Deposit.objects.get()) == sound.read_bytes()


def deposit(screen: Screen, asked: DepositRequest, file: Path) -> Screen:
    """Give a fresh code, choose the file, send it."""
    screen.fill("Code of your authentication application", code_of(asked.depositor)).press("Go on to the file").is_accessible().fits()
    screen.page.get_by_label("Linkage table").set_input_files(file)
    return screen.press("Check, encrypt and deposit")
