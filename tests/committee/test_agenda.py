"""The agenda: which dossiers are ready, in which order, at which hour, and what a member who withdrew sees of them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from committee.models import Allocation, Item, Report, Session
from committee.queries.agenda import agenda_of, overruns_by, ready, tally
from committee.services.agenda import arrange, put_on_agenda, settle_debate, take_off_agenda
from committee.services.examining import recuse
from committee.states import Debate, Ground
from requests_app.models import Dossier
from requests_app.states import State
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.committee.factories import a_committee, a_session, an_examination, on_agenda
from tests.requests_app.factories import a_dossier, cast, term
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def allocated(examination, member, *, filed: bool = False) -> Allocation:
    allocation = Allocation.objects.create(
        examination=examination, member=member, allocated_at=timezone.now(), allocated_by=examination.dossier.created_by
    )
    if filed:
        Report.objects.create(allocation=allocation, proposal="favourable", filed_at=timezone.now(), sha256="0" * 64)
    return allocation


def refused(act) -> str:
    with pytest.raises(RuleBroken) as caught:
        act()
    return " ".join(str(one.sentence) for one in caught.value.broken)


def test_what_is_due_first_stands_first_and_says_how_far_its_reports_are() -> None:
    officer, (president, member) = UserFactory(officer=True), a_committee(2)
    late, early = an_examination(), an_examination(begun=timezone.now() - timedelta(days=25))
    allocated(early, president, filed=True)
    allocated(early, member)
    found = ready(officer, timezone.now())
    assert [one.examination for one in found] == [early, late]
    assert (found[0].stage, found[0].reporting.filed, found[0].reporting.missing) == ("due", 1, 1)
    assert found[1].stage == "unallocated"
    assert found[0].waiting_days == found[1].waiting_days + 14
    Report.objects.create(allocation=Allocation.objects.get(member=member), proposal="reserved", filed_at=timezone.now(), sha256="1" * 64)
    assert tally(ready(officer, timezone.now())) == {"ready": 1, "unallocated": 1}


def test_a_dossier_stands_on_one_agenda_at_a_time() -> None:
    officer, examination = UserFactory(officer=True), an_examination()
    session, other = a_session(), a_session(timezone.now() + timedelta(days=50))
    [item] = put_on_agenda(session, [examination], by=officer, at=timezone.now())
    assert ready(officer, timezone.now()) == []
    assert session.reference in refused(lambda: put_on_agenda(other, [examination], by=officer, at=timezone.now()))
    take_off_agenda(item, by=officer, at=timezone.now())
    assert not Item.objects.exists()
    assert put_on_agenda(other, [examination], by=officer, at=timezone.now())
    actions = JournalLine.objects.filter(subject_type="dossier", action__endswith="agenda").order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["put_on_agenda", "take_off_agenda", "put_on_agenda"]


def test_a_dossier_with_its_opinion_is_put_on_no_agenda() -> None:
    examination = an_examination()
    type(examination).objects.filter(pk=examination.pk).update(closed_at=timezone.now())
    assert "no longer before" in refused(lambda: put_on_agenda(a_session(), [examination], by=UserFactory(officer=True), at=timezone.now()))


def test_nobody_puts_a_dossier_of_their_own_organisation_on_an_agenda() -> None:
    officer, examination, session = UserFactory(officer=True), an_examination(), a_session()
    MembershipFactory(user=officer, organisation=examination.dossier.content.controller)
    assert ready(officer, timezone.now()) == []
    with pytest.raises(NotAllowed):
        put_on_agenda(session, [examination], by=officer, at=timezone.now())
    assert not Item.objects.exists()
    assert not JournalLine.objects.filter(action="set_agenda").exists()


def test_once_the_members_are_convened_a_dossier_that_leaves_stays_struck_out_with_its_reason() -> None:
    officer, session = UserFactory(officer=True), a_session()
    items = put_on_agenda(session, [an_examination(), an_examination()], by=officer, at=timezone.now())
    session.convene(by=officer, at=timezone.now())
    assert "say why" in refused(lambda: take_off_agenda(items[0], by=officer, at=timezone.now()))
    take_off_agenda(items[0], by=officer, at=timezone.now(), because="Réponses attendues.")
    items[0].refresh_from_db()
    assert (items[0].ending, items[0].ending_reason) == ("struck", "Réponses attendues.")
    with pytest.raises(WrongState):
        take_off_agenda(items[0], by=officer, at=timezone.now(), because="Encore.")
    [again] = put_on_agenda(session, [items[0].examination], by=officer, at=timezone.now())
    assert (again.pk, again.ending, again.position) == (items[0].pk, "", 3)


def test_the_agenda_is_closed_once_the_session_has_begun_or_is_cancelled() -> None:
    officer, session = UserFactory(officer=True), a_session()
    session.cancel(by=officer, at=timezone.now(), because="Doublon.")
    with pytest.raises(WrongState):
        put_on_agenda(session, [an_examination()], by=officer, at=timezone.now())


def test_the_order_gives_the_hours_and_a_struck_dossier_takes_none() -> None:
    officer, session = UserFactory(officer=True), a_session()
    first, second, third = put_on_agenda(session, [an_examination() for _ in range(3)], by=officer, at=timezone.now())
    arrange(session, [third.pk, first.pk], {third.pk: 45, first.pk: 1}, by=officer, at=timezone.now())
    lines = agenda_of(session, officer)
    assert [(line.item.pk, line.item.position, line.item.minutes) for line in lines] == [
        (third.pk, 1, 45),
        (first.pk, 2, 1),
        (second.pk, 3, 20),
    ]
    assert [line.begins_at - session.starts_at for line in lines] == [timedelta(0), timedelta(minutes=45), timedelta(minutes=46)]
    session.convene(by=officer, at=timezone.now())
    take_off_agenda(third, by=officer, at=timezone.now(), because="Retiré.")
    assert [line.begins_at and line.begins_at - session.starts_at for line in agenda_of(session, officer)] == [
        None,
        timedelta(0),
        timedelta(minutes=1),
    ]


def test_a_dossier_takes_between_one_minute_and_four_hours() -> None:
    officer, session = UserFactory(officer=True), a_session()
    [item] = put_on_agenda(session, [an_examination()], by=officer, at=timezone.now())
    for minutes in (0, 241):
        assert "between 1 and 240" in refused(lambda wrong=minutes: arrange(session, [], {item.pk: wrong}, by=officer, at=timezone.now()))
    arrange(session, [], {item.pk: 240}, by=officer, at=timezone.now())
    assert overruns_by(session, agenda_of(session, officer)) == 0
    Session.objects.filter(pk=session.pk).update(ends_at=session.ends_at - timedelta(minutes=1))
    shorter = Session.objects.get(pk=session.pk)
    assert overruns_by(shorter, agenda_of(shorter, officer)) == 1


def test_no_debate_needs_its_legal_ground() -> None:
    officer, session = UserFactory(officer=True), a_session()
    [item] = put_on_agenda(session, [an_examination()], by=officer, at=timezone.now())
    assert "minutes repeat it" in refused(lambda: settle_debate(item, Debate.SIMPLIFIED, by=officer, at=timezone.now(), ground=" "))
    settle_debate(item, Debate.SIMPLIFIED, by=officer, at=timezone.now(), ground="Accès simplifié proposé par le président.")
    item.refresh_from_db()
    assert item.debate == Debate.SIMPLIFIED
    settle_debate(item, Debate.DEBATE, by=officer, at=timezone.now(), ground="Accès simplifié")
    item.refresh_from_db()
    assert (item.debate, item.ground) == (Debate.DEBATE, "")


def test_a_similar_processing_was_examined_for_the_same_purpose_on_the_same_databases() -> None:
    officer, session, people = UserFactory(officer=True), a_session(), cast()
    examination = an_examination(people)
    [item] = put_on_agenda(session, [examination], by=officer, at=timezone.now())
    before = a_dossier(State.OPINION_GIVEN, people)
    other = an_examination(people).dossier
    said = {"by": officer, "at": timezone.now(), "ground": "Mêmes destinataires."}
    assert "already given" in refused(lambda: settle_debate(item, Debate.SIMILAR, **said))
    assert "already given" in refused(lambda: settle_debate(item, Debate.SIMILAR, similar=other, **said))
    before.content.purpose = type(before.content.purpose).objects.filter(vocabulary="purpose").exclude(pk=term("purpose").pk).first()
    assert "another purpose" in refused(lambda: settle_debate(item, Debate.SIMILAR, similar=before, **said))
    before = Dossier.objects.get(pk=before.pk)
    settle_debate(item, Debate.SIMILAR, similar=before, **said)
    item.refresh_from_db()
    assert item.similar_to == before
    before.content.sources.all().delete()
    assert "other databases" in refused(lambda: settle_debate(item, Debate.SIMILAR, similar=before, **said))


def test_who_withdrew_sees_that_they_did_and_nothing_that_names_the_dossier() -> None:
    _president, member, other = a_committee(3)
    session, examination = a_session(), an_examination()
    on_agenda(session, examination)
    recuse(examination.dossier, member, Ground.DECLARED, by=member.user, at=timezone.now(), words="J’y travaille.")
    [line] = agenda_of(session, member.user)
    assert (line.dossier, line.withdrew, line.due_on, line.reporting.total) == (None, True, None, 0)
    [seen] = agenda_of(session, other.user)
    assert seen.dossier == examination.dossier
    assert (seen.withdrawn, seen.able, seen.quorum) == (1, 2, 2)
    assert not seen.lacks_quorum


def test_a_dossier_that_too_few_could_examine_is_shown_as_such() -> None:
    president, member, third = a_committee(3)
    session, examination = a_session(), an_examination()
    on_agenda(session, examination)
    recuse(examination.dossier, member, Ground.DECLARED, by=member.user, at=timezone.now(), words="J’y travaille.")
    session.attendances.create(member=third, presence="excused")
    assert agenda_of(session, president.user)[0].lacks_quorum


def test_a_session_after_the_last_day_of_the_month_is_too_late() -> None:
    officer, examination = UserFactory(officer=True), an_examination()
    [candidate] = ready(officer, timezone.now())
    on_time = a_session(timezone.localtime().replace(hour=12) + (candidate.due_on - timezone.localdate()) * 1)
    on_agenda(on_time, examination)
    assert not agenda_of(on_time, officer)[0].is_late
    Session.objects.filter(pk=on_time.pk).update(
        starts_at=on_time.starts_at + timedelta(days=1), ends_at=on_time.ends_at + timedelta(days=1)
    )
    assert agenda_of(Session.objects.get(pk=on_time.pk), officer)[0].is_late


def queries_of(act) -> int:
    act()  # what is read once and kept is read
    with CaptureQueriesContext(connection) as found:
        act()
    return len(found)


def test_a_longer_agenda_costs_no_more_queries() -> None:
    (president,), people = a_committee(1), cast()
    session = a_session()
    allocated(on_agenda(session, an_examination(people)).examination, president)
    an_examination(people)
    few = queries_of(lambda: agenda_of(session, president.user)), queries_of(lambda: ready(president.user, timezone.now()))
    for _ in range(2):
        allocated(on_agenda(session, an_examination(people)).examination, president, filed=True)
        allocated(an_examination(people), president)
    assert (queries_of(lambda: agenda_of(session, president.user)), queries_of(lambda: ready(president.user, timezone.now()))) == few


def test_a_member_on_the_team_of_a_dossier_sees_it_as_its_team_and_not_as_the_committee() -> None:
    _president, member = a_committee(2)
    session, people = a_session(), cast() | {"owner": member.user}
    item, waiting = on_agenda(session, an_examination(people)), an_examination(people)
    [line] = agenda_of(session, member.user)
    assert line.item == item
    assert line.dossier is None
    assert waiting not in [one.examination for one in ready(member.user, timezone.now())]
