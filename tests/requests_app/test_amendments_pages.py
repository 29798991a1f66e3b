"""The pages of the amendments: who sees what, field by field, and what is authorised today with its sources."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from registry.models import Fiche
from requests_app.amendments import services
from requests_app.amendments.models import Amendment, Stage
from requests_app.amendments.reading import authorised_today, steps_of
from requests_app.amendments.remarks import beside_fields
from requests_app.models import Dossier
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.requests_app.amended import NEW_MAILBOX, an_authorised, begun, filed, fresh, qualified, registered, reread, write
from tests.requests_app.factories import a_dossier
from workflow import outbox

pytestmark = pytest.mark.django_db


def page(user: Any, name: str, *args: Any, **sent: Any) -> Any:
    client = sign_in(Client(headers={"accept-language": "en"}), user)
    address = reverse(f"amendments:{name}", args=args)
    return client.post(address, sent) if sent else client.get(address)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


# --- what is authorised today --------------------------------------------------------------------
def history() -> tuple[Dossier, dict[str, Any]]:
    """A dossier whose mailbox was registered twice, and whose end was authorised later."""
    dossier, people = an_authorised()
    registered(dossier, people, timezone.now() - timedelta(days=60), dpo_contact="dpd@exemple.fr")
    registered(reread(dossier), people, timezone.now() - timedelta(days=50), **NEW_MAILBOX)
    at = timezone.now() - timedelta(days=40)
    renewal = qualified(begun(reread(dossier), people, "renewal", at, ends_on=date(2033, 1, 5)), people, at, duration="yes")
    filed(renewal, people)
    return reread(dossier), people


def test_each_point_stands_with_what_settled_it_and_what_it_said_before() -> None:
    dossier, _people = history()
    lines = {line.place: line for chapter in authorised_today(dossier) for line in chapter.lines}
    assert "DR-2026-001" in lines["title"].step.label
    assert not lines["title"].earlier
    mailbox = lines["dpo_contact"]
    assert mailbox.value == NEW_MAILBOX["dpo_contact"]
    assert [earlier.value for earlier in mailbox.earlier] == ["dpo@exemple.fr", "dpd@exemple.fr"]
    assert "3" in lines["ends_on"].step.label and len(lines["ends_on"].earlier) == 1
    assert len(steps_of(dossier)) == 4


def test_what_is_authorised_today_is_what_the_dossier_says() -> None:
    dossier, _people = history()
    assert steps_of(dossier)[-1].snapshot == dossier.content.snapshot()


def test_a_change_that_was_set_aside_shows_in_the_history_and_not_in_the_value() -> None:
    dossier, people = an_authorised()
    amendment = registered(dossier, people, timezone.now() - timedelta(days=9), recipients="Un industriel.")
    services.contest(amendment, reason="Nouvelle catégorie.", by=people["officer"], at=timezone.now())
    lines = {line.place: line for chapter in authorised_today(reread(dossier)) for line in chapter.lines}
    assert lines["recipients"].value == dossier.content.recipients
    assert [earlier.value for earlier in lines["recipients"].earlier] == [dossier.content.recipients, "Un industriel."]


@pytest.mark.parametrize("who", ["owner", "officer", "head", "cnil"])
def test_everybody_who_sees_the_dossier_reads_what_is_authorised(who: str) -> None:
    dossier, people = history()
    answer = page(people[who], "authorised", dossier.reference)
    assert answer.status_code == 200
    assert NEW_MAILBOX["dpo_contact"] in text(answer) and "Modification no. 2, registered on" in text(answer)


def test_a_stranger_finds_none_of_the_pages() -> None:
    dossier, people = an_authorised()
    amendment = begun(dossier, people, **NEW_MAILBOX)
    stranger = UserFactory()
    for name in ("authorised", "index", "begin"):
        assert page(stranger, name, dossier.reference).status_code == 404
    for name in ("changes", "qualify", "register"):
        assert page(stranger, name, amendment.draft.reference).status_code == 404
    assert page(stranger, "one", dossier.reference, 1).status_code == 404


def test_a_dossier_that_is_not_authorised_has_nothing_to_show() -> None:
    dossier = a_dossier(State.SUBMITTED)
    for name in ("authorised", "index", "begin"):
        assert page(dossier.created_by, name, dossier.reference).status_code == 404
    assert page(dossier.created_by, "changes", dossier.reference).status_code == 404


def test_the_page_costs_the_same_however_often_the_project_was_amended() -> None:
    dossier, people = an_authorised()

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            authorised_today(reread(dossier))
        return len(queries)

    registered(dossier, people, timezone.now() - timedelta(days=60), dpo_contact="dpd@exemple.fr")
    few = count()
    for day in (50, 40, 30):
        registered(reread(dossier), people, timezone.now() - timedelta(days=day), funding=f"ANR {day}")
    assert count() <= few


# --- the list and one amendment ------------------------------------------------------------------
def test_an_amendment_in_preparation_is_the_team_s_alone() -> None:
    dossier, people = an_authorised()
    begun(dossier, people, **NEW_MAILBOX)
    assert "Modification no. 1" in text(page(people["owner"], "index", dossier.reference))
    assert "Modification no. 1" not in text(page(people["officer"], "index", dossier.reference))
    assert page(people["officer"], "one", dossier.reference, 1).status_code == 404
    assert page(people["owner"], "one", dossier.reference, 1).status_code == 200


def test_the_officer_reads_what_was_registered_and_why_and_contests_it_with_a_reason() -> None:
    dossier, people = an_authorised()
    amendment = registered(dossier, people, timezone.now() - timedelta(days=3), recipients="Un laboratoire partenaire.")
    shown = text(page(people["officer"], "one", dossier.reference, 1))
    assert "Un laboratoire partenaire." in shown and "Not substantial." in shown and "Rien de tel ne change." in shown
    assert page(people["owner"], "contest", dossier.reference, 1).status_code == 403
    assert page(people["officer"], "contest", dossier.reference, 1, reason="").status_code == 422
    answer = page(people["officer"], "contest", dossier.reference, 1, reason="Nouvelle catégorie de destinataires.")
    assert answer.status_code == 302 and fresh(amendment).stage == Stage.SET_ASIDE
    assert "Nouvelle catégorie de destinataires." in text(page(people["owner"], "one", dossier.reference, 1))
    assert page(people["officer"], "contest", dossier.reference, 1, reason="Encore.").status_code == 409


# --- the applicant's way -------------------------------------------------------------------------
def test_the_applicant_goes_from_the_dossier_to_a_registered_change() -> None:
    dossier, people = an_authorised()
    owner = people["owner"]
    assert reverse("amendments:begin", args=[dossier.reference]) in text(page(owner, "index", dossier.reference))
    assert page(owner, "begin", dossier.reference, kind="").status_code == 422
    answer = page(owner, "begin", dossier.reference, kind="modification")
    draft = Dossier.objects.get(amends=dossier)
    assert answer.url == reverse("amendments:changes", args=[draft.reference])
    assert "Nothing differs" in text(page(owner, "changes", draft.reference))
    write(draft, population="Adultes suivis pour une épilepsie entre 2012 et 2023.")
    shown = text(page(owner, "changes", draft.reference))
    assert "<del" in shown and "<ins" in shown and "[added:" in shown and "[removed:" in shown
    asked = page(owner, "qualify", draft.reference)
    assert "Is a new category of data processed?" in text(asked) and "controller change its identity" not in text(asked)
    refused = page(owner, "qualify", draft.reference, summary="Période d'inclusion.", data="no", information="no")
    assert refused.status_code == 422 and "Say in a sentence why not" in text(refused)
    said = {"summary": "Période d'inclusion.", "data": "no", "data_why": "Même catégorie.", "information": "no"}
    assert page(owner, "qualify", draft.reference, **said).status_code == 302
    shown = text(page(owner, "changes", draft.reference))
    assert "Have the amendment signed" in shown and people["signatory"].full_name in shown
    shown = text(page(owner, "register", draft.reference))
    assert "Register Modification no. 1?" in shown and people["signatory"].full_name in shown and "Sign and register" not in shown
    assert page(owner, "register", draft.reference, go="1").status_code == 403
    asking = sign_in(Client(headers={"accept-language": "en"}), owner)
    assert "is registered by the signature" in text(asking.get(reverse("team:signature", args=[draft.reference])))
    assert asking.post(reverse("team:ask", args=[draft.reference])).status_code == 302
    assert "Follow the signature" in text(page(owner, "changes", draft.reference))
    signing = sign_in(Client(headers={"accept-language": "en"}), people["signatory"])
    assert "Your signature is awaited" in text(signing.get(reverse("dossiers:index")))
    asked = signing.get(reverse("dossiers:file", args=[draft.reference]), follow=True)
    assert asked.redirect_chain[-1][0] == reverse("amendments:register", args=[draft.reference])
    read = re.findall(r'name="read" value="([^"]+)"', asked.content.decode())[0]
    assert page(people["signatory"], "register", draft.reference, read="").status_code == 422
    assert page(people["signatory"], "register", draft.reference, read=read).status_code == 302
    assert reread(dossier).content.population.endswith("2012 et 2023.")


def test_a_substantial_change_is_sent_to_filing_and_refused_by_the_register() -> None:
    dossier, people = an_authorised()
    amendment = qualified(begun(dossier, people, recipients="Un industriel."), people, recipients="yes")
    shown = text(page(people["owner"], "changes", amendment.draft.reference))
    assert reverse("dossiers:file", args=[amendment.draft.reference]) in shown and "Substantial." in shown
    assert page(people["signatory"], "register", amendment.draft.reference, read="x").status_code == 422


def test_a_reader_of_the_team_reads_but_does_not_qualify() -> None:
    dossier, people = an_authorised()
    reader = UserFactory()
    assign_perm("reader", reader, dossier)
    amendment = begun(dossier, people, **NEW_MAILBOX)
    assert page(reader, "changes", amendment.draft.reference).status_code == 200
    assert page(reader, "qualify", amendment.draft.reference).status_code == 403
    assert page(reader, "update", amendment.draft.reference, go="1").status_code == 403


def test_a_draft_that_is_behind_says_so_and_is_brought_up_to_date() -> None:
    dossier, people = an_authorised()
    amendment = begun(dossier, people, population="Autre population.")
    Amendment.objects.filter(pk=amendment.pk).update(before=amendment.before | {"funding": "Avant."})
    write(amendment.draft, funding="Avant.")
    assert "changed since this draft was begun" in text(page(people["owner"], "changes", amendment.draft.reference))
    assert page(people["owner"], "update", amendment.draft.reference, go="1").status_code == 302
    content = reread(amendment.draft).content
    assert content.funding == dossier.content.funding and content.population == "Autre population."


def test_each_field_that_differs_says_what_is_authorised_today() -> None:
    dossier, people = an_authorised()
    amendment = begun(dossier, people, recipients="Un industriel.", funding="ANR.")
    client = sign_in(Client(headers={"accept-language": "en"}), people["owner"])

    def beside(section: str) -> str:
        return text(client.get(reverse("dossiers:section", args=[amendment.draft.reference, section])))

    assert f"Authorised today: {dossier.content.recipients}" in html.unescape(beside("protection"))
    assert "Authorised today: nothing" in beside("identity")
    assert "Authorised today" not in beside("project")
    assert "Authorised today: " in text(client.get(reverse("dossiers:content", args=[amendment.draft.reference])))
    assert "Authorised today: " not in text(client.get(reverse("dossiers:content", args=[dossier.reference])))


def test_what_is_authorised_today_costs_the_same_beside_one_field_or_many() -> None:
    dossier, people = an_authorised()
    amendment = begun(dossier, people, recipients="Un industriel.")

    def count() -> int:
        draft, request = reread(amendment.draft), RequestFactory().get("/")
        with CaptureQueriesContext(connection) as queries:
            assert beside_fields(request, draft)
        return len(queries)

    few = count()
    write(amendment.draft, funding="ANR.", aims="Autres.", ethics="Autres.", dpo_contact="dpd@exemple.fr", retention_years=9)
    assert count() <= few


# --- around it -----------------------------------------------------------------------------------
def test_the_first_page_says_that_an_amendment_is_under_way_and_the_amendment_what_it_amends() -> None:
    dossier, people = an_authorised()
    at = timezone.now() - timedelta(days=20)
    amendment = qualified(begun(dossier, people, at=at, recipients="Un industriel."), people, at, recipients="yes")
    draft = filed(amendment, people, State.SUBMITTED)
    client = sign_in(Client(headers={"accept-language": "en"}), people["officer"])
    assert "Modification no. 1 is under examination." in text(client.get(dossier.get_absolute_url()))
    shown = text(client.get(draft.get_absolute_url()))
    assert f"This dossier amends the authorised dossier {dossier.reference}." in shown
    assert reverse("amendments:changes", args=[draft.reference]) in shown


def test_a_project_near_its_end_is_told_to_ask_for_a_renewal() -> None:
    dossier, people = an_authorised(None, ends_on=timezone.localdate() + timedelta(days=60), starts_on=date(2020, 1, 1))
    client = sign_in(Client(headers={"accept-language": "en"}), people["owner"])
    assert "ask for a renewal now" in text(client.get(dossier.get_absolute_url()))
    officer = sign_in(Client(headers={"accept-language": "en"}), people["officer"])
    assert "ask for a renewal now" not in text(officer.get(dossier.get_absolute_url()))


def test_the_secretariat_reads_the_letter_and_the_team_the_reasons_of_a_contest() -> None:
    dossier, people = an_authorised()
    amendment = registered(dossier, people, timezone.now() - timedelta(days=3), recipients="Un industriel.")
    services.contest(amendment, reason="Un industriel est une nouvelle catégorie.", by=people["officer"], at=timezone.now())
    while outbox.deliver_waiting(timezone.now):
        pass
    told = [str(letter.body) for letter in mail.outbox if people["officer"].email in letter.to]
    assert any("Nouvelle adresse du délégué." in body and amendment.get_absolute_url() in body for body in told)
    assert any(
        "Un industriel est une nouvelle catégorie." in str(letter.body) for letter in mail.outbox if people["owner"].email in letter.to
    )


def test_the_fiche_says_since_when_the_project_is_amended() -> None:
    dossier, people = an_authorised()
    registered(dossier, people)
    answer = Client(headers={"accept-language": "en"}).get(Fiche.objects.get(dossier=dossier).get_absolute_url())
    assert "Amended" in text(answer)


def test_the_first_page_of_an_amendment_leads_to_its_change_then_to_its_qualification_then_to_its_register() -> None:
    dossier, people = an_authorised()
    amendment = begun(dossier, people, "modification", timezone.now() - timedelta(hours=3))

    def leads_to() -> str:
        answer = sign_in(Client(headers={"accept-language": "en"}), people["owner"]).get(fresh(amendment).draft.get_absolute_url())
        return str(answer.context["overview"].lead.label)

    assert leads_to() == "Change the content"
    write(fresh(amendment).draft, **NEW_MAILBOX)
    assert leads_to() == "Qualify the change"
    qualified(fresh(amendment), people, timezone.now() - timedelta(hours=1))
    assert leads_to() == "Have the amendment signed"
