"""The citizens' form: as few questions as each controller needs, nothing kept on the way, sealed before anything is written."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Database
from catalogue.models import Level as Standing
from rights import codes, secret_keys
from rights.asking import contacts, passes
from rights.asking.models import Contact, FloodCount, HandOver
from rights.asking.services import handing
from rights.asking.uploads import MOST
from rights.envelopes.models import Envelope
from rights.envelopes.sealing import NotOpened
from rights.models import Request, Routing
from rights.states import Level, Right
from tests.accounts.mailbox import deliver_all, paths_in
from tests.rights.asking import ASKER, PDF, PERSON, Walk, a_base, a_proof, hidden, years_ago
from tests.rights.factories import a_key
from workflow.models import OutboxMessage
from workflow.refusals import RuleBroken

pytestmark = pytest.mark.django_db


def test_a_person_without_scripts_asks_two_controllers_and_each_opens_its_own_envelope_only():
    one, other = a_base(), a_base("BNY", evidence="N1")
    walk = Walk().to_review(one, other).send()
    assert walk.page.status_code == 200 and Routing.objects.count() == 2
    content = one.opened()
    assert content["identity"]["birth_name"] == PERSON["birth_name"] and content["identity"]["birth_date"] == "1980-03-12"
    assert content["contact"] == {"email": PERSON["answer_email"]} and content["words"] == PERSON["words"]
    assert (content["v"], content["capacity"], content["right"], content["reply_key"]) == (1, "self", "access", "")
    assert other.opened()["identity"] == {}  # an address that answers is all that it needs
    assert content["form"] == Request.objects.get().sending
    with pytest.raises(NotOpened):
        type(one)(other.controller, one.key, one.private).opened()


def test_the_receipt_shows_the_code_once_and_the_same_form_shows_it_again():
    base = a_base()
    walk = Walk().to_review(base)
    review = hidden(walk.text)
    assert "12 mars 1980" in walk.text or "12 March 1980" in walk.text
    walk.send()
    request = Request.objects.get()
    assert codes.digest_of(codes.tidy(walk.code), secret_keys.pepper()) == request.code_digest
    assert Envelope.objects.get().sha256 in walk.text and walk.code.count("-") == 4
    again = walk.client.post(reverse("asking:send"), review).content.decode()
    assert walk.code in again and Request.objects.count() == 1
    text = walk.client.post(reverse("asking:receipt_text"), review)
    assert walk.code in text.content.decode() and Envelope.objects.get().sha256 in text.content.decode()
    assert not any(value in text.content.decode() for value in PERSON.values())
    assert text["Content-Disposition"].endswith('"recepisse.txt"')


def test_nothing_is_kept_before_the_request_is_sent():
    base = a_base()
    walk = Walk().to_review(base)
    assert not Request.objects.exists() and "sessionid" not in walk.client.cookies and FloodCount.objects.count() == 2
    for name, value in (("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer")):
        assert walk.page[name] == value
    assert "worker-src 'self'" in walk.page["Content-Security-Policy"] and "htmx-2.min.js" not in walk.text
    assert "require-trusted-types-for 'script'" in walk.page["Content-Security-Policy"]


def test_a_browser_that_says_no_origin_and_takes_no_cookie_is_served():
    base = a_base()
    walk = Walk(Client(enforce_csrf_checks=True, headers={"origin": "null"})).to_review(base).send()
    assert walk.page.status_code == 200 and Request.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"birth_name": ""}, "This field is required"),
        ({"birth_date": years_ago(16)}, "18 or over"),
        ({"birth_date": "31/31/2000"}, "valid date"),
        ({"answer_email": ""}, "at least one way to answer"),
        ({"answer_email": "ondine"}, "valid email"),
        ({"notify_email": "ondine"}, "valid email"),
    ],
)
def test_a_bad_answer_keeps_everything_that_was_typed(wrong: dict[str, str], sentence: str):
    walk = Walk().to_identity(a_base()).fill(**PERSON | wrong)
    assert walk.page.status_code == 422 and walk.step == "identity" and sentence in walk.text
    assert all(value in walk.text for name, value in PERSON.items() if name not in wrong)
    assert 'class="fr-alert fr-alert--error form-errors"' in walk.text


def test_going_back_or_to_the_other_language_loses_nothing():
    base = a_base()
    walk = Walk().to_review(base)
    walk.fill(go="back")
    assert walk.step == "identity" and PERSON["birth_name"] in walk.text
    walk.fill(go="fr", **PERSON)
    assert walk.step == "identity" and PERSON["birth_name"] in walk.text and 'lang="fr"' in walk.text
    walk.fill(go="en", **PERSON).fill(go="back", **PERSON).fill(go="back", **{f"right_{base.slug}": "access"}).fill(
        go="back", databases=[base.slug]
    )
    assert walk.step == "who"
    walk.fill(capacity="self")
    assert f'value="{base.slug}" id="id_databases_0" checked' in walk.text
    walk.fill(databases=[base.slug]).fill(**{f"right_{base.slug}": "access"})
    assert PERSON["birth_name"] in walk.text


def test_a_database_of_which_nothing_was_declared_is_shown_and_cannot_be_chosen():
    from tests.rights.factories import a_controller

    base, other = a_base(), a_controller("MUET")
    walk = Walk().fill(capacity="self")
    assert "MUET" in walk.text and 'value="muet"' not in walk.text and "Not declared by the controller yet" in walk.text
    walk.fill(databases=[base.slug, other.database.slug])
    assert walk.page.status_code == 422 and walk.step == "databases"
    assert walk.fill(databases=[]).page.status_code == 422


def test_an_opposition_goes_as_far_as_the_controller_offers_and_names_a_study_that_exists():
    base = a_base("BNX", Right.OPPOSITION)
    walk = Walk().fill(capacity="self").fill(databases=[base.slug])
    answers = {f"right_{base.slug}": "opposition"}
    assert walk.fill(**answers).page.status_code == 422 and "how far" in walk.text.lower()
    assert "(optional)" not in walk.text and f'href="{reverse("registry:index")}"' in walk.text  # the study is wanted, and looked for there
    walk.fill(**answers, **{f"level_{base.slug}": "study", f"study_{base.slug}": "F00000000000000"})
    assert walk.page.status_code == 422 and "no published study" in walk.text and "F00000000000000" in walk.text
    walk.fill(**answers, **{f"level_{base.slug}": "research", f"study_{base.slug}": "left over"}).fill(**PERSON).send()
    assert (Routing.objects.get().level, Routing.objects.get().study) == (Level.RESEARCH, "")
    assert base.opened()["level"] == "research"


def test_each_capacity_asks_for_what_it_needs():
    base = a_base("BNX", Right.ACCESS, level=Standing.MAIN)
    bare = Walk().to_identity(base)
    assert 'name="nir"' in bare.text and "asker_name" not in hidden(bare.text) and 'name="asker_name"' not in bare.text
    assert "field__optional" not in bare.text.partition('for="id_answer_email"')[2].partition("</label>")[0]  # one of three is wanted
    assert 'autocomplete="bday"' in bare.text and 'autocomplete="family-name"' in bare.text
    minor = Walk().to_identity(base, capacity="minor")
    assert minor.fill(**PERSON).page.status_code == 422
    assert minor.fill(**PERSON | {"birth_date": years_ago(16)}).step == "review"
    child = Walk().to_identity(base, capacity="child").fill(**PERSON | ASKER | {"birth_date": years_ago(9), "holders": "disagrees"})
    child.send()
    assert child.page.status_code == 422 and "Join the document" in child.text and PERSON["birth_name"] in child.text
    child.send(files=[a_proof()])
    content = base.opened()
    assert content["asker"] == {"given_names": "Achille", "name": "Vorpalnet", "other_holder": "disagrees"}
    assert (
        base64.b64decode(content["files"][0]["b64"]) == PDF
        and content["files"][0]["name"] == "preuve.pdf"
        and content["files"][0]["type"] == "application/pdf"
    )
    buried = Walk().to_identity(base, capacity="deceased").fill(**PERSON | ASKER | {"motive": "cause", "death_date": "1979-02-02"})
    assert buried.page.status_code == 422 and ("before the birth" in buried.text or "précède la naissance" in buried.text)
    assert Walk().to_identity(base).fill(**PERSON | {"birth_date": "0190-03-12"}).page.status_code == 422
    dead = (
        Walk()
        .to_identity(base, capacity="deceased")
        .fill(**PERSON | ASKER | {"motive": "cause", "death_date": "2020-02-02"})
        .send(files=[a_proof()])
    )
    assert dead.page.status_code == 200 and base.opened()["asker"]["motive"] == "cause"


def test_a_minor_asks_alone_from_the_age_that_the_controller_declared():
    young, older = a_base("BNX"), a_base("BNY", alone_from=17)
    assert Walk().to_identity(young, capacity="minor").fill(**PERSON | {"birth_date": years_ago(16)}).step == "review"
    refused = Walk().to_identity(older, capacity="minor").fill(**PERSON | {"birth_date": years_ago(16)})
    assert refused.page.status_code == 422 and "from the age of 17" in refused.text
    assert refused.fill(**PERSON | {"birth_date": years_ago(17)}).step == "review"


def test_after_a_death_only_access_is_left():
    base = a_base("BNX", Right.ERASURE)
    walk = Walk().fill(capacity="deceased")
    assert f'value="{base.slug}"' not in walk.text and "Nothing can be asked for here" in walk.text


@pytest.mark.parametrize(
    "files", [[a_proof(b"MZ\x90", "preuve.pdf")], [a_proof(PDF, "preuve.exe")], [a_proof()] * 6, [a_proof(PDF + b"x" * 6_000_000)]]
)
def test_a_file_of_another_kind_or_too_large_is_refused_and_the_rest_stays(files: list[Any]):
    walk = Walk().to_review(a_base(), capacity="mandate", person=PERSON | ASKER)
    walk.send(files=files)
    assert walk.page.status_code == 422 and walk.step == "review" and PERSON["birth_name"] in walk.text
    assert not Request.objects.exists()


def test_a_file_beyond_what_is_kept_in_memory_is_refused_beside_its_field_and_the_rest_stays():
    walk = Walk().to_review(a_base(), capacity="mandate", person=PERSON | ASKER)
    walk.send(files=[a_proof(PDF + b"x" * MOST)])
    assert walk.page.status_code == 422 and walk.step == "review" and PERSON["birth_name"] in walk.text
    assert "Too many files, or too large" in walk.text


def test_who_asks_for_somebody_else_is_told_before_the_last_page_that_a_document_is_joined():
    base = a_base()
    told = "You join the document that shows that you may act"
    assert told in Walk().to_identity(base, capacity="mandate").text and told not in Walk().to_identity(base).text


def test_the_database_that_holds_something_on_everybody_comes_first():
    for base, theme in ((a_base(level=Standing.WAREHOUSE), "Accidents"), (a_base("BNY", level=Standing.MAIN), "Zoonoses")):
        Database.objects.filter(slug=base.slug).update(theme_fr=theme, theme_en=theme)
    page = Walk().fill(capacity="self").text
    assert 0 < page.index('value="bny"') < page.index('value="bnx"')


def test_what_is_asked_for_elsewhere_is_read_over_with_its_letter_and_leads_back():
    base, away = a_base(), a_base("BNY", Right.OPPOSITION, way="letter", keyed=False)
    rights = {f"right_{base.slug}": "access", f"right_{away.slug}": "opposition", f"level_{away.slug}": "research"}
    walk = Walk().fill(capacity="self").fill(databases=[base.slug, away.slug]).fill(**rights).fill(**PERSON)
    review = walk.text
    assert "Not sent from here" in review and "BNY" in review
    before = walk.client.post(reverse("asking:letter"), hidden(review)).text
    assert "<strong>Responsable de BNX" in before and "<strong>Responsable de BNY" in before
    receipt = walk.send().text
    assert 'name="sent"' in receipt
    after = walk.client.post(reverse("asking:letter"), hidden(receipt) | {"sent": "1"}).text
    assert "<strong>Responsable de BNX" not in after and "<strong>Responsable de BNY" in after
    assert f"How far my opposition goes: {Level.RESEARCH.label}." in after
    alone = Walk().fill(capacity="self").fill(databases=[away.slug]).fill(**{name: rights[name] for name in rights if away.slug in name})
    assert 'name="go" value="back"' in alone.text and alone.fill(step="identity", go="back").step == "rights"


def test_a_controller_with_a_page_of_its_own_is_reached_with_a_reference_that_serves_once():
    base = a_base("BNX", way="own_page", own_page_url="https://controleur.example/droits", keyed=False)
    walk = Walk().to_identity(base)
    assert "https://controleur.example/droits" in walk.text and not Request.objects.exists()
    reference = walk.text.partition('class="asking-reference">')[2].partition("<")[0]
    assert reference not in str(HandOver.objects.values())
    found = handing.redeem(reference, organisations=[base.controller.organisation.pk], at=timezone.now())
    assert found.right == Right.ACCESS
    for bad in (reference, "nonsense", ""):
        with pytest.raises(RuleBroken):
            handing.redeem(bad, organisations=[base.controller.organisation.pk], at=timezone.now())


def test_references_for_own_pages_wait_where_many_forms_come_from_and_one_form_is_given_the_same_one(
    settings: Any, time_machine: Any, monkeypatch: pytest.MonkeyPatch
):
    settings.RIGHTS_FORMS_PER_HOUR = 1
    told = {"way": "own_page", "own_page_url": "https://controleur.example/droits", "keyed": False}
    base, other = a_base("BNX", **told), a_base("BNY", **told)
    first = Walk().to_identity(base)
    chosen = {"step": "rights", "token": hidden(first.text)["token"], "capacity": "self", "databases": base.slug}
    again = first.client.post(reverse("asking:form"), chosen | {f"right_{base.slug}": "access"}).content.decode()
    assert HandOver.objects.count() == 1 and reference_of(again) == reference_of(first.text)  # shown before: not counted again
    walk = Walk().to_identity(base)
    assert walk.page.status_code == 429 and int(walk.page["Retry-After"]) <= 20 and HandOver.objects.count() == 1
    assert "https://controleur.example/droits" in walk.text and "asking-reference" not in walk.text
    time_machine.move_to(timezone.now() + timedelta(seconds=21), tick=True)
    ticket = hidden(walk.text)["ticket"]
    assert reference_of(walk.fill().text) and HandOver.objects.count() == 2
    monkeypatch.setattr(handing, "MOST", 1)  # whatever is changed in one form, it writes no more than so many
    rights = {f"right_{other.slug}": "access", f"right_{base.slug}": "access"}
    walk.fill(step="rights", ticket=ticket, databases=[base.slug, other.slug], **rights)
    assert walk.page.status_code == 200 and HandOver.objects.count() == 2 and "BNY" in walk.text


def reference_of(page: str) -> str:
    return page.partition('class="asking-reference">')[2].partition("<")[0]


def test_a_controller_without_a_key_that_somebody_compared_is_written_to():
    keyless, base = a_base("BNY", keyed=False, address="1 rue des Lilas, Paris"), a_base()
    walk = Walk().to_identity(keyless)
    assert "1 rue des Lilas" in walk.text and not Request.objects.exists()
    letter = walk.fill("asking:letter").text
    assert "BNY" in letter and "1 rue des Lilas" in letter
    walk = Walk().to_review(base, keyless).send()
    assert [row.database.acronym for row in Routing.objects.all()] == ["BNX"] and "1 rue des Lilas" in walk.text


def test_databases_that_another_page_sends_are_chosen_already(client: Client):
    base = a_base()
    walk = Walk()
    walk.page = walk.client.post(reverse("asking:form"), {"databases": [base.slug]})
    assert walk.step == "who"
    assert "checked" in walk.fill(capacity="self").text


def test_many_forms_from_one_network_wait_and_are_never_refused_for_good(settings: Any, time_machine: Any):
    settings.RIGHTS_FORMS_PER_HOUR = 1
    base = a_base()
    Walk().to_identity(base)
    walk = Walk().to_review(base)
    assert "Many requests come from your network" in walk.text
    walk.send()
    assert walk.page.status_code == 429 and int(walk.page["Retry-After"]) <= 20 and PERSON["birth_name"] in walk.text
    stranger = Walk(Client(REMOTE_ADDR="198.51.100.7")).to_review(base).send()
    assert stranger.page.status_code == 200
    time_machine.move_to(timezone.now() + timedelta(seconds=21), tick=True)
    assert walk.send().page.status_code == 200 and Request.objects.count() == 2


@pytest.mark.parametrize("many", [6, pytest.param(10_000, marks=pytest.mark.slow)])
def test_a_flood_from_one_address_does_not_stop_another_visitor(settings: Any, many: int):
    settings.RIGHTS_FORMS_PER_HOUR, settings.RIGHTS_FORMS_PER_HOUR_IN_ALL = 2, 4
    base = a_base()
    flood = {"token": passes.new_token(), "capacity": "self", "databases": base.slug, f"right_{base.slug}": "access", "sealed": "1"}
    client = Client()
    for place in range(many):
        answer = client.post(reverse("asking:send"), flood, REMOTE_ADDR=f"2001:db8:1::{place % 65_535:x}")
        assert answer.status_code == 429 and answer.json()["ticket"]
    neighbour = Walk(Client(REMOTE_ADDR="2001:db8:1::ffff")).to_review(base).send()
    assert neighbour.page.status_code == 429 and int(neighbour.page["Retry-After"]) <= 600
    assert Walk(Client(REMOTE_ADDR="2001:db8:2::5")).to_review(base).send().page.status_code == 200


def test_the_counts_of_visitors_name_nobody_and_are_forgotten(time_machine: Any):
    from rights.asking.tasks import forget

    Walk(Client(REMOTE_ADDR="198.51.100.7")).to_identity(a_base())
    assert "198.51.100" not in str(list(FloodCount.objects.values()))
    assert hashlib.sha256(b"198.51.100.7/32").hexdigest() not in str(list(FloodCount.objects.values()))
    time_machine.move_to(timezone.now() + timedelta(hours=25), tick=True)
    assert forget() == 2 and not FloodCount.objects.exists()


def test_a_ticket_serves_its_own_form_only_and_a_form_is_open_for_a_day(time_machine: Any):
    now = timezone.now()
    token, other = passes.new_token(), passes.new_token()
    ticket = passes.ticket_from(token, now)
    assert passes.good_from(ticket, token) and not passes.good_from(ticket, other) and not passes.good_from("x", token)
    assert passes.token_of(token) and not passes.token_of(token + "x") and not passes.token_of("")
    time_machine.move_to(now + timedelta(hours=25), tick=True)
    assert passes.token_of(token) is None


def test_the_address_for_the_letters_is_sealed_apart_and_confirmed_on_a_button(client: Client, english_pages: None):
    base = a_base()
    Walk().to_review(base, person=PERSON | {"notify_email": "facteur@exemple.fr"}).send()
    request, contact = Request.objects.get(), Contact.objects.get()
    assert "facteur" not in contact.sealed and contact.pk.hex not in request.contact and str(contact.pk) not in request.contact
    assert contacts.address_of(contact) == "facteur@exemple.fr" and contacts.contact_of(request) is None
    (letter,) = [one for one in deliver_all() if one.to == ["facteur@exemple.fr"]]
    whole = letter.subject + letter.body
    assert not any(word in whole for word in ("BNX", "Access", "Accès", Routing.objects.get().number))
    confirm, forget = (next(path for path in paths_in(letter) if word in path) for word in ("confirmer", "effacer"))
    client.get(confirm)
    assert contacts.contact_of(request) is None  # a mail program that looks at links confirms nothing
    client.post(confirm)
    assert contacts.contact_of(request) == contact
    client.post(forget)
    assert not Contact.objects.exists() and contacts.contact_of(request) is None
    assert client.get(confirm).status_code == 410 and client.get(forget).status_code == 200


def test_an_address_is_written_to_three_times_a_day_whoever_types_it():
    base = a_base()
    for _time in range(5):
        Walk().to_review(base, person=PERSON | {"notify_email": "facteur@exemple.fr"}).send()
    assert OutboxMessage.objects.filter(kind="rights_contact").count() == 3 and Contact.objects.count() == 5


def test_a_key_that_was_revoked_meanwhile_takes_nothing_and_the_page_stands():
    base = a_base()
    walk = Walk().to_review(base)
    from rights.envelopes.services.keys import revoke_key

    revoke_key(base.key, reason="exposed", by=base.controller.agent, at=timezone.now())
    walk.send()
    assert not Request.objects.exists() and "BNX" in walk.text
    a_key(base.controller, timezone.now() - timedelta(minutes=1))


def test_leaving_makes_the_browser_forget(client: Client):
    answer = client.post(reverse("asking:leave"))
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"' and answer["Cache-Control"] == "no-store"
