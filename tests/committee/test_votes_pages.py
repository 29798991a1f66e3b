"""The screens of the deliberation: one dossier in session, its vote, putting it off, its signature."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committee.models import Decision, Deliberation, Examination, InterestAnswer, Item, Member, OfficeHeld, Report
from committee.services.examining import recuse
from committee.states import Debate, Ending, Ground
from requests_app.models import Dossier
from requests_app.states import State
from requests_app.transitions.base import Recorded
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_committee, a_member, a_session, an_examination, on_agenda, seat
from tests.committee.votes import all_for, an_open_session, propose, vote
from tests.requests_app.factories import cast
from ui.fields import errors_of
from workflow import clocks
from workflow.models import AccessRead, JournalLine
from workflow.refusals import NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_pages")]


@pytest.fixture
def people() -> dict[str, Any]:
    return cast()


@pytest.fixture
def members() -> list[Member]:
    return a_committee(3)


@pytest.fixture
def item(members: list[Member], people: dict[str, Any]) -> Item:
    return an_open_session(members, [an_examination(people)])[0]


def at(item: Item, name: str = "item") -> str:
    return reverse(f"committee:{name}", args=[item.session.reference, item.pk])


def signing(item: Item) -> str:
    return reverse("committee:sign", args=[item.examination.dossier.reference])


def officer(client: Client, item: Item) -> Client:
    return sign_in(client, item.session.planned_by)


def as_member(client: Client, member: Member) -> Client:
    return sign_in(client, member.user)


def words(answer: Any) -> str:
    return str(answer.content.decode())


def sent(page: Any, **said: Any) -> dict[str, Any]:
    """What the page's form would send back, with this written in it."""
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields if form[name].is_hidden} | said


def ballots(page: Any, position: str = "for", **others: str) -> dict[str, Any]:
    """Every ballot of the page filled in."""
    fields = [name for name in page.context["form"].fields if name.startswith("member_")]
    return sent(page, **dict.fromkeys(fields, position)) | others


# --- who is let in ---


def test_members_secretariat_and_auditor_read_the_page_and_nobody_else_does(
    client: Client, item: Item, members: list[Member], people: dict[str, Any]
) -> None:
    for person in (members[0].user, members[2].user, item.session.planned_by, UserFactory(auditor=True)):
        assert sign_in(client, person).get(at(item)).status_code == 200
    for person in (people["owner"], UserFactory(), people["cnil"], a_member(quality="expert").user):
        for address in (at(item), at(item, "vote"), at(item, "defer"), signing(item)):
            assert sign_in(client, person).get(address).status_code == 404, (person, address)
    assert AccessRead.objects.filter(page="committee_item").count() == 4


def test_who_withdrew_gets_404_on_every_page_and_no_word_of_the_dossier_beside_another_one(client: Client, members: list[Member]) -> None:
    items = an_open_session(members, [an_examination(), an_examination(title="Suivi des greffes", acronym="GREFFE")])
    dossier = items[1].examination.dossier
    propose(items[1])
    vote(items[1], all_for(members))
    recuse(dossier, members[1], Ground.DECLARED, by=members[1].user, at=timezone.now(), words="Un lien.")
    as_member(client, members[1])
    for address in (at(items[1]), at(items[1], "vote"), at(items[1], "defer"), signing(items[1])):
        assert client.get(address).status_code == 404
    assert client.post(at(items[1], "save_item"), {"notes": "x"}).status_code == 404
    page = words(client.get(at(items[0])))
    assert "You withdrew from this dossier" in page
    assert dossier.reference not in page
    assert "GREFFE" not in page


