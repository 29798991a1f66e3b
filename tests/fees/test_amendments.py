"""An amendment from its draft to its acceptance: by which prices, and what becomes of the invoices that were planned."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from fees.invoices.models import Installment
from fees.invoices.pages import owed_quote
from fees.invoices.services import crediting, scheduling
from fees.invoices.splitting import total
from fees.models import GridVersion
from fees.quotes.models import Quote
from fees.quotes.pages import amended
from fees.quotes.services import deciding, drawing_up
from fees.quotes.states import QuotePurpose, QuoteState
from requests_app.models import Content
from tests.fees.invoicing import a_plan, in_halves, issued
from tests.fees.quoting import a_fee_manager, a_light_dossier, grids_in_force, in_state, set_columns, signed_by
from tests.requests_app.factories import cast
from workflow.models import JournalLine
from workflow.refusals import RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english", "a_seller")]

#: The first version of the example grid was in force; today it is the second one.
THEN = datetime(2025, 6, 2, 9, tzinfo=UTC)


@pytest.fixture
def a_seller(settings: Any) -> None:
    settings.SELLER_SIRET, settings.SELLER_VAT_NUMBER, settings.SELLER_CITY = "13000378300029", "FR66130003783", "Paris"
    settings.SELLER_PAYEES = ["plateforme-illustrative"]


@pytest.fixture
def people() -> dict[str, Any]:
    grids_in_force()
    return cast() | {"fees": a_fee_manager()}


def accepted_then(people: dict[str, Any], policy: str = "locked", **changes: Any) -> Quote:
    """A quote that was accepted by the prices of the first version, whose policy on amendments is this one."""
    for version in GridVersion.objects.filter(grid__code="EDS-ILL"):
        set_columns(version, amendment_policy=policy)
    dossier = a_light_dossier(people, **changes)
    return in_state(drawing_up.draw_up(dossier, QuotePurpose.FIRM, by=people["fees"], at=THEN), QuoteState.ACCEPTED, people["fees"])


def amend(quote: Quote, people: dict[str, Any], **changes: Any) -> Quote:
    """The dossier changes, and the amendment is drawn up, issued and accepted by its real services."""
    Content.objects.filter(pk=quote.dossier_id).update(**changes)
    now = timezone.now()
    dossier = type(quote.dossier).objects.get(pk=quote.dossier_id)
    draft = drawing_up.draw_up(dossier, QuotePurpose.AMENDMENT, by=people["fees"], at=now)
    deciding.issue(draft, by=people["fees"], at=now, signed=signed_by(people["fees"], draft))
    deciding.accept(draft, by=people["signatory"], at=now, signed=signed_by(people["signatory"], draft))
    return Quote.objects.for_reading().get(pk=draft.pk)


@pytest.mark.parametrize(
    ("policy", "months", "version"),
    [("locked", 7, 1), ("current", 60, 2), ("most_favourable", 60, 1), ("most_favourable", 7, 2)],
)
def test_an_amendment_is_priced_as_the_grid_that_was_accepted_says(people: dict[str, Any], policy: str, months: int, version: int) -> None:
    """Of the example, the second version is cheaper for a short project and dearer for a long one."""
    before = accepted_then(people, policy)
    assert [one.number for one in before.kept.versions if one.grid.code == "EDS-ILL"] == [1]
    after = amend(before, people, access_months=months)
    before.refresh_from_db(fields=["superseded_by"])
    assert before.superseded_by_id == after.pk
    assert [one.number for one in after.kept.versions if one.grid.code == "EDS-ILL"] == [version]
    assert all(row.label for row in amended(after))
    assert after.kept.inputs.facts["request.kind"].value == "amendment"


def test_what_is_not_invoiced_is_planned_anew_after_an_amendment_and_the_rest_stays(people: dict[str, Any]) -> None:
    before = accepted_then(people)
    first, second = a_plan(before, people["fees"], *in_halves())
    (invoice,) = issued(first, people["fees"])
    after = amend(before, people, access_months=36)
    with pytest.raises(WrongState):
        issued(second, people["fees"])
    assert not Installment.objects.ready(timezone.localdate()).exists()
    (rest,) = a_plan(after, people["fees"])
    assert invoice.net + rest.net == after.net
    (last,) = issued(rest, people["fees"])
    assert total([invoice.net, last.net]) == after.net
    second.refresh_from_db()
    assert second.dropped_at is not None


def test_what_was_invoiced_too_much_is_credited_before_the_rest_is_planned(people: dict[str, Any]) -> None:
    before = accepted_then(people)
    (installment,) = a_plan(before, people["fees"])
    (invoice,) = issued(installment, people["fees"])
    after = amend(before, people, access_months=12)
    with pytest.raises(RuleBroken, match="credit note"):
        a_plan(after, people["fees"])
    too_much = {(one.payer.organisation_id, one.key): -one.net for one in scheduling.still_owed(after) if one.net < 0}
    group = invoice.vat_groups.get(payee="plateforme-illustrative")
    note = crediting.credit(invoice, {group.pk: total(too_much.values())}, "Durée réduite.", by=people["fees"], at=timezone.now())
    assert invoice.net - note.net == after.net


def test_a_plan_is_journalled_by_ids_days_and_amounts(people: dict[str, Any]) -> None:
    quote = accepted_then(people)
    one, two = a_plan(quote, people["fees"], *in_halves())
    line = JournalLine.objects.get(subject_type="quote", subject_id=quote.pk, action="plan")
    assert line.facts["net"] == [str(one.net), str(two.net)]
    assert line.facts["installments"] == [one.pk, two.pk]
    assert set(line.facts) == {"schedule", "mode", "installments", "triggers", "days", "net"}


def test_an_amendment_of_a_quote_that_no_longer_holds_is_not_issued(people: dict[str, Any]) -> None:
    before = accepted_then(people)
    stale = drawing_up.draw_up(before.dossier, QuotePurpose.AMENDMENT, by=people["fees"], at=timezone.now())
    set_columns(stale, purpose="estimate")  # out of the way of the next draft
    amend(before, people, access_months=36)
    set_columns(stale, purpose="amendment")
    with pytest.raises(RuleBroken, match="amends an earlier one"):
        deciding.issue(stale, by=people["fees"], at=timezone.now(), signed=signed_by(people["fees"], stale))


def test_after_a_withdrawal_only_the_work_done_is_invoiced(people: dict[str, Any]) -> None:
    before = accepted_then(people)
    (installment,) = a_plan(before, people["fees"])
    set_columns(before.dossier, state="withdrawn")
    with pytest.raises(WrongState, match="withdrawn"):
        issued(installment, people["fees"])
    dossier = type(before.dossier).objects.get(pk=before.dossier_id)
    assert owed_quote(dossier) is None
    now = timezone.now()
    done = drawing_up.draw_up(dossier, QuotePurpose.WITHDRAWAL, by=people["fees"], at=now)
    deciding.issue(done, by=people["fees"], at=now, signed=signed_by(people["fees"], done))
    before.refresh_from_db(fields=["superseded_by"])
    assert before.superseded_by_id == done.pk
    assert owed_quote(dossier) == done
    assert done.net == Decimal("0.00") or done.net < before.net
    from workflow import clocks

    assert not clocks.of(done).exists()  # it is owed as it is issued: it never expires
