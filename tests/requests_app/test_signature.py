"""The signature of a filing: asked for by the owner, given with a second factor, on what was read and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from guardian.shortcuts import assign_perm, remove_perm

from requests_app.models import Content, Dossier
from requests_app.policies import TEAM_ROLES, roles_on
from requests_app.signatures import Signature, as_text, changed_parts, from_text, parts_of
from requests_app.team import signing
from requests_app.team.models import SignatureRequest
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.accounts.mailbox import deliver_all
from tests.requests_app.factories import a_dossier, a_draft, make, signature
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_pages")]


@pytest.fixture
def dossier(people: dict[str, Any]) -> Dossier:
    return a_draft(people)


def of(dossier: Dossier, name: str) -> str:
    return reverse(f"team:{name}", args=[dossier.reference])


def file_page(dossier: Dossier) -> str:
    return reverse("dossiers:file", args=[dossier.reference])


def state_of(dossier: Dossier) -> str:
    return str(Dossier.objects.get(pk=dossier.pk).state)


def in_english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


# --- the domain ---


@pytest.mark.parametrize("device", ["", "nothing", "otp_totp.totpdevice/999999", "of somebody else", "not confirmed"])
def test_the_domain_refuses_a_signature_without_the_persons_own_second_factor(
    people: dict[str, Any], dossier: Dossier, device: str
) -> None:
    if device == "of somebody else":
        device = TOTPDevice.objects.create(user=UserFactory(), confirmed=True).persistent_id
    if device == "not confirmed":
        device = TOTPDevice.objects.create(user=people["signatory"], confirmed=False).persistent_id
    with pytest.raises(RuleBroken) as refused:
        make(dossier, "submit", people, timezone.now(), signed=Signature(device, parts_of(dossier)))
    assert "second facteur" in str(refused.value)
    with pytest.raises(RuleBroken):
        make(dossier, "submit", people, timezone.now(), signed=None)
    assert (state_of(dossier), JournalLine.objects.count()) == ("draft", 0)


def test_the_signatory_is_who_filed_and_the_journal_keeps_the_attestation_and_the_device(people: dict[str, Any], dossier: Dossier) -> None:
    line = make(dossier, "submit", people, timezone.now())
    device = TOTPDevice.objects.get(user=people["signatory"]).persistent_id
    assert line.facts == {"delegation_attested": True, "version": 1, "second_factor": device}
    assert (line.actor_role, dossier.versions.get().filed_by) == ("signatory", people["signatory"])


def test_an_owner_without_the_role_of_signatory_does_not_file(people: dict[str, Any], dossier: Dossier) -> None:
    with pytest.raises(NotAllowed):
        dossier.submit(by=people["owner"], at=timezone.now(), delegation_attested=True)


def test_a_complement_leaves_under_the_same_signature(people: dict[str, Any]) -> None:
    for name in ("owner", "signatory"):
        dossier = a_dossier("incomplete", people)
        dossier.resubmit(by=people[name], at=timezone.now())
        assert state_of(dossier) == "submitted"


def test_each_part_has_its_fingerprint_and_only_what_changed_is_named(dossier: Dossier) -> None:
    before = parts_of(dossier)
    assert from_text(as_text(before)) == before
    Content.objects.filter(pk=dossier.pk).update(population="Autre population", retention_years=7)
    dossier.content.sources.all().delete()
    changed = [str(title) for title in changed_parts(before, parts_of(Dossier.objects.get(pk=dossier.pk)))]
    assert 1 <= len(changed) <= 3
    assert "The project" not in changed
    assert changed_parts(before, before) == []


def test_a_piece_added_after_the_reading_is_a_change(people: dict[str, Any], dossier: Dossier) -> None:
    read = signature(dossier, people["signatory"])
    dossier.attachments.create(
        kind="protocol",
        name="p.pdf",
        storage_name="p",
        file="p",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        added_at=timezone.now(),
        added_by=people["owner"],
    )
    with pytest.raises(RuleBroken) as refused:
        make(dossier, "submit", people, timezone.now(), signed=read)
    assert "Pièces" in str(refused.value)


# --- the pages ---


def test_what_changed_since_it_was_read_is_named_and_nothing_is_filed(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    sign_in(client, people["signatory"])
    read = client.get(file_page(dossier)).context["form"].reading
    Content.objects.filter(pk=dossier.pk).update(title="Un titre qui change tout")
    answer = client.post(file_page(dossier), {"delegation_attested": "on", "read": read})
    said = answer.context["form"].non_field_errors()[0]
    assert "has changed since you read it" in said
    assert "The project" in said
    assert state_of(dossier) == "draft"
    assert "Un titre qui change tout" in answer.content.decode()
    again = answer.context["form"].reading
    client.post(file_page(dossier), {"delegation_attested": "on", "read": again})
    assert state_of(dossier) == "submitted"


def test_somebody_without_a_second_factor_is_led_to_set_one_up_and_back(client: Client, dossier: Dossier) -> None:
    person = UserFactory()
    assign_perm("signatory", person, dossier)
    sign_in(client, person)
    page = client.get(file_page(dossier)).content.decode()
    assert f"{reverse('two_factor:setup')}?next=%2Fdossiers" in page
    assert 'name="delegation_attested"' not in page
    sent = {"delegation_attested": "on", "read": as_text(parts_of(dossier))}
    assert "second factor" in client.post(file_page(dossier), sent).context["form"].non_field_errors()[0]
    assert state_of(dossier) == "draft"


def test_a_session_that_was_opened_before_the_second_factor_gives_its_code_first(
    client: Client, people: dict[str, Any], dossier: Dossier
) -> None:
    sign_in(client, people["signatory"], verified=False)
    page = client.get(file_page(dossier)).content.decode()
    address = f"{reverse('two_factor:login')}?next=%2Fdossiers%2F{dossier.reference}%2Fdeposer%2F"
    assert address in page
    assert client.get(address).status_code == 200  # the sign-in page lets somebody in who comes back with a code
    client.post(file_page(dossier), {"delegation_attested": "on", "read": as_text(parts_of(dossier))})
    assert state_of(dossier) == "draft"


def test_an_owner_who_is_entitled_attests_it_and_becomes_signatory_too(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    sign_in(client, people["owner"])
    assert client.post(of(dossier, "declare"), {}).status_code == 422
    answer = client.post(of(dossier, "declare"), {"delegation_attested": "on"})
    assert answer.headers["Location"] == file_page(dossier)
    assert roles_on(people["owner"], dossier) & TEAM_ROLES == {"owner", "signatory"}
    line = JournalLine.objects.get()
    assert (line.action, line.facts) == ("declare_entitled", {"user": people["owner"].pk, "delegation_attested": True})
    assert client.post(of(dossier, "declare"), {"delegation_attested": "on"}).status_code == 409


def test_the_owner_asks_and_the_signatory_hears_of_it_everywhere(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    sign_in(client, people["owner"])
    assert client.post(of(dossier, "ask")).status_code == 302
    assert [letter.to for letter in deliver_all()] == [[people["signatory"].email]]
    signatory = in_english(sign_in(Client(), people["signatory"]))
    for address in (dossier.get_absolute_url(), reverse("dossiers:index")):
        page = signatory.get(address).content.decode()
        assert "Your signature is awaited" in page
        assert file_page(dossier) in page
    assert "Your signature is awaited" not in client.get(reverse("dossiers:index")).content.decode()
    assert "The signature was asked for on" in client.get(dossier.get_absolute_url()).content.decode()
    assert client.post(of(dossier, "ask")).status_code == 409


def test_when_it_is_signed_the_request_is_closed_and_the_owner_told(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    signing.ask(dossier, by=people["owner"], at=timezone.now())
    deliver_all()
    make(dossier, "submit", people, timezone.now())
    asked = SignatureRequest.objects.get()
    assert (asked.outcome, asked.closed_by) == ("signed", people["signatory"])
    letters = [letter for letter in deliver_all() if letter.to == [people["owner"].email]]
    assert [letter for letter in letters if people["signatory"].full_name in str(letter.body)]
    sign_in(client, people["signatory"])
    assert "Your signature is awaited" not in client.get(reverse("dossiers:index")).content.decode()


def test_the_signatory_refuses_with_a_word_which_the_journal_does_not_hold(
    client: Client, people: dict[str, Any], dossier: Dossier
) -> None:
    signing.ask(dossier, by=people["owner"], at=timezone.now())
    deliver_all()
    sign_in(client, people["signatory"])
    assert client.post(of(dossier, "refuse"), {"word": ""}).status_code == 422
    client.post(of(dossier, "refuse"), {"word": "La durée est trop longue."})
    assert SignatureRequest.objects.get().outcome == "refused"
    assert "trop longue" in str(deliver_all()[0].body)
    assert "trop longue" not in str(list(JournalLine.objects.values()))
    owner = in_english(sign_in(Client(), people["owner"]))
    assert "The signature was refused on" in owner.get(dossier.get_absolute_url()).content.decode()
    assert "La durée est trop longue." in owner.get(of(dossier, "signature")).content.decode()
    assert owner.post(of(dossier, "ask")).status_code == 302


def test_the_owner_withdraws_the_request(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    signing.ask(dossier, by=people["owner"], at=timezone.now())
    sign_in(client, people["owner"])
    assert client.post(of(dossier, "withdraw")).status_code == 302
    assert SignatureRequest.objects.get().outcome == "withdrawn"
    assert client.post(of(dossier, "withdraw")).status_code == 409
    with pytest.raises(WrongState):
        signing.refuse(dossier, by=people["signatory"], at=timezone.now(), word="Trop tard.")


def test_what_changed_since_it_was_asked_stands_on_the_page(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    signing.ask(dossier, by=people["owner"], at=timezone.now())
    sign_in(client, people["signatory"])
    assert "Changed since then" not in client.get(of(dossier, "signature")).content.decode()
    Content.objects.filter(pk=dossier.pk).update(title="Autre titre")
    assert "Changed since then: The project." in client.get(of(dossier, "signature")).content.decode()


def test_nothing_is_asked_for_that_could_not_be_filed_or_that_nobody_signs(client: Client, people: dict[str, Any]) -> None:
    lacking = a_draft(people, title="")
    sign_in(client, people["owner"])
    assert client.post(of(lacking, "ask")).status_code == 422
    alone = a_draft(people)
    remove_perm("signatory", people["signatory"], alone)
    assert "Nobody on the team signs" in client.post(of(alone, "ask")).content.decode()
    assert not SignatureRequest.objects.exists()
    assert not JournalLine.objects.exists()


@pytest.mark.parametrize("name", ["editor", "reader", "signatory"])
def test_only_an_owner_asks_and_only_a_signatory_refuses(people: dict[str, Any], dossier: Dossier, name: str) -> None:
    person = people.get(name) or UserFactory()
    assign_perm(name, person, dossier)
    with pytest.raises(NotAllowed):
        signing.ask(dossier, by=person, at=timezone.now())
    signing.ask(dossier, by=people["owner"], at=timezone.now())
    if name != "signatory":
        with pytest.raises(NotAllowed):
            signing.refuse(dossier, by=person, at=timezone.now(), word="Non.")
    assert SignatureRequest.objects.get().outcome == ""


def test_a_removed_signatory_signs_nothing_any_more(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    sign_in(client, people["signatory"])
    read = client.get(file_page(dossier)).context["form"].reading
    remove_perm("signatory", people["signatory"], dossier)
    assert client.post(file_page(dossier), {"delegation_attested": "on", "read": read}).status_code == 404
    assert state_of(dossier) == "draft"


def test_an_officer_does_not_see_the_signature_under_way(client: Client, people: dict[str, Any]) -> None:
    dossier = a_dossier("opinion_given", people)
    sign_in(client, people["officer"])
    assert client.get(of(dossier, "signature")).status_code == 403
    assert of(dossier, "signature") not in client.get(dossier.get_absolute_url()).content.decode()


def test_a_revision_is_signed_too_and_a_request_left_behind_does_not_stand_in_its_way(people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    signing.ask(dossier, by=people["owner"], at=timezone.now())
    SignatureRequest.objects.update(state="elsewhere")
    signing.ask(dossier, by=people["owner"], at=timezone.now())
    assert list(SignatureRequest.objects.order_by("pk").values_list("outcome", flat=True)) == ["withdrawn", ""]
    revised = a_dossier("opinion_given", people)
    make(revised, "revise", people, timezone.now())
    assert revised.versions.latest("number").filed_by == people["signatory"]


def test_more_awaited_signatures_cost_no_more_queries(client: Client, people: dict[str, Any], django_assert_max_num_queries: Any) -> None:
    sign_in(client, people["signatory"])
    signing.ask(a_draft(people), by=people["owner"], at=timezone.now())
    client.get(reverse("dossiers:index"))
    with django_assert_max_num_queries(30) as few:
        client.get(reverse("dossiers:index"))
    for _number in range(3):
        signing.ask(a_draft(people), by=people["owner"], at=timezone.now())
    with django_assert_max_num_queries(len(few)):
        assert client.get(reverse("dossiers:index")).content.decode().count("Your signature is awaited") == 4


@pytest.mark.parametrize("bad", [{"outcome": "signed"}, {"word": "Non."}], ids=["closed without a day", "word without salt"])
def test_the_database_refuses_a_request_that_makes_no_sense(people: dict[str, Any], dossier: Dossier, bad: dict[str, str]) -> None:
    signing.ask(dossier, by=people["owner"], at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        SignatureRequest.objects.update(**bad)