def test_who_withdrew_from_the_similar_dossier_reads_neither_its_name_nor_the_ground(client: Client, members: list[Member]) -> None:
    [item] = an_open_session(members, [an_examination()])
    before = an_examination().dossier
    Item.objects.filter(pk=item.pk).update(debate=Debate.SIMILAR, ground="Comme le suivi des greffes.", similar_to=before)
    recuse(before, members[1], Ground.DECLARED, by=members[1].user, at=timezone.now(), words="Un lien.")
    addresses = (at(item), reverse("committee:session", args=[item.session.reference]))
    for reader, seen in ((members[2], True), (members[1], False)):
        as_member(client, reader)
        for address in addresses:
            page = words(client.get(address))
            assert ("Comme le suivi des greffes." in page, before.reference in page) == (seen, seen), (reader, address)


def test_the_page_of_the_signature_says_that_a_voter_withdrew_since_and_offers_none(
    client: Client, item: Item, members: list[Member]
) -> None:
    propose(item)
    vote(item, all_for(members))
    recuse(item.examination.dossier, members[2], Ground.DECLARED, by=members[2].user, at=timezone.now(), words="Un lien.")
    page = words(as_member(client, members[0]).get(signing(item)))
    assert f"{members[2]} voted, and has withdrawn from the dossier since" in page
    assert 'name="read"' not in page


def test_a_member_reads_what_is_proposed_and_changes_nothing(client: Client, item: Item, members: list[Member]) -> None:
    propose(item, "reserved", "Le besoin est mal établi.")
    page = as_member(client, members[2]).get(at(item))
    assert "Le besoin est mal établi." in words(page)
    assert "Go to the vote" not in words(page)
    assert client.get(at(item, "vote")).status_code == 404
    assert client.post(at(item), sent(page, notes="Moi aussi.", opinion="", reasons="", recommendations="")).status_code == 403
    assert client.post(at(item, "save_item"), sent(page, notes="Moi aussi.")).status_code == 403


def test_before_the_session_the_page_tells_who_is_expected_for_this_dossier(client: Client, members: list[Member]) -> None:
    session = a_session()
    item = on_agenda(session, an_examination())
    session.convene(by=session.planned_by, at=timezone.now())
    page = words(officer(client, item).get(at(item)))
    assert "Quorum in sight" in page
    assert "3 members are expected for this dossier; 2 of 3 must count." in page
    assert "3 members who are expected have declared nothing on this dossier yet." in page
    seat(session, [members[2]], "excused")
    recuse(item.examination.dossier, members[1], Ground.DECLARED, by=members[1].user, at=timezone.now(), words="Un lien.")
    page = words(client.get(at(item)))
    assert "Quorum at risk" in page
    assert "1 member is expected for this dossier" in page
    seat(session, [members[0]])
    page = words(client.get(at(item)))
    assert "No quorum" in page
    assert "1 member counts for this dossier; 2 of 3 must." in page
    assert "Put the dossier off</button>" not in words(client.get(at(item, "defer")))


# --- the working paper ---


def test_the_working_paper_is_saved_and_leads_to_the_vote(client: Client, item: Item) -> None:
    page = officer(client, item).get(at(item))
    said = sent(page, notes="Un débat.", opinion="recommendations", reasons="Solide.", recommendations="Préciser la durée.", vote="1")
    answer = client.post(at(item), said)
    assert (answer.status_code, answer.headers["Location"]) == (302, at(item, "vote"))
    kept = Deliberation.objects.get(item=item)
    assert (kept.opinion, kept.reasons, kept.revision) == ("recommendations", "Solide.", 1)
    assert "Préciser la durée." in words(client.get(at(item, "vote")))


def test_the_working_paper_saves_itself_and_shows_both_versions_to_a_second_page(client: Client, item: Item, members: list[Member]) -> None:
    first = officer(client, item).get(at(item))
    second = as_member(client, members[0]).get(at(item))
    answer = client.post(at(item, "save_item"), sent(second, notes="De la présidente.", opinion="", reasons="", recommendations=""))
    assert (answer.status_code, 'value="1"' in words(answer)) == (200, True)
    again = client.post(at(item, "save_item"), sent(second, notes="De la présidente, suite.", opinion="", reasons="", recommendations=""))
    assert again.status_code == 200
    officer(client, item)
    mine = sent(first, notes="De l’officier.", opinion="", reasons="", recommendations="")
    conflict = client.post(at(item, "save_item"), mine)
    assert conflict.status_code == 409
    assert "De la présidente, suite." in words(conflict)
    page = client.post(at(item), mine)
    assert (page.status_code, page.context["conflict"].revision) == (409, 2)
    client.post(at(item), mine | {"settled_revision": 2, "take_notes": "mine"})
    assert Deliberation.objects.get(item=item).notes == "De l’officier."


