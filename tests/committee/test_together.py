"""One roll for the dossiers without a debate: each has its own vote with the same ballots; what cannot be decided so is left out."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committee.counting import OUT
from committee.models import Decision, Deliberation, InterestAnswer, Item, Member
from committee.services import voting_together
from committee.services.examining import recuse
from committee.services.voting import next_round, voices_among
from committee.services.voting_together import Roll, common_voters, seen_of, sorted_out, take_votes
from committee.states import Debate, Ending, Ground
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_committee, a_member, an_examination
from tests.committee.votes import an_open_session, propose
from workflow.models import JournalLine
from workflow.refusals import Broken, NotAllowed, RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english", "english_pages")]


@pytest.fixture
def members() -> list[Member]:
    return a_committee(3)


@pytest.fixture
def items(members: list[Member]) -> list[Item]:
    """Three dossiers without a debate, each with its proposed opinion, and one that is debated."""
    found = an_open_session(members, [an_examination() for _one in range(4)])
    Item.objects.filter(pk__in=[one.pk for one in found[:3]]).update(debate=Debate.SIMPLIFIED, ground="Accès simplifié.")
    for one in found:
        propose(one)
    return [Item.objects.select_related("session", "examination__dossier").get(pk=one.pk) for one in found]


def roll(items: list[Item], said: dict[Member, str], casting: str = "") -> Roll:
    """What a page that was opened now would send."""
    revisions = dict(Deliberation.objects.values_list("item", "revision"))
    seen = seen_of(voices_among(common_voters(items[0], timezone.now()), timezone.now()))
    rounds = {item.pk: next_round(item) for item in items}
    return Roll({member.pk: position for member, position in said.items()}, casting, revisions, seen, rounds)


def take(items: list[Item], said: dict[Member, str], **told: Any) -> tuple[list[Decision], list[Any]]:
    return take_votes(items, roll(items, said, **told), by=items[0].session.planned_by, at=timezone.now())


def ballots(decision: Decision) -> list[tuple[int, str, str]]:
    return list(decision.ballots.order_by("member").values_list("member", "standing", "position"))


def recused(item: Item, member: Member) -> None:
    recuse(item.examination.dossier, member, Ground.DECLARED, by=member.user, at=timezone.now(), words="Un lien.")


def test_each_dossier_has_its_own_decision_with_the_same_ballots(items: list[Item], members: list[Member]) -> None:
    taken, left_out = take(items[:3], {members[0]: "for", members[1]: "for", members[2]: "against"})
    assert (len(taken), left_out) == (3, [])
    assert {(one.item_id, one.votes_for, one.votes_against, one.carried) for one in taken} == {(one.pk, 2, 1, True) for one in items[:3]}
    assert ballots(taken[0]) == ballots(taken[1]) == ballots(taken[2])
    assert Item.objects.filter(ending=Ending.OPINION).count() == 3
    assert JournalLine.objects.filter(action="vote_opinion").count() == JournalLine.objects.filter(action="take_vote").count() == 3


def test_a_dossier_with_a_member_who_withdrew_or_declared_nothing_is_left_out_and_named(items: list[Item], members: list[Member]) -> None:
    recused(items[0], members[2])
    InterestAnswer.objects.filter(examination=items[1].examination, member=members[1]).delete()
    taken, left_out = take(items[:3], dict.fromkeys(members, "for"))
    assert [one.item for one in taken] == [items[2]]
    assert [(one.item, [str(reason) for reason in one.reasons]) for one in left_out] == [
        (items[0], [f"Takes no part in it: {members[2]}."]),
        (items[1], [f"Has declared nothing on it: {members[1]}."]),
    ]
    assert not Decision.objects.filter(item__in=items[:2]).exists()


def test_a_doubt_that_is_not_settled_and_a_dossier_without_a_proposal_are_left_out(items: list[Item], members: list[Member]) -> None:
    InterestAnswer.objects.filter(examination=items[0].examination, member=members[1]).update(answer="doubt", words="Un lien.")
    Deliberation.objects.filter(item=items[1]).update(opinion="")
    ready, left_out = sorted_out(items[:3], timezone.now())
    assert [one.item for one in ready] == [items[2]]
    assert [str(one.reasons[0]) for one in left_out] == [
        f"The president has not decided on a link that {members[1]} has declared.",
        "Choose the opinion that is put to the vote.",
    ]


def test_who_withdrew_and_is_not_in_the_room_leaves_no_dossier_out(items: list[Item], members: list[Member]) -> None:
    absent = a_member()
    recused(items[0], absent)
    taken, left_out = take(items[:2], dict.fromkeys(members, "for"))
    assert (len(taken), left_out) == (2, [])
    assert [one.ballots.get(member=absent).standing for one in taken] == ["withdrawn", "out"]


def test_a_text_that_changed_since_the_page_was_opened_leaves_its_dossier_out_and_the_others_stand(
    items: list[Item], members: list[Member]
) -> None:
    said = roll(items, dict.fromkeys(members, "for"))
    Deliberation.objects.filter(item=items[1]).update(revision=7)
    taken, left_out = take_votes(items[:3], said, by=items[0].session.planned_by, at=timezone.now())
    assert [one.item for one in taken] == [items[0], items[2]]
    assert [(one.item, "has changed" in str(one.reasons[0])) for one in left_out] == [(items[1], True)]


def test_a_dossier_that_is_refused_for_one_member_is_left_out_with_that_member_s_name(
    items: list[Item], members: list[Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_said: Any) -> Any:
        raise RuleBroken(Broken("Has declared nothing.", where=f"member_{members[1].pk}"), Broken("No quorum.", where="presence"))

    monkeypatch.setattr(voting_together, "take_vote", refuse)
    _taken, left_out = take(items[:1], dict.fromkeys(members, "for"))
    assert left_out[0].reasons == (f"{members[1]}: Has declared nothing.", "No quorum.")


def test_a_roll_that_is_sent_twice_is_taken_once(client: Client, items: list[Item], members: list[Member]) -> None:
    address = reverse("committee:together", args=[items[0].session.reference])
    form = sign_in(client, items[0].session.planned_by).get(address).context["form"]
    said = {name: "against" if name.startswith("member_") else form[name].value() for name in form.fields if name != "casting"}
    for _sending in range(2):
        answer = client.post(address, said, follow=True)
    assert "A vote was recorded on this dossier since you opened this page" in answer.content.decode()
    assert list(Decision.objects.order_by("item").values_list("item", "round")) == [(one.pk, 1) for one in items[:3]]


def test_nothing_is_voted_on_when_the_roll_does_not_hold(items: list[Item], members: list[Member]) -> None:
    everybody = dict.fromkeys(members, "for")
    for chosen, said, why in (
        ([], everybody, "Tick at least one"),
        (items, everybody, "without a debate"),
        (items[:2], {members[0]: "for"}, "Say how this member votes"),
        (items[:2], everybody | dict.fromkeys(members[1:], OUT), "quorum"),
        (items[:2], {members[0]: "for", members[1]: "against", members[2]: "abstention"}, "is decisive"),
    ):
        with pytest.raises(RuleBroken, match=why):
            take_votes(chosen, roll(items, said), by=items[0].session.planned_by, at=timezone.now())
    stale = Roll({one.pk: "for" for one in members}, "", {}, "another", {})
    with pytest.raises(RuleBroken, match="Who may vote has changed"):
        take_votes(items[:2], stale, by=items[0].session.planned_by, at=timezone.now())
    with pytest.raises(NotAllowed):
        take_votes(items[:2], roll(items, everybody), by=members[2].user, at=timezone.now())
    assert not Decision.objects.exists()


def test_on_even_votes_the_casting_vote_decides_all_of_them(items: list[Item], members: list[Member]) -> None:
    taken, _left = take(items[:2], {members[0]: "for", members[1]: "against", members[2]: "abstention"}, casting="for")
    assert [(one.casting, one.carried) for one in taken] == [("for", True)] * 2


# --- the page ---


def address(items: list[Item]) -> str:
    return reverse("committee:together", args=[items[0].session.reference])


def test_the_page_takes_the_roll_once_names_what_it_leaves_out_and_leads_back_to_the_session(
    items: list[Item], members: list[Member], client: Client
) -> None:
    recused(items[1], members[2])
    sign_in(client, items[0].session.planned_by)
    session = client.get(items[0].session.get_absolute_url()).content.decode()
    assert address(items) in session
    page = client.get(address(items))
    shown = page.content.decode()
    assert f"Takes no part in it: {members[2]}." in shown
    assert f'name="item_{items[0].pk}"' in shown
    for one in (items[1], items[3]):
        assert f'name="item_{one.pk}"' not in shown
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields if name.startswith(("revision_", "round_"))} | {"seen": form["seen"].value()}
    sent |= {f"item_{items[0].pk}": "on", f"item_{items[2].pk}": "on"}
    refused = client.post(address(items), sent)
    assert refused.status_code == 422
    assert f'name="item_{items[2].pk}"' in refused.content.decode()
    InterestAnswer.objects.filter(examination=items[2].examination, member=members[0]).delete()
    done = client.post(address(items), sent | {f"member_{one.pk}": "for" for one in members}, follow=True).content.decode()
    assert "1 vote is recorded, 1 carried." in done
    assert f"No. {items[2].position} was left out: Has declared nothing on it: {members[0]}." in done
    assert [one.item for one in Decision.objects.all()] == [items[0]]


def test_an_even_vote_on_the_page_asks_once_for_what_is_decisive(items: list[Item], members: list[Member], client: Client) -> None:
    sign_in(client, items[0].session.planned_by)
    form = client.get(address(items)).context["form"]
    sent = {name: form[name].value() for name in form.fields if name.startswith(("revision_", "round_"))} | {"seen": form["seen"].value()}
    sent |= {f"item_{one.pk}": "on" for one in items[:3]}
    votes = {f"member_{members[0].pk}": "for", f"member_{members[1].pk}": "against", f"member_{members[2].pk}": "abstention"}
    asked = client.post(address(items), sent | votes)
    assert (asked.status_code, asked.context["form"].tie.position) == (200, "for")
    assert client.post(address(items), sent | votes | {"casting": "for"}).status_code == 302
    assert Decision.objects.filter(casting="for", carried=True).count() == 3


def test_only_who_leads_an_open_session_finds_the_page(items: list[Item], members: list[Member], client: Client) -> None:
    for person in (members[2].user, UserFactory(auditor=True), UserFactory()):
        assert sign_in(client, person).get(address(items)).status_code == 404
    officer = sign_in(client, items[0].session.planned_by)
    Item.objects.update(debate=Debate.DEBATE)
    assert "No dossier without a debate can be decided" in officer.get(address(items)).content.decode()
    assert address(items) not in officer.get(items[0].session.get_absolute_url()).content.decode()
