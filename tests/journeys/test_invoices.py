"""Invoices in a real browser: from the schedule to the credit note, and what who pays reads of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from fees.invoices.models import Invoice
from tests.fees.invoicing import an_owed_quote
from tests.fees.quoting import a_fee_manager
from tests.journeys.pages import Screen
from tests.requests_app.factories import cast


def test_the_fee_manager_plans_issues_notes_a_payment_and_credits(open_screen: Callable[..., Screen], settings: Any) -> None:
    settings.SELLER_SIRET, settings.SELLER_VAT_NUMBER, settings.SELLER_CITY = "13000378300029", "FR66130003783", "Paris"
    people: dict[str, Any] = cast()
    manager = a_fee_manager()
    quote = an_owed_quote(manager, people=people)
    desk = open_screen(reverse("quotes:dossier", args=[quote.dossier.reference]), language="en", user=manager)
    desk.follow("Plan the invoices").is_accessible().fits()
    desk.press("Keep the schedule").shows("The schedule is kept").is_accessible()
    desk.go(reverse("invoices:work") + "?etat=a-emettre").is_accessible().fits()
    desk.follow(f"{quote.number}, installment 1").is_accessible().fits()
    desk.page.get_by_label("I have read the lines").check(force=True)
    desk.press("Issue").shows("Issued: the files are being made and sent.")
    invoice = Invoice.objects.get()
    desk.go(reverse("invoices:work")).shows(invoice.number).is_accessible().fits()
    desk.follow(invoice.number).is_accessible().fits().follow("Note a payment")
    desk.fill("Amount, in euros", "100").fill("Received on", timezone.localdate().isoformat()).fill("Accounting reference", "TIT-1")
    desk.is_accessible().press("Note the payment").shows("The payment is noted.").shows("Partly paid")
    desk.follow("Credit note").is_accessible().fits()
    group = invoice.vat_groups.order_by("pk")[0]
    desk.page.locator(f'[name="group-{group.pk}"]').fill(str(group.taxable + 1))
    desk.fill("Why", "Fewer days.").press("Issue the credit note").shows("never exceeds what remains").is_accessible()
    desk.page.locator(f'[name="group-{group.pk}"]').fill("10")
    desk.press("Issue the credit note").shows("Fewer days.").is_accessible()

    owner = open_screen(invoice.get_absolute_url(), width=360, language="en", user=people["owner"], javascript=False)
    owner.shows(invoice.number).shows("Fewer days.").fits()
