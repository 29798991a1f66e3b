"""Proposals on clauses: what may be proposed, who answers, what a stale one does, two answers at once, a file that comes back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm

from contracts.drafting.services.preparing import Wish as Preparing
from contracts.drafting.services.preparing import write_text
from contracts.models import Convention
from contracts.negotiating.models import Comment, Proposal
from contracts.negotiating.notifications import write_of_negotiation
from contracts.negotiating.services.commenting import comment
from contracts.negotiating.services.proposing import Wish, propose, withdraw
from contracts.negotiating.services.receiving import findings_of, moved_in, receive, take
from contracts.negotiating.services.settling import accept, reject
from contracts.negotiating.states import ProposalKind, Status
from contracts.states import Origin
from contracts.text.bodies import body_of
from requests_app.policies import EDITOR
from tests.contracts.negotiated import a_convention, a_negotiation, returned, those_who_negotiate, words
from tests.racing import meanwhile
from workflow.models import JournalLine, OutboxMessage
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english", "own_media")]
OTHER = "La convention organise l'accès aux données."
#: What people have tried to slip into texts.
INJECTIONS = (
    "{{ 7*7 }} {% include '/etc/passwd' %}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "]><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "&lt;b&gt;gras&lt;/b&gt; & 'guillemets' \"doubles\"",
    "montant\u202e000 1\u202c euro\u200bs\u2066",
)


@pytest.fixture
def people() -> dict[str, Any]:
    return those_who_negotiate()


def now() -> Any:
    return timezone.now()


def by_owner(convention: Convention, people: dict[str, Any], body: str = OTHER, **told: Any) -> Proposal:
    return propose(convention, words(body, **told), by=people["owner"], at=now())


# ---- proposing


def test_a_proposal_on_free_words_stands_with_who_made_it_and_its_party(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    proposal = by_owner(convention, people, reason="Plus juste.")
    assert proposal.party is not None and proposal.party.name == "CHU exemple"
    assert proposal.after is not None and proposal.after.blocks[0].items == (OTHER,)
    line = JournalLine.objects.filter(subject_id=convention.pk, action="propose").get()
    assert line.facts["proposals"] == [proposal.pk]
    assert OTHER not in str(line.facts) and "juste" not in str(line.facts)
    agent = propose(convention, words("La convention organise tout.", code="results", title="Résultats"), by=people["agent"], at=now())
    assert agent.party == people["holder"]
    assert propose(convention, words("Autrement dit."), by=people["officer"], at=now()).party is None


def test_nobody_proposes_before_the_negotiation_or_without_a_part_in_it(people: dict[str, Any]) -> None:
    with pytest.raises(WrongState):
        by_owner(a_convention(people), people)
    with pytest.raises(NotAllowed):
        propose(a_negotiation(people), words(OTHER), by=people["stranger"], at=now())
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (words("Les données partent.", code="security", title="Sécurité"), "is locked"),
        (Wish(ProposalKind.REMOVE, "security"), "is locked"),
        (words("Les résultats attendent.", code="delay", title="Délai"), "values alone"),
        (Wish(ProposalKind.REMOVE, "delay"), "values alone"),
        (Wish(ProposalKind.PARAMETERS, "delay", values={"months": 24}), "out of the bounds"),
        (Wish(ProposalKind.PARAMETERS, "delay", values={"months": "six"}), "does not fit"),
        (Wish(ProposalKind.PARAMETERS, "delay", values={}), "does not fit"),
        (Wish(ProposalKind.PARAMETERS, "delay", values={"months": 6}), "says the same"),
        (Wish(ProposalKind.PARAMETERS, "purpose", values={}), "are free"),
        (words("La convention organise la mise à disposition des données."), "says the same"),
        (words("  \n\n "), "has words"),
        (words("Le projet [[dossier.title]]."), "double square brackets"),
        (words(OTHER, title="\u200b"), "has a title"),
        (words(OTHER, code="absent"), "no such clause"),
        (Wish(ProposalKind.ADD, "", "Titre", "Mots.", after="absent"), "no such clause"),
    ],
)
def test_what_goes_beyond_what_may_be_negotiated_is_refused_with_its_sentence(people: dict[str, Any], wish: Wish, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        propose(a_negotiation(people), wish, by=people["owner"], at=now())


def test_values_within_their_bounds_give_the_words_of_the_clause(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    proposal = propose(convention, Wish(ProposalKind.PARAMETERS, "delay", values={"months": 9}), by=people["agent"], at=now())
    assert proposal.parameters == {"months": "9"}
    assert "sous 9 mois" in proposal.body
    version = accept(convention, [proposal.pk], by=people["second"], at=now())
    assert version.document.article("delay").parameters == {"months": "9"}  # type: ignore[union-attr]


@pytest.mark.parametrize("slipped", INJECTIONS)
def test_what_is_slipped_into_a_proposal_stays_plain_text(people: dict[str, Any], slipped: str) -> None:
    convention = a_negotiation(people)
    proposal = by_owner(convention, people, f"Début {slipped} fin.")
    article = accept(convention, [proposal.pk], by=people["second"], at=now()).document.article("purpose")
    assert article is not None
    said = " ".join(item for block in article.blocks for item in block.items)
    assert said.startswith("Début ") and said.endswith(" fin.")
    assert not set("\u202e\u202c\u200b\u2066") & set(said)
    assert "7*7" not in slipped or "{{ 7*7 }}" in said


# ---- answering


def test_several_proposals_accepted_at_once_give_one_version(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    first = by_owner(convention, people)
    gone = propose(convention, Wish(ProposalKind.REMOVE, "results"), by=people["owner"], at=now())
    new = propose(convention, Wish(ProposalKind.ADD, "", "Presse", "- un\n- deux", after="purpose"), by=people["owner"], at=now())
    version = accept(convention, [first.pk, gone.pk, new.pk], by=people["legal"], at=now(), why="D'accord.")
    assert (version.number, version.origin) == (2, Origin.AGREED)
    assert [one.code for one in version.document.articles] == ["purpose", "added_1", "delay", "security"]
    assert [one.number for one in version.document.articles] == [1, 2, 3, 4]
    assert body_of(version.document.articles[1].blocks) == "- un\n- deux"
    assert set(Proposal.objects.values_list("status", "gave", "decided_by")) == {(Status.ACCEPTED, version.pk, people["legal"].pk)}
    line = JournalLine.objects.filter(subject_id=convention.pk, action="settle_proposal").get()
    assert line.facts["version"] == 2 and line.facts["proposals"] == [first.pk, gone.pk, new.pk]
    assert people["legal"].pk in Convention.objects.get(pk=convention.pk).preparers()


def test_a_text_that_is_written_anew_keeps_what_was_agreed(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    told = (words(OTHER), Wish(ProposalKind.REMOVE, "results"), Wish(ProposalKind.ADD, "", "Presse", "Mots.", after="purpose"))
    made = [propose(convention, one, by=people["owner"], at=now()).pk for one in told]
    accept(convention, made, by=people["second"], at=now())
    document = write_text(convention, Preparing(), by=people["officer"], at=now()).document
    assert [(one.number, one.code) for one in document.articles] == [(1, "purpose"), (2, "added_1"), (3, "delay"), (4, "security")]
    assert document.articles[0].blocks[0].items == (OTHER,)


def test_only_who_keeps_the_convention_answers_and_never_their_own_proposal(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    theirs, ours = by_owner(convention, people), propose(convention, words("Autrement."), by=people["officer"], at=now())
    for person, proposal in (
        (people["agent"], theirs),
        (people["signatory"], theirs),
        (people["officer"], ours),
        (people["owner"], theirs),
    ):
        with pytest.raises(NotAllowed):
            accept(convention, [proposal.pk], by=person, at=now())
        with pytest.raises(NotAllowed):
            reject(convention, [proposal.pk], by=person, at=now(), why="Non.")
    reject(convention, [theirs.pk, ours.pk], by=people["second"], at=now(), why="Non.")
    assert convention.versions.count() == 1


def test_a_rejection_says_why_and_an_answer_is_given_once(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    proposal = by_owner(convention, people)
    with pytest.raises(RuleBroken, match="Say why"):
        reject(convention, [proposal.pk], by=people["second"], at=now(), why=" ")
    reject(convention, [proposal.pk], by=people["second"], at=now(), why="Trop large.")
    with pytest.raises(WrongState):
        accept(convention, [proposal.pk], by=people["legal"], at=now())
    with pytest.raises(WrongState):
        withdraw(Proposal.objects.get(pk=proposal.pk), by=people["owner"], at=now())
    with pytest.raises(ProgrammingError, match="answered once"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(decided_why="Autre chose.")


def test_a_proposal_is_taken_back_by_who_made_it_only_and_never_changes(people: dict[str, Any]) -> None:
    proposal = by_owner(a_negotiation(people), people)
    assign_perm(EDITOR, people["editor"], proposal.convention.dossier)
    with pytest.raises(NotAllowed):
        withdraw(proposal, by=people["editor"], at=now())
    for change in ({"body": "Autre."}, {"beyond": "locked_changed"}):
        with pytest.raises(ProgrammingError, match="never changes"), transaction.atomic():
            Proposal.objects.filter(pk=proposal.pk).update(**change)
    with pytest.raises(ProgrammingError, match="never deleted"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).delete()
    withdraw(proposal, by=people["owner"], at=now())
    assert Proposal.objects.get().status == Status.WITHDRAWN


def test_a_stale_proposal_is_refused_and_two_on_one_clause_are_not_accepted_together(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    first, second = by_owner(convention, people), by_owner(convention, people, "Une autre façon de le dire.")
    with pytest.raises(RuleBroken, match="one of them only"):
        accept(convention, [first.pk, second.pk], by=people["second"], at=now())
    accept(convention, [first.pk], by=people["second"], at=now())
    with pytest.raises(RuleBroken, match="has changed since version 1"):
        accept(convention, [second.pk], by=people["second"], at=now())
    reject(convention, [second.pk], by=people["second"], at=now(), why="Le texte a changé.")


def test_a_change_of_another_clause_leaves_a_proposal_fit(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    first = by_owner(convention, people)
    second = propose(convention, words("Publiés.", code="results", title="Résultats"), by=people["owner"], at=now())
    accept(convention, [first.pk], by=people["second"], at=now())
    document = accept(convention, [second.pk], by=people["second"], at=now()).document
    assert [one.blocks[0].items[0] for one in document.articles if one.code in ("purpose", "results")] == [OTHER, "Publiés."]


def test_new_clauses_keep_their_places_when_the_one_before_them_is_rejected(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    first = propose(convention, Wish(ProposalKind.ADD, "", "Un", "Un.", after="purpose"), by=people["owner"], at=now())
    Proposal.objects.create(  # as a file that adds two clauses in a row gives it
        **{name: getattr(first, name) for name in ("convention", "version", "kind", "body", "by", "at", "salt")},
        title="Deux",
        article_code="added_2",
        after_code="added_1",
    )
    second = Proposal.objects.get(article_code="added_2")
    reject(convention, [first.pk], by=people["second"], at=now(), why="Non.")
    version = accept(convention, [second.pk], by=people["second"], at=now())
    assert [one.code for one in version.document.articles][:2] == ["purpose", "added_2"]


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_the_same_moment_give_one_answer(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    proposal = by_owner(convention, people)
    other = Convention.objects.for_reading().get(pk=convention.pk)
    with meanwhile(lambda: accept(other, [proposal.pk], by=people["legal"], at=now())) as answers:
        accept(convention, [proposal.pk], by=people["second"], at=now())
    assert isinstance(answers[0], WrongState)
    assert convention.versions.count() == 2
    assert Proposal.objects.get().decided_by == people["second"]


# ---- what keeps the text from its approval


def test_what_awaits_its_answer_keeps_the_text_from_being_approved_and_is_named(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    proposal = by_owner(convention, people)
    found = [str(one.sentence) for one in convention.obstacles()]
    assert found == [f"The proposal of {people['owner']} on “Article 1 – Objet” awaits its answer."]
    with pytest.raises(RuleBroken, match="awaits its answer"):
        convention.approve(by=people["legal"], at=now(), version=convention.latest(), signed=None)
    withdraw(proposal, by=people["owner"], at=now())
    assert not convention.obstacles()


# ---- comments


def test_a_comment_is_read_by_all_stands_as_written_and_the_journal_has_its_hash_only(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    made = comment(convention, "security", "Pourquoi la plateforme ?", by=people["agent"], at=now())
    assert made.party == people["holder"]
    with pytest.raises(ProgrammingError), transaction.atomic():
        Comment.objects.update(text="Autre chose")
    with pytest.raises(RuleBroken):
        comment(convention, "nowhere", "Bonjour", by=people["agent"], at=now())
    with pytest.raises(NotAllowed):
        comment(convention, "security", "Bonjour", by=people["stranger"], at=now())
    line = JournalLine.objects.filter(subject_id=convention.pk, action="comment").get()
    assert "plateforme" not in str(line.facts) and len(line.facts["text_sha256"]) == 64


# ---- a counterparty's file


def test_a_file_that_comes_back_is_read_first_and_becomes_proposals_when_asked(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    file = returned(convention, ("organise la mise", "encadre la mise"), ("sous 6 mois", "sous 9 mois"), ("ne quittent pas", "quittent"))
    received = receive(convention, convention.latest(), file, by=people["agent"], at=now(), party=people["holder"])
    assert not Proposal.objects.exists()
    found = {one.change.code: (one.kind, one.beyond) for one in findings_of(received)}
    assert found == {"purpose": ("rewrite", ""), "delay": ("parameters", ""), "security": ("rewrite", "locked_changed")}
    with pytest.raises(NotAllowed):
        take(received, by=people["owner"], at=now())
    made = {one.article_code: one for one in take(received, by=people["agent"], at=now())}
    assert made["delay"].parameters == {"months": "9"}
    with pytest.raises(RuleBroken, match="can only be rejected"):
        accept(convention, [made["security"].pk], by=people["second"], at=now())
    assert "The locked clause “Article 3 – Sécurité” was changed" in " ".join(str(one.sentence) for one in convention.obstacles())
    with pytest.raises(WrongState):
        take(received, by=people["agent"], at=now())
    version = accept(convention, [made["purpose"].pk, made["delay"].pk], by=people["second"], at=now())
    assert version.document.article("security").blocks == convention.versions.get(number=1).document.article("security").blocks  # type: ignore[union-attr]
    reject(convention, [made["security"].pk], by=people["second"], at=now(), why="Clause verrouillée.")
    assert not convention.obstacles()


def test_values_out_of_bounds_in_a_file_can_only_be_rejected(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    received = receive(convention, convention.latest(), returned(convention, ("sous 6 mois", "sous 60 mois")), by=people["agent"], at=now())
    assert [one.beyond for one in findings_of(received)] == ["out_of_bounds"]


def test_a_file_without_a_change_says_so_and_one_that_is_no_convention_is_refused(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    received = receive(convention, convention.latest(), returned(convention), by=people["agent"], at=now())
    assert findings_of(received) == [] and moved_in(received) == []
    with pytest.raises(RuleBroken, match="nothing to propose"):
        take(received, by=people["agent"], at=now())
    with pytest.raises(RuleBroken):
        receive(convention, convention.latest(), SimpleUploadedFile("x.docx", b"MZ programme"), by=people["agent"], at=now())


# ---- letters


def test_the_other_side_is_written_to_once_for_each_act(people: dict[str, Any]) -> None:
    convention = a_negotiation(people)
    OutboxMessage.objects.all().delete()
    proposal = by_owner(convention, people)
    reject(convention, [proposal.pk], by=people["second"], at=now(), why="Non.")
    for message in OutboxMessage.objects.filter(kind="negotiated").order_by("pk"):
        write_of_negotiation(message)
    told = {(one.payload["about"], one.payload["user"]) for one in OutboxMessage.objects.filter(kind="mail")}
    assert ("propose", people["officer"].pk) in told and ("propose", people["agent"].pk) not in told
    assert {("settle_proposal", people[who].pk) for who in ("owner", "agent", "signatory")} <= told
    assert ("settle_proposal", people["second"].pk) not in told
