"""The pages of conventions: who finds what, the way from the template to the approved text, and a constant number of queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Organisation, User
from accounts.roles import Role
from contracts.drafting.plan import plan_of
from contracts.drafting.services.editing import rewrite_clause
from contracts.drafting.services.preparing import begin
from contracts.models import Convention, VersionFile
from contracts.queries import conventions_of
from contracts.states import ConventionState
from requests_app.models import Dossier
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.contracts.drafting import FROM, Scene, a_convention, a_library, a_representative, an_authorised_dossier
from tests.requests_app.factories import cast
from workflow.models import AccessRead

pytestmark = pytest.mark.django_db


def page(scene: Scene, name: str = "contracts:convention", *more: Any) -> str:
    """An address of the convention."""
    return reverse(name, args=[scene.convention.number, *more])


def everything_of(scene: Scene) -> list[str]:
    """Every address of a convention with one version, its file and its annexes."""
    version: Any = scene.convention.latest()
    file = VersionFile(version=version, format="pdf", sha256="0" * 64, pages=1, made_at=timezone.now())
    file.file.save("x.pdf", ContentFile(b"%PDF"))
    of_text = [page(scene, "contracts:text", 1), page(scene, "contracts:document", 1, "pdf")]
    moves = [page(scene, "contracts:move", move) for move in ("send_to_review", "open_negotiation", "abandon")]
    writing = [page(scene, f"drafting:{name}") for name in ("parties", "text")] + [page(scene, "drafting:clause", "words")]
    return [page(scene), *of_text, *moves, *writing, page(scene, "contracts:approve")]


def test_drafts_are_found_by_the_staff_only_and_each_address_keeps_to_it() -> None:
    scene = a_convention()
    urls = everything_of(scene)
    strangers = [scene.people["owner"], a_representative(scene), UserFactory(), scene.people["president"]]
    for person in strangers:
        client = sign_in(Client(), person)
        assert {client.get(url).status_code for url in urls} == {404}, person
    officer = sign_in(Client(), scene.officer)
    assert [officer.get(url).status_code for url in urls] == [200] * (len(urls) - 1) + [404]
    assert Client().get(urls[0]).status_code == 302


def test_from_the_negotiation_on_the_parties_read_and_write_nothing() -> None:
    scene = a_convention()
    urls = everything_of(scene)
    scene.convention.send_to_review(by=scene.officer, at=timezone.now())
    scene.convention.open_negotiation(by=scene.lawyer, at=timezone.now())
    for person in (scene.people["owner"], a_representative(scene)):
        client = sign_in(Client(), person)
        found = [client.get(url).status_code for url in urls]
        assert found == [200] * 3 + [404] * (len(urls) - 3), person
        listed = client.get(reverse("contracts:mine"))
        assert (listed.status_code == 200) is (person != scene.people["owner"])
        if listed.status_code == 200:
            assert scene.convention.number in listed.content.decode()
    tab = sign_in(Client(), scene.people["owner"]).get(reverse("contracts:dossier", args=[scene.dossier.reference]))
    assert scene.convention.number in tab.content.decode() and b"convention/preparer" not in tab.content


def test_parties_read_what_was_sent_to_them_and_no_earlier_draft() -> None:
    scene = a_convention()
    rewrite_clause(scene.convention, "words", "", "Notre position secrète.", "", by=scene.officer, at=timezone.now())
    rewrite_clause(scene.convention, "words", "", "Ce que nous proposons.", "", by=scene.officer, at=timezone.now())
    scene.convention.send_to_review(by=scene.officer, at=timezone.now())
    scene.convention.open_negotiation(by=scene.lawyer, at=timezone.now())
    client = sign_in(Client(), scene.people["owner"])
    assert [client.get(page(scene, "contracts:text", number)).status_code for number in (1, 2, 3)] == [404, 404, 200]
    shown = client.get(page(scene)).content.decode()
    assert "Version 2" not in shown and "versions/2/" not in shown
    assert "versions/2/" in sign_in(Client(), scene.officer).get(page(scene)).content.decode()


def test_an_officer_goes_from_the_template_to_the_first_version_and_a_legal_officer_approves_what_they_read() -> None:
    people = cast() | {"lawyer": UserFactory(roles=[Role.LEGAL_OFFICER])}
    dossier, template = an_authorised_dossier(people, hosting="operator", hosting_name="l’espace", matching=False), a_library()
    Organisation.objects.get_or_create(is_operator=True, defaults={"name": "Opérateur"})
    officer, lawyer = sign_in(Client(), people["officer"]), sign_in(Client(), people["lawyer"])
    url = reverse("drafting:begin", args=[dossier.reference])
    made = officer.post(url, {"template": template.pk, "language": "fr"})
    convention = Convention.objects.get()
    assert made.headers["Location"] == reverse("drafting:parties", args=[convention.number])
    told = {f"party-{place}-{name}": value for place, party in enumerate(convention.parties_read()) for name, value in _said(party).items()}
    refused = officer.post(made.headers["Location"], told | {"party": ["1", "2", "3"], "party-0-roles": []})
    assert refused.status_code == 422
    settled = officer.post(made.headers["Location"], told | {"party": ["1", "2", "3"]})
    assert settled.status_code == 302, settled.context["form"].party_forms[0].errors
    text = settled.headers["Location"]
    lacking = officer.post(text, {"p__payment__days": "30"})
    assert lacking.status_code == 422 and lacking.context["form"].errors["term__from"]
    beyond = officer.post(text, {"term__from": FROM.isoformat(), "p__payment__days": "90"})
    assert beyond.status_code == 422 and beyond.context["form"].errors["p__payment__days"]
    assert officer.post(text, {"term__from": FROM.isoformat(), "p__payment__days": "45"}).status_code == 302
    convention = Convention.objects.get()
    assert "45 jours" in convention.latest().content  # type: ignore[union-attr]
    move = reverse("contracts:move", args=[convention.number, "send_to_review"])
    assert officer.get(move).status_code == 200 and officer.post(move).status_code == 302
    approve = reverse("contracts:approve", args=[convention.number])
    shown = lawyer.get(approve)
    assert "45 jours" in shown.content.decode()
    assert lawyer.post(approve, {"read": "convention:" + "0" * 64}).status_code == 422
    assert lawyer.post(approve, {"read": shown.context["form"].reading}).status_code == 302
    assert Convention.objects.get().state == ConventionState.APPROVED


def _said(party: Any) -> dict[str, Any]:
    """What the page of the parties sends of one that is completed."""
    body = party.organisation.siren or party.organisation.name
    return {"body": body, "roles": party.roles, "name": party.name, "representative_name": "Anne Exemple"}


def test_the_page_says_what_others_did_since_the_readers_last_visit() -> None:
    scene = a_convention()
    client = sign_in(Client(), scene.lawyer)
    told = {"reader": scene.lawyer, "page": "convention", "subject_type": "convention", "subject_id": scene.convention.pk}
    AccessRead.objects.create(**told, at=timezone.now() - timedelta(minutes=30))
    rewrite_clause(scene.convention, "words", "", "Autres mots.", "", by=scene.officer, at=timezone.now())
    rewrite_clause(scene.convention, "words", "", "Mes mots.", "", by=scene.lawyer, at=timezone.now())
    assert [one.version for one in client.get(page(scene)).context["news"]] == [2]


def test_each_reader_of_a_text_leaves_a_line_in_the_access_log() -> None:
    scene = a_convention()
    sign_in(Client(), scene.officer).get(page(scene, "contracts:text", 1))
    line = AccessRead.objects.get()
    assert (line.reader_id, line.page, line.subject_type, line.subject_id) == (
        scene.officer.pk,
        "convention_text",
        "convention",
        scene.convention.pk,
    )


def test_the_lists_are_filtered_and_cost_the_same_whatever_their_length() -> None:
    scene = a_convention(written=False)
    client, url = sign_in(Client(), scene.officer), reverse("contracts:work")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _more in range(3):
        begin(scene.dossier, scene.template, by=scene.officer, at=timezone.now())
    with CaptureQueriesContext(connection) as several:
        shown = client.get(url)
    assert len(one) == len(several)
    assert len(shown.context["page"].object_list) == 4
    for asked, found in ({"etat": "draft"}, 4), ({"etat": "signed"}, 0), ({"q": scene.convention.number}, 1), ({"q": "absent\x00"}, 0):
        assert len(client.get(url, asked).context["page"].object_list) == found, asked
    assert sign_in(Client(), scene.people["owner"]).get(url).status_code == 404


def test_the_tab_of_a_dossier_costs_the_same_whatever_the_number_of_its_conventions() -> None:
    scene = a_convention()
    counted = []
    for more in (0, 3):
        for place in range(more):
            begin(scene.dossier, scene.template, by=scene.officer, at=timezone.now() - timedelta(minutes=place))
        dossier = Dossier.objects.for_frame().get(pk=scene.dossier.pk)
        reader = User.objects.get(pk=scene.lawyer.pk)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = conventions_of(dossier, reader)
        counted.append((len(found), len(asked)))
    assert counted[0][0] == 1 and counted[1][0] == 4
    assert counted[0][1] == counted[1][1]


def test_on_the_pages_of_a_convention_the_tab_of_its_dossier_is_the_current_one_and_named_by_the_fold() -> None:
    scene = a_convention()
    shown = sign_in(Client(), scene.officer).get(page(scene), headers={"accept-language": "en"}).content.decode()
    fold = shown.split('<details class="dossier-tabs__fold">')[1].split("</details>")[0]
    assert "<strong>Convention</strong>" in fold
    address = reverse("contracts:dossier", args=[scene.dossier.reference])
    assert f'<a href="{address}" aria-current="page">' in shown


def test_why_a_clause_stands_is_told_in_the_readers_language() -> None:
    scene = a_convention()
    with translation.override("en"):
        because = [one.because for one in plan_of(scene.convention).clauses if one.because]
    assert because and all(one.endswith("yes") for one in because)