def test_what_is_refused_is_said_and_the_rest_is_saved(client: Client, item: Item) -> None:
    page = officer(client, item).get(at(item))
    answer = client.post(at(item, "save_item"), sent(page, notes="Un débat.", opinion="tacit", reasons="", recommendations=""))
    assert answer.status_code == 422
    assert Deliberation.objects.get(item=item).notes == "Un débat."


def reported(examination: Examination, members: list[Member]) -> list[Report]:
    found = []
    for place, member in enumerate(members):
        allocation = examination.allocations.create(member=member, allocated_at=timezone.now(), allocated_by=members[0].user)
        said = {"proposal": "reserved", "recommendations": f"Motif {place}.", "method": f"Méthode {place}.", "sha256": "0" * 64}
        found.append(Report.objects.create(allocation=allocation, filed_at=timezone.now(), **said))
    return found


def test_the_reports_stand_side_by_side_once_all_are_filed_and_one_may_be_taken_up(
    client: Client, item: Item, members: list[Member]
) -> None:
    [report, *_others] = reported(item.examination, members[1:])
    page = officer(client, item).get(at(item))
    for text in ("Motif 0.", "Motif 1.", "Méthode 0.", "Méthode 1."):
        assert text in words(page)
    assert "without reading any" not in words(page)
    taken = client.get(at(item), {"rapport": report.pk}).context["form"]
    assert (taken["opinion"].value(), taken["reasons"].value()) == ("reserved", "Motif 0.")
    assert not Deliberation.objects.exists()


def test_a_report_stays_closed_while_the_other_one_is_awaited(client: Client, item: Item, members: list[Member]) -> None:
    reported(item.examination, members[1:2])
    item.examination.allocations.create(member=members[2], allocated_at=timezone.now(), allocated_by=members[0].user)
    page = words(officer(client, item).get(at(item)))
    assert "Motif 0." not in page
    assert "they open once every rapporteur has filed" in page
    assert "the committee would decide without reading any" in page


def test_an_item_without_debate_shows_its_ground(client: Client, members: list[Member]) -> None:
    session = a_session()
    item = on_agenda(session, an_examination(), debate=Debate.SIMPLIFIED, ground="Accès simplifié à un échantillon.")
    page = words(officer(client, item).get(at(item)))
    assert "Accès simplifié à un échantillon." in page
    assert ("nothing can be decided" in page, "without reading any" in page) == (True, False)


# --- the vote ---


def test_the_vote_is_taken_from_its_page(client: Client, item: Item, members: list[Member]) -> None:
    propose(item, "recommendations", "Solide.", "Préciser la durée.")
    page = officer(client, item).get(at(item, "vote"))
    assert "Quorum reached" in words(page)
    answer = client.post(at(item, "vote"), ballots(page, "for", **{f"member_{members[2].pk}": "out"}), follow=True)
    assert "The proposal is carried" in words(answer)
    decision = Decision.objects.get()
    assert (decision.votes_for, decision.counted, decision.recorded_by) == (2, 2, item.session.planned_by)
    assert decision.ballots.get(member=members[2]).standing == "out"
    assert "2 for, 0 against" in words(client.get(at(item)))


def test_everybody_may_be_noted_as_voting_for_at_once(client: Client, item: Item) -> None:
    propose(item)
    form = officer(client, item).get(at(item, "vote"), {"tous": "for"}).context["form"]
    assert {form[name].value() for name in form.fields if name.startswith("member_")} == {"for"}
    form = client.get(at(item, "vote"), {"tous": "nonsense"}).context["form"]
    assert {form[name].value() for name in form.fields if name.startswith("member_")} == {None}


