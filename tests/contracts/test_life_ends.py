"""What closes the gate for good, and what follows: a cancelled invoice, a suspension, a dossier that ends; amendments and who joined."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contracts.check_codes import new_code
from contracts.life.conditions import of_root
from contracts.life.gate import payment_missing
from contracts.life.pages import ahead_of
from contracts.life.services.amending import _last_parties
from contracts.life.services.ending import end_due, end_of_dossier
from contracts.life.services.force import term_of
from contracts.models import Convention, ConventionVersion, Party
from contracts.policies import may
from contracts.queries import joined_parties
from contracts.rules import has_delivered
from contracts.signing.models import SignatureRequest
from contracts.states import AmendmentKind, ConventionState, Kind
from contracts.text.document import write
from fees.invoices.services.crediting import credit_all
from requests_app.models import Dossier
from tests.accounts.factories import OrganisationFactory, RoleGrantFactory, UserFactory
from tests.contracts.signing import Scene, an_approved_convention, keys, sent
from tests.contracts.texts import document
from tests.fees.invoicing import a_plan, an_invoice, issued, owed
from tests.fees.quoting import a_fee_manager, a_light_dossier, a_quote, set_columns
from workflow.models import Clock
from workflow.periods import paris_day
from workflow.refusals import WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media", "in_english")]


@pytest.fixture(autouse=True)
def _keys(settings: Any) -> None:
    settings.KEYS_DIR = keys()
    settings.SELLER_SIRET, settings.SELLER_VAT_NUMBER, settings.SELLER_CITY = "13000378300029", "FR66130003783", "Paris"
    settings.SELLER_PAYEES = ["plateforme-illustrative"]


def living(dossier: Dossier | None = None, **columns: Any) -> Scene:
    """A convention in force, as rows, under which data of a dossier are made available."""
    scene, today = an_approved_convention(), paris_day(timezone.now())
    told = {
        "state": "in_force",
        "signed_at": timezone.now(),
        "effective_from": today - timedelta(days=30),
        "dossier_id": getattr(dossier, "pk", None),
    }
    with transaction.atomic():
        set_columns(scene.convention, **told | ({"kind": "provision"} if dossier else {}) | columns)
    scene.convention = Convention.objects.for_reading().get(pk=scene.convention.pk)
    return scene


def running(**content: Any) -> Dossier:
    """A dossier whose project is under way."""
    dossier = a_light_dossier(**content)
    authorised = {"basis": "express", "authorised_on": paris_day(timezone.now()) - timedelta(days=40), "authorisation_number": "DR-1"}
    set_columns(dossier, state="running", **authorised)
    return Dossier.objects.select_related("content__controller").get(pk=dossier.pk)


def an_amendment(
    scene: Scene, sequence: int, *bodies: Any, changes: tuple[str, ...] = ("parties",), since: date | None = None
) -> Convention:
    """An amendment as rows: signed by all, in force from a day if one is told."""
    root = scene.convention
    told = {
        "kind": Kind.AMENDMENT,
        "root": root,
        "sequence": sequence,
        "changes": list(changes),
        "template": root.template,
        "title": "Avenant",
    }
    amendment = Convention.objects.create(
        number=f"{root.number}-A{sequence}", prepared_at=timezone.now(), prepared_by=scene.officer, check_code=new_code(), **told
    )
    for place, body in enumerate(bodies, 1):
        Party.objects.create(convention=amendment, position=place, organisation=body, name=body.name, roles=["partner"])
    columns = {"state": "in_force" if since else "draft", "effective_from": since, "signed_at": timezone.now() if since else None}
    approved = ("approved_version_id", "approved_by_id", "approved_at")
    with transaction.atomic():
        set_columns(amendment, **columns | {name: getattr(root, name) if since else None for name in approved})
    return Convention.objects.get(pk=amendment.pk)


def missing(dossier: Dossier) -> list[str]:
    """What the light of the payment says."""
    return [str(one.sentence) for one in payment_missing(dossier, None)]


def test_an_upfront_invoice_that_is_cancelled_closes_the_light_until_another_is_paid() -> None:
    manager = a_fee_manager()
    invoice = an_invoice(manager)
    dossier, quote = invoice.dossier, invoice.quote
    assert missing(dossier) == [f"Invoice {invoice.number} is not paid yet."]
    set_columns(invoice, state="paid")
    assert missing(dossier) == []
    invoice.refresh_from_db(fields=["moved_at"])
    credit_all(invoice, "Erreur de destinataire.", by=manager, at=timezone.now())
    assert [said.split(":")[0] for said in missing(dossier)] == [f"Invoice {invoice.number} was cancelled by a credit note"]
    (again,) = issued(a_plan(quote, manager)[-1], manager)
    assert any(again.number in said for said in missing(dossier)), "the new one awaits its payment"
    set_columns(again, state="paid")
    assert missing(dossier) == [], "a credit note is no invoice, and what it took back was asked for again"
    set_columns(quote, state="superseded")
    assert missing(dossier) == ["No quote is accepted yet."]
    owed(a_quote(dossier, manager))
    assert len(missing(dossier)) == 1 and "It is not settled yet when quote" in missing(dossier)[0]


def test_a_suspended_convention_expires_and_is_not_renewed() -> None:
    yesterday = paris_day(timezone.now()) - timedelta(days=1)
    scene = living(effective_until=yesterday, tacit_renewal_months=12, state="suspended", words="Un manquement.", salt="x")
    assert "While it is suspended it is not renewed" in str(ahead_of(scene.convention))
    end_due(scene.convention, timezone.now())
    assert (scene.convention.state, scene.convention.ended_on) == (ConventionState.EXPIRED, yesterday)


@pytest.mark.parametrize(("days", "state"), [(100, "in_force"), (-1, "expired"), (None, "in_force")])
def test_a_tacit_renewal_does_not_go_beyond_what_is_authorised(days: int | None, state: str) -> None:
    today = paris_day(timezone.now())
    last = None if days is None else today + timedelta(days=days)
    dossier = running(ends_on=last)
    scene = living(dossier, effective_until=today - timedelta(days=1), tacit_renewal_months=12)
    said = str(ahead_of(scene.convention))
    assert ("not beyond" in said, "it expires" in said) == (days == 100, days == -1)
    end_due(scene.convention, timezone.now())
    assert scene.convention.state == state
    if state == "in_force":
        assert scene.convention.effective_until == (last or scene.convention.effective_until) and scene.convention.effective_until > today


@pytest.mark.parametrize("move", ["withdraw", "abandon", "refuse", "close_without_action"])
def test_a_dossier_that_ends_ends_its_conventions_and_opens_the_duty_to_destroy(move: str) -> None:
    today = paris_day(timezone.now())
    dossier = running()
    set_columns(dossier, data_opened_on=today)
    scene = living(dossier)
    amendment = an_amendment(scene, 1, since=today, changes=("people",))
    with transaction.atomic():
        set_columns(amendment, dossier_id=dossier.pk)
    line: Any = SimpleNamespace(action=move, at=timezone.now())
    end_of_dossier(dossier, line)
    states = {one.pk: one.state for one in Convention.objects.filter(dossier=dossier)}
    assert states == {scene.convention.pk: "terminated", amendment.pk: "terminated"}
    clock = Clock.objects.get(subject_type="convention", code="K-DESTR")
    assert clock.subject_id == scene.convention.pk and clock.outcome == "running"


def test_a_dossier_withdrawn_while_its_convention_is_out_for_signature_calls_the_request_back() -> None:
    scene, dossier = sent(an_approved_convention()), a_light_dossier()
    with transaction.atomic():
        set_columns(scene.convention, dossier_id=dossier.pk)
    line: Any = SimpleNamespace(action="withdraw", at=timezone.now())
    end_of_dossier(dossier, line)
    assert SignatureRequest.objects.get().state == "cancelled"
    assert Convention.objects.get(pk=scene.convention.pk).state == ConventionState.ABANDONED


def test_nothing_is_to_be_destroyed_while_another_convention_takes_over_or_once_it_was() -> None:
    dossier = running()
    set_columns(dossier, data_opened_on=paris_day(timezone.now()))
    old = living(dossier, state="terminated", words="x", salt="y", ended_on=paris_day(timezone.now()))
    assert has_delivered(old.convention)
    living(dossier)
    assert not has_delivered(Convention.objects.get(pk=old.convention.pk))
    set_columns(dossier, destroyed_on=paris_day(timezone.now()))
    assert not has_delivered(Convention.objects.get(pk=old.convention.pk))


def test_an_amendment_has_dates_of_its_own_and_counts_its_length_from_the_beginning_of_the_convention() -> None:
    root = Convention(pk=1, number="CONV-2026-00001", kind="provision", effective_from=date(2026, 1, 1), state="in_force")
    facts = {"term.from": "2026-06-01", "term.months": "24"}
    version = ConventionVersion(content=write(replace(document(), facts=facts)))
    amendment = Convention(kind="amendment", root=root, changes=["duration"], approved_version=version, state="signed")
    term = term_of(amendment, date(2026, 6, 2))
    assert (term.since, term.until) == (date(2026, 6, 2), date(2027, 12, 31)), "from its signature; two years of the convention"
    assert not list(of_root(amendment, date(2026, 6, 2)))
    amendment.root = Convention(pk=1, number="CONV-2026-00001", kind="provision", effective_from=date(2026, 1, 1), state="suspended")
    assert list(of_root(amendment, date(2026, 6, 2))), "an end is not moved during a suspension"
    amendment.changes = ["people"]
    assert term_of(amendment, date(2026, 6, 2)).until is None and not list(of_root(amendment, date(2026, 6, 2)))


def test_the_parties_of_an_amendment_are_those_that_the_last_one_about_the_parties_left() -> None:
    scene, since = living(), paris_day(timezone.now())
    one, two = OrganisationFactory(), OrganisationFactory()
    an_amendment(scene, 1, one, since=since)
    an_amendment(scene, 2, one, two, since=since)
    an_amendment(scene, 3, one, since=since, changes=(AmendmentKind.PEOPLE,))
    an_amendment(scene, 4, OrganisationFactory())  # not in force
    assert [party.organisation for party in _last_parties(scene.convention)] == [one, two]


def test_who_joined_by_an_amendment_in_force_reads_the_convention_and_stands_in_the_public_check(client: Client) -> None:
    scene = sent(an_approved_convention())
    with transaction.atomic():
        set_columns(scene.convention, state="in_force", signed_at=timezone.now(), effective_from=paris_day(timezone.now()))
    scene.convention = Convention.objects.for_reading().get(pk=scene.convention.pk)
    joins, waits = OrganisationFactory(name="Institut qui rejoint"), OrganisationFactory(name="Institut qui attend")
    person = UserFactory(device=True)
    RoleGrantFactory(user=person, role="signatory", organisation=joins)
    assert not may(person, "see", scene.convention)
    an_amendment(scene, 1, scene.parties[0].organisation, joins, since=paris_day(timezone.now()))
    an_amendment(scene, 2, joins, waits)
    convention = Convention.objects.for_reading().get(pk=scene.convention.pk)
    assert may(person, "see", convention) and [party.organisation for party in joined_parties(convention)] == [joins]
    page = client.get(reverse("signing:checked", args=[convention.check_code])).content.decode()
    assert "Institut qui rejoint" in page and "Institut qui attend" not in page


def test_whoever_acts_on_an_amendment_locks_what_it_amends_first() -> None:
    scene = living()
    amendment = an_amendment(scene, 1, since=paris_day(timezone.now()))
    with CaptureQueriesContext(connection) as asked, pytest.raises(WrongState), transaction.atomic():
        amendment.enter_force(by=scene.officer, at=timezone.now(), since=date(2026, 9, 1), until=None)
    locks = [one["sql"] for one in asked if "FOR UPDATE" in one["sql"]]
    assert [f'"id" = {pk} ' in sql for sql, pk in zip(locks, (scene.convention.pk, amendment.pk), strict=True)] == [True, True]
