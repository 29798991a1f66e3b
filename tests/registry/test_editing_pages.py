"""The pages of declarers and of the secretariat's desk, as they are met without JavaScript."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from registry.editing import declaring, pages
from registry.editing.forms.sections import SECTIONS
from registry.editing.links import path_of, token_of
from registry.editing.models import Check, Declaration, Stage
from registry.models import Fiche
from registry.public_core import columns_of
from registry.publication import write
from registry.trust.services import withdraw
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.accounts.mailbox import deliver_all, paths_in
from tests.registry.declared import BEGUN, a_declaration, a_sent_declaration, answers
from tests.registry.said import a_said

pytestmark = pytest.mark.django_db
ADDRESS = "claude.martin@exemple.fr"


@pytest.fixture
def officer() -> Any:
    return UserFactory(officer=True, device=True)


def html(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def imported(**changes: Any) -> Fiche:
    return write(Fiche(origin="import"), columns_of(a_said(**changes)), at=BEGUN, because="publish")


def as_sent(given: dict[str, Any]) -> dict[str, Any]:
    """Answers as a browser sends them."""
    return {
        name: {True: "yes", False: "no", None: ""}.get(value, value) if not isinstance(value, list) else value
        for name, value in given.items()
    }


# --- the declarer
def test_from_the_first_letter_to_the_secretariat_without_account_nor_script(client: Client, officer: Any) -> None:
    client.post(reverse("editing:begin"), {"kind": "project", "email": ADDRESS})
    deliver_all()
    first = paths_in(mail.outbox[-1])[0]
    html(client, first)
    token = first.strip("/").rpartition("/")[2]
    given = as_sent(answers())
    for section in SECTIONS:
        address = reverse("editing:section", args=[token, section.code])
        assert client.post(address, {name: given[name] for name in section.base_fields if name in given}).status_code == 302
    assert client.get(reverse("editing:preview", args=[token])).context["page"].completeness.percent == 100
    assert client.post(first).headers["location"] == first
    declaration = Declaration.objects.get()
    assert (declaration.stage, declaration.email) == (Stage.SENT, ADDRESS)
    assert declaring.said_now(declaration)["retention_months"] == 30
    assert client.post(reverse("editing:section", args=[token, "projet"]), {"title": "Autre"}).status_code == 409
    assert "Enregistrer" not in html(client, reverse("editing:section", args=[token, "projet"]))


def test_what_is_wrong_is_said_while_one_writes_and_keeps_the_declaration_here(client: Client) -> None:
    declaration = a_declaration(lay_summary="COURT", starts_on="2025-01-01")
    token = token_of(declaration)
    page = client.get(reverse("editing:section", args=[token, "projet"]))
    assert {remark.code for remark in page.context["part"].remarks} >= {"summary_short"}
    declaring.save(declaration, {"legal_basis_9": ""}, at=BEGUN)
    sent = client.post(path_of(declaration))
    assert sent.status_code == 200
    assert sent.context["form"].errors
    assert client.get(path_of(declaration)).context["page"].late
    assert Declaration.objects.get().stage == Stage.DRAFT


def test_what_looks_like_a_person_is_confirmed_on_the_page(client: Client) -> None:
    declaration = a_declaration(rights="Écrivez au Pr Camille Durand.")
    assert "confirmed" in client.get(path_of(declaration)).context["form"].fields
    assert client.post(path_of(declaration)).status_code == 200
    assert client.post(path_of(declaration), {"confirmed": "on"}).status_code == 302


def test_the_page_never_tells_which_addresses_are_known(client: Client) -> None:
    a_declaration()
    replies = [
        client.post(reverse("editing:links_again"), {"email": address}, follow=True).content for address in (ADDRESS, "x@exemple.fr")
    ]
    told = [reply.decode().split("csrf")[0] for reply in replies]
    assert told[0] == told[1]
    deliver_all()
    written = [letter for letter in mail.outbox if "/repertoire/declarer/" in str(letter.body)]
    assert [letter.to for letter in written] == [[ADDRESS], [ADDRESS]]  # the first letter, and the links again


def test_a_made_up_link_is_a_404_and_a_true_one_is_kept_private(client: Client) -> None:
    assert client.get("/repertoire/declarer/W10:x:y/").status_code == 404
    response = client.get(path_of(a_declaration()))
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]
    assert ADDRESS not in response.content.decode()


def test_somebody_who_has_signed_in_begins_at_once_and_finds_their_declarations(client: Client) -> None:
    person = UserFactory()
    sign_in(client, person)
    begun = client.post(reverse("editing:begin"), {"kind": "warehouse"})
    declaration = Declaration.objects.get()
    assert begun.headers["location"] == path_of(declaration)
    assert declaration.verified_at is not None
    assert path_of(declaration) in html(client, reverse("editing:begin"))


def test_a_section_that_is_none_is_a_404(client: Client) -> None:
    assert client.get(reverse("editing:section", args=[token_of(a_declaration()), "licorne"])).status_code == 404


def test_a_change_is_prepared_and_given_up_on_the_page(client: Client, officer: Any) -> None:
    fiche = declaring.publish(a_sent_declaration(), by=officer, at=timezone.now())
    declaration = declaring.save(fiche.declaration, {"title": "Un autre titre"}, at=timezone.now())
    assert fiche.number in html(client, path_of(declaration))
    client.post(reverse("editing:drop", args=[token_of(declaration)]))
    assert Declaration.objects.get().stage == Stage.PUBLISHED


# --- the desk
@pytest.mark.parametrize("path", ["/travail/repertoire/", "/travail/repertoire/?liste=import", "/travail/repertoire/?liste=x"])
def test_the_desk_is_for_those_who_keep_the_registry(path: str, client: Client, officer: Any) -> None:
    assert client.get(path).status_code == 302
    assert sign_in(Client(), UserFactory()).get(path).status_code == 404
    assert sign_in(client, officer).get(path).status_code == 200


def test_a_fiche_stands_on_the_desk_until_its_version_was_read_over(client: Client, officer: Any) -> None:
    fiche = imported(lay_summary="Étude des soins.")
    sign_in(client, officer)
    page = client.get("/travail/repertoire/?liste=import")
    assert [(one.number, remarks[0].code) for one, remarks in page.context["rows"]] == [(fiche.number, "summary_short")]
    shown = client.get(reverse("editing:desk_fiche", args=[fiche.number]))
    assert {remark.code for point in shown.context["points"] for remark in point.remarks} == {"summary_short"}
    client.post(reverse("editing:desk_check", args=[fiche.number]), {"seen": "1"})
    assert Check.objects.get().by == officer
    assert not client.get("/travail/repertoire/?liste=import").context["rows"]
    assert officer.last_name not in html(Client(), fiche.get_absolute_url())


def test_additions_are_written_on_the_desk_and_read_by_the_public_in_both_languages(client: Client, officer: Any) -> None:
    fiche = imported()
    sign_in(client, officer)
    address = reverse("editing:desk_fiche", args=[fiche.number])
    refused = client.post(address, {"lay_summary": "Un résumé plus clair.", "seen": "1"})
    assert refused.context["form"].errors["reason"]
    given = {
        "lay_summary": "Un résumé plus clair.",
        "reason": "L'ancien était obscur.",
        "title_en": "Epilepsy care",
        "lay_summary_en": "A clear one.",
    }
    assert client.post(address, given | {"seen": "1"}).status_code == 302
    public = html(Client(headers={"accept-language": "fr"}), fiche.get_absolute_url())
    assert "obscur" in public
    assert "Un résumé plus clair." in public
    english = Client(headers={"accept-language": "en"}).get(fiche.get_absolute_url())
    assert "Epilepsy care</h1>" in english.content.decode()
    with translation.override("en"):
        assert english.context["page"].summaries == [("en", "A clear one."), ("fr", "Un résumé plus clair.")]
    assert client.post(address, given | {"seen": "1"}).status_code == 409


def test_a_declaration_is_answered_on_the_desk(client: Client, officer: Any) -> None:
    imported(acronym="EPISUIVI")
    declaration = a_sent_declaration()
    sign_in(client, officer)
    assert declaration.title in html(client, "/travail/repertoire/").replace("&#x27;", "'")
    address = reverse("editing:desk_declaration", args=[declaration.pk])
    shown = client.get(address)
    assert len(shown.context["alike"]) == 1
    refused = client.post(address, {"answer": "send_back", "words": ""})
    assert refused.context["form"].errors["words"]
    assert client.post(address, {"answer": "publish"}).status_code == 302
    assert Fiche.objects.filter(origin="declaration").count() == 1
    assert client.post(address, {"answer": "publish"}).status_code == 409
    assert client.get(address).context["form"] is None


def test_what_a_change_touches_is_named(client: Client, officer: Any) -> None:
    fiche = declaring.publish(a_sent_declaration(), by=officer, at=timezone.now())
    later = timezone.now() + timedelta(days=1)
    declaration = declaring.save(fiche.declaration, {"population": "Adultes et enfants."}, at=later)
    declaring.send(declaration, confirmed=False, at=later)
    sign_in(client, officer)
    shown = client.get(reverse("editing:desk_declaration", args=[declaration.pk]))
    with translation.override("en"):
        assert pages.changed_data(declaration, declaring.said_now(declaration)) == ["People concerned"]
    assert len(shown.context["changed"]) == 1


def test_a_draft_is_its_declarer_s_own(client: Client, officer: Any) -> None:
    sign_in(client, officer)
    assert client.get(reverse("editing:desk_declaration", args=[a_declaration().pk])).status_code == 404


def test_a_new_link_is_given_out_from_the_desk(client: Client, officer: Any) -> None:
    declaration = a_sent_declaration()
    former = path_of(declaration)
    sign_in(client, officer)
    client.post(reverse("editing:desk_renew_link", args=[declaration.pk]))
    assert client.get(former).status_code == 404
    assert client.get(path_of(Declaration.objects.get())).status_code == 200


def test_the_queries_of_the_desk_and_of_a_fiche_do_not_grow(client: Client, officer: Any) -> None:
    sign_in(client, officer)
    counts = []
    for _ in range(2):
        fiches = [imported() for _ in range(4)]
        client.get("/travail/repertoire/?liste=import")
        with CaptureQueriesContext(connection) as caught:
            client.get("/travail/repertoire/?liste=import")
        with CaptureQueriesContext(connection) as public:
            Client().get(fiches[0].get_absolute_url())
        counts.append((len(caught), len(public)))
    assert counts[0] == counts[1]


def test_a_fiche_says_what_is_missing_how_to_cite_it_and_that_it_came_late(client: Client) -> None:
    fiche = imported(starts_on="2020-02-01", declared_on="2021-05-18", dpo_mailbox="")
    client.cookies["django_language"] = "en"
    page = html(client, fiche.get_absolute_url())
    assert "Declared 15 months after its start" in page
    assert "Mailbox of the data protection officer" in page
    assert f"record {fiche.number}, version 1 of" in page
    assert f"http://localhost:8000{fiche.get_absolute_url()}" in page


def test_several_fiches_are_noted_at_once_and_one_that_changed_is_left(client: Client, officer: Any) -> None:
    first, second, third = imported(), imported(), imported()
    sign_in(client, officer)
    ticked = [f"{first.number}:1", f"{second.number}:1", f"{third.number}:7", "F1:x", "", ":3"]
    answer = client.post(reverse("editing:desk_check_several"), {"read": ticked, "liste": "import"})
    assert answer.headers["location"] == "/travail/repertoire/?liste=import"
    assert set(Check.objects.values_list("fiche__number", flat=True)) == {first.number, second.number}
    assert [one.number for one in pages.unread()] == [third.number]
    assert sign_in(Client(), UserFactory()).post(reverse("editing:desk_check_several")).status_code == 404


def test_the_whole_registry_is_linted_into_a_file() -> None:
    faulty = imported(rights="Appelez le 06 12 34 56 78.")
    imported(dpo_mailbox="")
    out, counts = StringIO(), StringIO()
    call_command("lint_registry", "--severity", "error", stdout=out, stderr=counts)
    rows = list(csv.DictReader(StringIO(out.getvalue())))
    assert [(row["number"], row["code"], row["where"]) for row in rows] == [(faulty.number, "telephone", "rights")]
    assert counts.getvalue().split() == ["1", "telephone"]


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ("need=warehouse&mission=yes&warehouse_matched=no", "warehouse"),
        ("need=study&persons=no&anonymous=no&data=hospital&carrier=public_hospital", "project"),
        ("need=permanent&named=yes", "permanent_access"),
    ],
)
def test_the_finder_leads_from_what_is_not_filed_here_to_the_declaration(client: Client, answers: str, kind: str) -> None:
    address = f"{reverse('editing:begin')}?objet={kind}"
    assert f'href="{address}"' in client.get(f"{reverse('finder:index')}?{answers}&asked=no").content.decode()
    assert client.get(address).context["form"]["kind"].initial == kind
    assert client.get(f"{reverse('editing:begin')}?objet=%00x").context["form"]["kind"].initial == "project"


def test_a_visitor_begins_so_many_declarations_an_hour_and_asks_for_so_many_links(client: Client) -> None:
    statuses = [
        client.post(reverse("editing:begin"), {"kind": "project", "email": f"claude{number}@exemple.fr"}).status_code
        for number in range(21)
    ]
    assert statuses == [302] * 20 + [200]
    asked = [client.post(reverse("editing:links_again"), {"email": ADDRESS}).status_code for _number in range(21)]
    assert asked == [302] * 20 + [200]
    assert client.post(reverse("editing:begin"), {"kind": "project", "email": ADDRESS}, REMOTE_ADDR="192.0.2.9").status_code == 302


def test_nobody_is_blamed_for_an_empty_page_and_the_last_section_leads_back(client: Client) -> None:
    begun = declaring.begin(kind="permanent_access", email=ADDRESS, language="fr", at=BEGUN)
    assert begun is not None
    token = token_of(begun)
    page = client.get(reverse("editing:section", args=[token, "acteurs"]))
    assert len(page.context["part"].expected) == 2
    assert not page.context["part"].is_begun
    assert "lint-box" not in page.content.decode()
    assert client.get(reverse("editing:section", args=[token, "projet"])).context["form"]["procedure"].initial == "permanent_access"
    assert client.get(path_of(begun)).context["onward"].code == "projet"
    last = client.post(reverse("editing:section", args=[token, "suites"]), {"following": "1"})
    assert last.headers["location"] == path_of(begun)


def test_words_that_nobody_would_read_are_not_taken_with_a_first_publication(client: Client, officer: Any) -> None:
    sign_in(client, officer)
    one = a_sent_declaration()
    refused = client.post(reverse("editing:desk_declaration", args=[one.pk]), {"answer": "publish", "words": "Très bien."})
    assert refused.context["form"].errors["words"]
    assert client.post(reverse("editing:desk_declaration", args=[one.pk]), {"answer": "publish", "words": ""}).status_code == 302


def test_the_declarer_of_a_fiche_that_was_withdrawn_is_not_told_that_it_is_public(
    client: Client, officer: Any, english_pages: None
) -> None:
    one = a_sent_declaration()
    fiche = declaring.publish(one, by=officer, at=BEGUN)
    withdraw(fiche.number, ground="withdrawn_mistake", reason="Deux fois.", by=UserFactory(head=True), at=BEGUN)
    page = html(client, path_of(one))
    assert "The fiche is public" not in page
    assert "The fiche was withdrawn from the registry" in page
    changed = declaring.send(declaring.save(one, {"expected_benefits": "Autre chose."}, at=BEGUN), confirmed=True, at=BEGUN)
    declaring.publish(changed, by=officer, at=BEGUN)
    deliver_all()
    letter = str(mail.outbox[-1].body)
    assert fiche.number in letter
    assert "It is public" not in letter
    assert "Elle est publique" not in letter
    assert client.get(fiche.get_absolute_url()).status_code == 410


def test_no_address_with_a_null_character_is_an_error_of_ours(client: Client, officer: Any) -> None:
    sign_in(client, officer)
    for path in (
        "/repertoire/corrections/%00/",
        "/travail/repertoire/fiches/%00/",
        "/travail/repertoire/%00/retrait/",
        "/repertoire/declarer/%00/",
    ):
        assert client.get(path).status_code == 404
    assert client.post(reverse("editing:desk_check_several"), {"read": ["\0:1"]}).status_code == 302