def test_a_member_who_was_forgotten_is_asked_for_beside_the_name(client: Client, item: Item, members: list[Member]) -> None:
    propose(item)
    page = officer(client, item).get(at(item, "vote"))
    answer = client.post(at(item, "vote"), ballots(page) | {f"member_{members[1].pk}": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [f"member_{members[1].pk}"])
    assert not Decision.objects.exists()


def test_a_vote_that_is_sent_twice_is_taken_once(client: Client, item: Item, members: list[Member]) -> None:
    propose(item)
    said = ballots(officer(client, item).get(at(item, "vote")), "against")
    assert client.post(at(item, "vote"), said).status_code == 302
    again = client.post(at(item, "vote"), ballots(officer(client, item).get(at(item, "vote")), "for") | {"round": said["round"]})
    assert again.status_code == 422
    assert "A vote was recorded on this dossier since you opened this page" in words(again)
    assert Decision.objects.get().votes_against == 3
    assert client.post(at(item, "vote"), ballots(again, "for")).status_code == 302
    assert list(Decision.objects.order_by("round").values_list("round", "carried")) == [(1, False), (2, True)]


def test_nobody_notes_ballots_on_a_text_that_cannot_be_voted_on(client: Client, item: Item) -> None:
    for opinion, lacking in (("", "Choose the opinion"), ("reserved", "must give its reasons")):
        propose(item, opinion)
        page = words(officer(client, item).get(at(item, "vote")))
        assert lacking in page
        assert "Record the vote" not in page


def test_on_an_even_vote_only_the_page_asks_for_the_casting_one(client: Client, item: Item, members: list[Member]) -> None:
    propose(item)
    page = officer(client, item).get(at(item, "vote"))
    assert "Casting vote" not in words(page)
    even = ballots(page, "for", **{f"member_{members[1].pk}": "against", f"member_{members[2].pk}": "abstention"})
    asked = client.post(at(item, "vote"), even)
    assert (asked.status_code, asked.context["form"].errors) == (200, {})
    assert f"The vote of {members[0]} is decisive: {members[0]} has voted for." in words(asked)
    assert "The proposal is carried." in words(asked)
    assert 'name="casting" value="for"' in asked.content.decode()
    assert not Decision.objects.exists()
    client.post(at(item, "vote"), even | {"casting": "for"})
    assert Decision.objects.get().casting == "for"


def test_only_a_holder_who_abstained_is_asked_to_choose_and_one_who_changed_is_told_anew(
    client: Client, item: Item, members: list[Member]
) -> None:
    propose(item)
    page = officer(client, item).get(at(item, "vote"))
    first, second, third = (f"member_{one.pk}" for one in members)
    abstained = ballots(page, "for", **{first: "abstention", second: "against"})
    asked = client.post(at(item, "vote"), abstained)
    assert f"The vote of {members[0]}, who abstained, is decisive" in words(asked)
    assert 'type="radio" name="casting"' in asked.content.decode()
    changed = client.post(at(item, "vote"), abstained | {first: "against", third: "abstention", second: "for", "casting": "for"})
    assert 'name="casting" value="against"' in changed.content.decode()
    assert not Decision.objects.exists()
    client.post(at(item, "vote"), abstained | {"casting": "against"})
    assert (Decision.objects.get().casting, Decision.objects.get().carried) == ("against", False)


def test_without_quorum_nothing_is_kept_and_the_page_says_so(client: Client, item: Item, members: list[Member]) -> None:
    propose(item)
    page = officer(client, item).get(at(item, "vote"))
    answer = client.post(at(item, "vote"), ballots(page, "out", **{f"member_{members[0].pk}": "for"}))
    assert answer.status_code == 422
    assert "2 of 3 members must be present" in words(answer)
    assert not Decision.objects.exists()


def test_somebody_who_withdraws_meanwhile_is_shown_as_withdrawn_and_not_offered(client: Client, item: Item, members: list[Member]) -> None:
    propose(item)
    page = officer(client, item).get(at(item, "vote"))
    recuse(item.examination.dossier, members[2], Ground.DECLARED, by=members[2].user, at=timezone.now(), words="Un lien.")
    answer = client.post(at(item, "vote"), ballots(page))
    assert (answer.status_code, f"member_{members[2].pk}" in answer.context["form"].fields) == (422, False)
    assert "Withdrawn: does not vote" in words(answer)
    client.post(at(item, "vote"), ballots(page) | sent(answer, seen=answer.context["form"]["seen"].value()))
    assert Decision.objects.get().ballots.get(member=members[2]).standing == "withdrawn"


# --- putting off, extending ---


def test_a_dossier_is_put_off_from_its_page_and_a_session_after_the_last_day_says_so(client: Client, item: Item) -> None:
    soon, late = a_session(timezone.now() + timedelta(days=5)), a_session(timezone.now() + timedelta(days=80))
    page = officer(client, item).get(at(item, "defer"))
    labels = {str(value): label for value, label in page.context["form"].fields["to"].choices}
    assert ("after the end of the period" in labels[str(soon.pk)], "after the end of the period" in labels[str(late.pk)]) == (False, True)
    assert client.post(at(item, "defer"), {"because": "", "to": soon.pk}).status_code == 422
    assert client.post(at(item, "defer"), {"because": "Un expert manque.", "to": soon.pk}).status_code == 302
    assert Item.objects.get(pk=item.pk).ending == Ending.DEFERRED
    assert soon.items.get().examination_id == item.examination_id


def test_the_president_is_offered_the_extension_and_the_officer_is_not(client: Client, item: Item, members: list[Member]) -> None:
    extending = reverse("dossiers:move", args=[item.examination.dossier.reference, "extend_committee"])
    assert extending in words(as_member(client, members[0]).get(at(item)))
    assert extending not in words(officer(client, item).get(at(item)))


def test_the_president_extends_once_with_a_reason_from_the_page_and_is_then_offered_it_no_more(
    client: Client, item: Item, members: list[Member]
) -> None:
    dossier = item.examination.dossier
    extending = reverse("dossiers:move", args=[dossier.reference, "extend_committee"])
    as_member(client, members[0])
    assert client.get(extending).status_code == 200
    refused = client.post(extending, {"happened_on": timezone.localdate().isoformat(), "text": ""})
    assert refused.status_code == 422
    done = client.post(extending, {"happened_on": timezone.localdate().isoformat(), "text": "Une question reste ouverte."})
    assert done.status_code == 302
    assert extending not in words(client.get(at(item)))
    assert clocks.of(dossier).get(code="K-CES").extended_at is not None


def test_who_stands_in_extends_where_the_president_takes_no_part_and_nowhere_else(
    client: Client, item: Item, members: list[Member]
) -> None:
    president, delegate = members[:2]
    dossier = item.examination.dossier
    extending = reverse("dossiers:move", args=[dossier.reference, "extend_committee"])
    said = {"happened_on": timezone.localdate().isoformat(), "text": "Une question reste ouverte."}
    as_member(client, delegate)
    assert extending not in words(client.get(at(item)))
    refused = [client.get(extending), client.post(extending, said)]
    assert [one.status_code for one in refused] == [403, 403]
    assert "Only the president extends" in words(refused[0])
    with pytest.raises(NotAllowed):
        dossier.extend_committee(by=delegate.user, at=timezone.now(), act=Recorded(text="Sans en avoir le droit."))
    recuse(dossier, president, Ground.DECLARED, by=president.user, at=timezone.now(), words="Un lien.")
    assert extending in words(client.get(at(item)))
    assert client.post(extending, said).status_code == 302
    assert clocks.of(dossier).get(code="K-CES").extended_at is not None
    assert JournalLine.objects.get(action="extend_committee").actor_role == "committee_delegate"
    assert as_member(client, members[2]).get(extending).status_code == 403


# --- the signature ---


def test_the_president_reads_then_signs_and_the_applicant_has_the_opinion(client: Client, item: Item, members: list[Member]) -> None:
    propose(item, "recommendations", "Solide.", "Préciser la durée.")
    decision = vote(item, all_for(members))
    dossier = item.examination.dossier
    home = reverse("committee:home")
    assert signing(item) in words(as_member(client, members[1]).get(home))
    assert signing(item) not in words(as_member(client, members[2]).get(home))
    page = as_member(client, members[0]).get(signing(item))
    assert "Préciser la durée." in words(page)
    assert "awaits the signature" in words(client.get(dossier.get_absolute_url()))
    answer = client.post(signing(item), {"read": page.context["form"].reading}, follow=True)
    assert "The opinion is signed" in words(answer)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert (dossier.state, dossier.opinion) == (State.OPINION_GIVEN, "recommendations")
    decision.refresh_from_db()
    assert decision.signed_as == "president"


def test_the_second_who_would_sign_is_told_that_it_was_signed(client: Client, item: Item, members: list[Member]) -> None:
    propose(item)
    vote(item, all_for(members))
    read = as_member(client, members[0]).get(signing(item)).context["form"].reading
    assert client.post(signing(item), {"read": read}).status_code == 302
    for answer in (client.post(signing(item), {"read": read}), as_member(client, members[1]).get(signing(item))):
        assert answer.status_code == 409
        assert "This opinion was signed already." in words(answer)


def test_the_vice_president_comes_to_the_signature_only_where_the_president_is_away(
    client: Client, item: Item, members: list[Member]
) -> None:
    vice = a_member("vice_president")
    propose(item)
    vote(item, all_for(members))
    assert as_member(client, vice).get(signing(item)).status_code == 404
    tab = reverse("committee:dossier", args=[item.examination.dossier.reference])
    pages = (item.examination.dossier.get_absolute_url(), tab, at(item), reverse("committee:home"))
    assert not [page for page in pages if signing(item) in words(client.get(page))]
    OfficeHeld.objects.filter(member=members[0]).update(ended_at=timezone.now())
    assert as_member(client, vice).get(signing(item)).status_code == 200


def test_a_signature_on_another_text_is_refused_and_says_so(client: Client, item: Item, members: list[Member]) -> None:
    propose(item)
    vote(item, all_for(members))
    answer = as_member(client, members[0]).post(signing(item), {"read": "opinion:0000"})
    assert answer.status_code == 422
    assert "not the one that you read" in words(answer)


def test_an_opinion_that_a_withdrawal_keeps_from_being_signed_shows_the_road_to_a_later_session(
    client: Client, item: Item, members: list[Member]
) -> None:
    propose(item)
    vote(item, all_for(members))
    recuse(item.examination.dossier, members[2], Ground.DECLARED, by=members[2].user, at=timezone.now(), words="Un lien.")
    page = words(as_member(client, members[0]).get(signing(item)))
    assert (reverse("committee:sessions") in page, "Sign the opinion</button>" in page) == (True, False)
    later = a_session(timezone.now() + timedelta(days=5))
    road = reverse("committee:agenda", args=[later.reference])
    assert road in words(officer(client, item).get(at(item)))
    on_agenda(later, item.examination)
    again = Item.objects.pending().get(examination=item.examination)
    assert reverse("committee:item", args=[later.reference, again.pk]) in words(as_member(client, members[0]).get(signing(item)))


def test_neither_a_member_nor_the_officer_comes_to_the_page_of_the_signature(client: Client, item: Item, members: list[Member]) -> None:
    propose(item)
    vote(item, all_for(members))
    for person in (members[2].user, item.session.planned_by):
        assert sign_in(client, person).get(signing(item)).status_code == 404


def test_without_the_second_factor_nobody_comes_to_the_signature(client: Client, item: Item, members: list[Member]) -> None:
    propose(item)
    vote(item, all_for(members))
    answer = sign_in(client, members[0].user, verified=False).get(signing(item))
    assert (answer.status_code, "next=" in answer.headers["Location"]) == (302, True)


# --- the dossier's own pages ---


def test_the_tab_of_the_dossier_tells_sessions_and_votes(client: Client, item: Item, members: list[Member]) -> None:
    propose(item)
    vote(item, all_for(members))
    address = reverse("committee:dossier", args=[item.examination.dossier.reference])
    assert "3 for, 0 against, 0 abstaining" in words(as_member(client, members[2]).get(address))


def test_a_dossier_on_an_agenda_offers_no_transcription(client: Client, people: dict[str, Any], item: Item) -> None:
    dossier = item.examination.dossier
    recording = reverse("dossiers:move", args=[dossier.reference, "record_opinion"])
    sign_in(client, people["officer"])
    assert recording not in words(client.get(dossier.get_absolute_url()))
    other = an_examination(people).dossier
    assert reverse("dossiers:move", args=[other.reference, "record_opinion"]) in words(client.get(other.get_absolute_url()))
    refused = client.post(recording, {"opinion": "favourable", "happened_on": timezone.localdate().isoformat()})
    assert (refused.status_code, "vote of a session" in words(refused)) == (422, True)


def test_the_page_asks_as_many_questions_of_the_database_with_more_dossiers_and_votes(
    client: Client, members: list[Member], people: dict[str, Any]
) -> None:
    session_of_one = an_open_session(members, [an_examination(people)])
    longer = an_open_session(members, [an_examination(people) for _one in range(3)], reference="CES-LONG-1")
    for found in (session_of_one[0], longer[0]):
        propose(found, "unfavourable", "Motif.")
        vote(found, dict.fromkeys(members, "against"))
    propose(longer[0], "reserved", "Motif.")
    vote(longer[0], dict.fromkeys(members, "against"))
    sign_in(client, members[0].user)
    client.get(at(session_of_one[0]))
    counts = []
    for found in (session_of_one[0], longer[0]):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(at(found)).status_code == 200
        counts.append(len(asked))
    assert counts[1] <= counts[0], counts


def test_the_pages_say_how_many_have_declared_nothing_and_the_vote_page_notes_what_they_declare_in_session(
    client: Client, item: Item, members: list[Member]
) -> None:
    InterestAnswer.objects.filter(member__in=members[1:]).delete()
    propose(item)
    said = "2 members who take part have declared nothing on this dossier."
    assert said in words(officer(client, item).get(at(item)))
    page = client.get(at(item, "vote"))
    assert said in words(page)
    assert f'name="declared_{members[0].pk}"' not in words(page)
    half = ballots(page) | {f"declared_{members[1].pk}": "on"}
    refused = client.post(at(item, "vote"), half)
    assert (refused.status_code, Decision.objects.exists()) == (422, False)
    assert set(refused.context["form"].errors) == {f"member_{members[2].pk}"}
    assert refused.context["form"][f"declared_{members[1].pk}"].value()
    (summed,) = errors_of(refused.context["form"])
    assert (summed.label, str(members[2]) in summed.sentence) == (str(members[2]), False)
    assert client.post(at(item, "vote"), half | {f"declared_{members[2].pk}": "on"}).status_code == 302
    noted = InterestAnswer.objects.filter(noted_by=item.session.planned_by)
    assert {one.member for one in noted} == set(members[1:])
    tab = words(client.get(reverse("committee:dossier", args=[item.examination.dossier.reference])))
    assert f"in session, noted by {item.session.planned_by}" in tab


def test_who_is_represented_and_has_declared_nothing_has_no_box_to_do_it(client: Client, item: Item, members: list[Member]) -> None:
    propose(item)
    InterestAnswer.objects.filter(member=members[2]).delete()
    item.session.attendances.filter(member=members[2]).update(presence="represented", represented_by=members[1])
    page = officer(client, item).get(at(item, "vote"))
    assert "is not in the room to do so" in words(page)
    assert f'name="declared_{members[2].pk}"' not in words(page)
