"""The pages of a negotiation: who sees them, what each may do there, what is shown of a difference, constant queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from contracts.models import Convention
from contracts.negotiating.models import Comment, Proposal, ReceivedText
from contracts.negotiating.services.commenting import comment
from contracts.negotiating.services.proposing import Wish, propose
from contracts.negotiating.services.settling import accept, reject
from contracts.negotiating.states import ProposalKind, Status
from requests_app.policies import EDITOR
from tests.accounts.clients import sign_in
from tests.contracts.negotiated import a_convention, a_negotiation, returned, those_who_negotiate, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_pages", "own_media")]
OTHER = "La convention organise l'accès aux données."


@pytest.fixture
def people() -> dict[str, Any]:
    return those_who_negotiate()


def now() -> Any:
    return timezone.now()


def at(convention: Convention, name: str = "overview", *more: Any) -> str:
    return reverse(f"negotiating:{name}", args=[convention.number, *more])


def read(client: Client, person: Any, address: str) -> str:
    answer = sign_in(client, person).get(address)
    assert answer.status_code == 200, (answer.status_code, address)
    return answer.content.decode()


def status(client: Client, person: Any, address: str) -> int:
    return sign_in(client, person).get(address).status_code


def test_parties_see_nothing_before_the_negotiation_and_others_never(people: dict[str, Any], client: Client) -> None:
    convention = a_convention(people)
    pages = [at(convention), at(convention, "clause", "purpose"), at(convention, "receive"), at(convention, "versions")]
    for who in ("owner", "agent", "stranger"):
        assert {status(client, people[who], page) for page in pages} == {404}
    assert status(client, people["officer"], at(convention)) == 404
    people = those_who_negotiate()
    opened = a_negotiation(people)
    assert [status(client, people[who], at(opened)) for who in ("owner", "agent", "officer", "legal")] == [200] * 4
    assert status(client, people["stranger"], at(opened)) == 404
    assert [status(client, people[who], at(opened, "settle")) for who in ("owner", "agent", "legal", "officer")] == [404, 404, 200, 200]


def test_each_of_those_who_may_proposes_on_a_page_that_holds_the_present_words(people: dict[str, Any], client: Client) -> None:
    convention = a_negotiation(people)
    assign_perm(EDITOR, people["editor"], convention.dossier)
    page = at(convention, "propose", "results")
    for who in ("owner", "editor", "agent", "officer", "legal"):
        shown = read(client, people[who], page)
        assert "Les résultats sont rendus publics.\n\n- un article\n- un résumé" in shown
        sent = {"title": "Résultats", "body": f"Selon {who}.", "reason": "Parce que."}
        assert client.post(page, sent).status_code == 302
    assert Proposal.objects.count() == 5
    mistaken = client.post(page, {"title": "", "body": "Mots gardés [[x.y]]", "reason": "Raison gardée"})
    assert mistaken.status_code == 422
    assert "Mots gardés" in mistaken.content.decode() and "Raison gardée" in mistaken.content.decode()
    assert status(client, people["owner"], at(convention, "propose", "security")) == 422
    assert "From 3 to 12." in read(client, people["owner"], at(convention, "propose", "delay"))
    out = client.post(at(convention, "propose", "delay"), {"months": "40", "reason": ""})
    assert out.status_code == 422 and "out of the bounds" in out.content.decode()
    assert client.post(at(convention, "propose", "delay"), {"months": "9", "reason": ""}).status_code == 302


def test_a_difference_is_marked_for_eyes_and_ears_and_no_markup_is_ever_taken(people: dict[str, Any], client: Client) -> None:
    convention = a_negotiation(people)
    propose(convention, words("La convention organise <script>alert(1)</script> des données."), by=people["owner"], at=now())
    comment(convention, "security", "<b>gras</b> ?", by=people["agent"], at=now())
    shown = read(client, people["officer"], at(convention))
    assert "<script>alert(1)" not in shown and "&lt;script&gt;" in shown.replace("</ins>", "")
    assert '<ins class="change-ins"><span class="fr-sr-only" lang="en">[added:' in shown and "<del" in shown and "[removed:" in shown
    assert "&lt;b&gt;gras&lt;/b&gt;" in shown and "Caisse exemple" in shown
    assert "<b>gras" not in read(client, people["owner"], at(convention, "clause", "security"))


def test_the_answer_is_given_on_one_page_and_the_convention_says_whom_it_awaits(people: dict[str, Any], client: Client) -> None:
    convention = a_negotiation(people)
    first = propose(convention, words(OTHER), by=people["owner"], at=now())
    second = propose(convention, Wish(ProposalKind.REMOVE, "results"), by=people["agent"], at=now())
    assert "2 proposals await your answer." in read(client, people["officer"], convention.get_absolute_url())
    assert "2 proposals await the answer of the operator." in read(client, people["owner"], convention.get_absolute_url())
    sign_in(client, people["officer"])
    page = at(convention, "settle")
    mistaken = client.post(page, {"proposals": [str(first.pk)], "answer": "reject", "because": ""})
    assert mistaken.status_code == 422 and "Say why" in mistaken.content.decode()
    assert f'value="{first.pk}" id="id_proposals_0" checked' in mistaken.content.decode()
    assert client.post(page, {"answer": "accept"}).status_code == 422
    done = client.post(page, {"proposals": [str(first.pk), str(second.pk)], "answer": "accept", "because": ""})
    assert done.status_code == 302
    assert set(Proposal.objects.values_list("status", flat=True)) == {Status.ACCEPTED}
    shown = read(client, people["agent"], at(convention, "differences", 1, 2))
    assert "2 clauses of 4 change." in shown and "Removed" in shown and "Délai" not in shown
    assert "Délai" in read(client, people["agent"], at(convention, "differences", 1, 2) + "?clauses=toutes")
    assert status(client, people["agent"], at(convention, "versions")) == 302
    assert status(client, people["agent"], at(convention, "differences", 1, 9)) == 404


def test_a_stale_proposal_shows_what_has_changed_and_is_proposed_anew(people: dict[str, Any], client: Client) -> None:
    convention = a_negotiation(people)
    first = propose(convention, words(OTHER), by=people["owner"], at=now())
    stale = propose(convention, words("Autrement dit."), by=people["owner"], at=now())
    accept(convention, [first.pk], by=people["second"], at=now())
    shown = read(client, people["owner"], at(convention, "clause", "purpose"))
    assert "has changed since version 1" in shown and f"?reprise={stale.pk}" in shown
    assert "Autrement dit." in read(client, people["owner"], at(convention, "propose", "purpose") + f"?reprise={stale.pk}")
    sign_in(client, people["second"])
    refused = client.post(at(convention, "settle"), {"proposals": [str(stale.pk)], "answer": "accept", "because": ""})
    assert refused.status_code == 422 and "has changed since version 1" in refused.content.decode()
    assert client.get(at(convention, "withdraw", stale.pk)).status_code == 404
    assert sign_in(client, people["owner"]).post(at(convention, "withdraw", stale.pk)).status_code == 302


def test_a_file_is_shown_before_anything_is_proposed(people: dict[str, Any], client: Client) -> None:
    convention = a_negotiation(people)
    sign_in(client, people["agent"])
    sent = {"version": "1", "file": returned(convention, ("organise la mise", "encadre la mise"), ("ne quittent pas", "quittent"))}
    answer = client.post(at(convention, "receive"), sent)
    received = ReceivedText.objects.get()
    assert answer.url == at(convention, "received", received.pk)  # type: ignore[attr-defined]
    shown = client.get(answer.url).content.decode()  # type: ignore[attr-defined]
    assert "Locked clauses changed: 1" in shown and "Make these proposals" in shown and not Proposal.objects.exists()
    assert status(client, people["owner"], at(convention, "received", received.pk)) == 404
    assert sign_in(client, people["agent"]).post(at(convention, "received", received.pk)).status_code == 302
    assert set(Proposal.objects.values_list("article_code", "beyond")) == {("purpose", ""), ("security", "locked_changed")}
    assert "Locked clause changed" in read(client, people["officer"], at(convention, "settle"))
    assert status(client, people["owner"], at(convention, "received", received.pk)) == 200
    assert "Who sent this file" in read(client, people["officer"], at(convention, "receive"))


def test_a_comment_on_a_proposal_stands_below_it(people: dict[str, Any], client: Client) -> None:
    convention = a_negotiation(people)
    proposal = propose(convention, words(OTHER), by=people["owner"], at=now())
    sign_in(client, people["officer"])
    page = at(convention, "comment", "purpose") + f"?proposition={proposal.pk}"
    assert client.get(page).status_code == 200
    assert client.post(page, {"text": " "}).status_code == 422
    assert client.post(page, {"text": "Nous y réfléchissons."}).status_code == 302
    assert Comment.objects.get().proposal == proposal
    assert "Nous y réfléchissons." in read(client, people["owner"], at(convention, "clause", "purpose"))


def test_the_statistics_count_what_was_proposed_and_agreed(people: dict[str, Any], client: Client) -> None:
    convention = a_negotiation(people)
    for who, body in (("owner", OTHER), ("agent", "Autrement."), ("owner", "Encore autrement.")):
        propose(convention, words(body), by=people[who], at=now())
    first, second, _third = Proposal.objects.order_by("pk")
    accept(convention, [first.pk], by=people["second"], at=now())
    reject(convention, [second.pk], by=people["second"], at=now(), why="Non.")
    shown = read(client, people["legal"], reverse("negotiating:statistics"))
    assert "Objet" in shown and "50&nbsp;%" in shown
    rows = read(client, people["legal"], reverse("negotiating:statistics_file")).splitlines()
    assert rows[1].split(",") == ["purpose", "Objet", "3", "1", "1", "1", "1", "50", "0.0"]
    assert status(client, people["owner"], reverse("negotiating:statistics")) == 404
    assert status(client, people["agent"], reverse("negotiating:statistics_file")) == 404


def test_the_pages_ask_as_many_questions_for_many_proposals_as_for_one(people: dict[str, Any], client: Client) -> None:
    convention = a_negotiation(people)
    fill(convention, people)
    sign_in(client, people["officer"])
    pages = [at(convention), at(convention, "settle"), at(convention, "clause", "purpose"), reverse("negotiating:statistics")]
    pages += [convention.get_absolute_url()]
    before = [queries(client, page) for page in pages]
    for _each in range(3):
        fill(convention, people)
    assert [queries(client, page) for page in pages] == before


def fill(convention: Convention, people: dict[str, Any]) -> None:
    """A version more, proposals on two clauses, one with a value, one that is answered, and comments."""
    mark = str(Proposal.objects.count())
    for person in ("owner", "agent"):
        told = propose(convention, words(f"Dit {person} {mark}."), by=people[person], at=now())
        comment(convention, "purpose", f"Dit {mark}", by=people[person], at=now(), proposal=told)
        comment(convention, "results", f"Dit {mark}", by=people[person], at=now())
    months = "7" if convention.versions.count() % 2 else "8"
    propose(convention, Wish(ProposalKind.PARAMETERS, "delay", values={"months": months}), by=people["agent"], at=now())
    accept(convention, [told.pk], by=people["second"], at=now())


def queries(client: Client, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(page).status_code == 200
    return len(asked)
