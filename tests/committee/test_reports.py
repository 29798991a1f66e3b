"""A report is saved as it is written, sealed by its filing, and read by nobody else before all of them are filed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import override

from committee.models import Examination, Report
from committee.queries.reports import are_open, live_allocations, may_read, reports_of
from committee.services.allocating import allocate, take_back
from committee.services.examining import recuse
from committee.services.interests import declare
from committee.services.reminding import remind
from committee.services.reporting import WRITTEN, file_report, save_report, seal_of
from committee.states import Answer, Ground
from requests_app.policies import roles_on
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_committee, a_member, a_session, an_examination, on_agenda
from tests.committee.reporting import WORDS, allocated, filed, written
from workflow.models import JournalLine, OutboxMessage
from workflow.outbox import deliver_waiting
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db


def two_at_work(**said: Any) -> tuple[Any, Any, Any]:
    """The president, and two rapporteurs' allocations."""
    president, first, second = a_committee(3)
    one, two = allocated(an_examination(), first, second, **said)
    return president, one, two


def test_a_report_is_saved_part_by_part_and_its_revision_counts() -> None:
    _president, mine, _other = two_at_work()
    by = mine.member.user
    assert save_report(mine, {"method": "Bien."}, by=by, at=timezone.now(), revision=0).revision == 1
    assert save_report(mine, {"need": "Oui."}, by=by, at=timezone.now(), revision=1).revision == 2
    report = Report.objects.get(allocation=mine)
    assert (report.method, report.need, report.revision) == ("Bien.", "Oui.", 2)


def test_a_tab_that_has_not_seen_the_last_save_is_shown_it_and_changes_nothing() -> None:
    _president, mine, _other = two_at_work()
    by = mine.member.user
    save_report(mine, {"method": "De l’autre onglet."}, by=by, at=timezone.now(), revision=0, page="b")
    saved = save_report(mine, {"method": "D’ici."}, by=by, at=timezone.now(), revision=0, page="a")
    assert saved.conflict
    assert saved.theirs == {"method": "De l’autre onglet."}
    assert Report.objects.get(allocation=mine).method == "De l’autre onglet."


def test_a_page_whose_answer_was_lost_does_not_conflict_with_itself() -> None:
    _president, mine, _other = two_at_work()
    by = mine.member.user
    save_report(mine, {"method": "Un"}, by=by, at=timezone.now(), revision=0, page="a")
    assert not save_report(mine, {"method": "Un deux"}, by=by, at=timezone.now(), revision=0, page="a").conflict


def test_only_its_rapporteur_writes_a_report_and_only_while_it_is_entrusted() -> None:
    president, mine, other = two_at_work()
    for somebody in (other.member.user, president.user, UserFactory(officer=True)):
        with pytest.raises(NotAllowed):
            save_report(mine, WORDS, by=somebody, at=timezone.now(), revision=0)
    take_back(mine, by=president.user, at=timezone.now(), because="Empêchement.")
    with pytest.raises(NotAllowed):
        save_report(mine, WORDS, by=mine.member.user, at=timezone.now(), revision=0)


def test_what_is_missing_is_said_at_once_and_nothing_is_filed() -> None:
    _president, mine, _other = two_at_work()
    by = mine.member.user
    with override("en"), pytest.raises(RuleBroken) as caught:
        file_report(mine, by=by, at=timezone.now(), revision=0)
    said = str(caught.value).lower()
    for part in (
        "public interest",
        "scientific relevance",
        "method",
        "need for the data",
        "information",
        "opinion proposed",
        "declare first",
    ):
        assert part in said
    assert "ethics" not in said
    assert Report.objects.get(allocation=mine).filed_at is None


def test_an_opinion_that_is_not_plainly_favourable_says_why() -> None:
    _president, mine, _other = two_at_work()
    with override("en"), pytest.raises(RuleBroken, match="reasons or its recommendations"):
        filed(mine, proposal="reserved")
    assert file_report(
        mine, by=mine.member.user, at=timezone.now(), revision=written(mine, proposal="reserved", recommendations="Trop de données.")
    )


def test_a_report_is_filed_as_it_was_read_only() -> None:
    _president, mine, _other = two_at_work()
    declare(mine.examination, mine.member, answer=Answer.NONE, by=mine.member.user, at=timezone.now())
    read = written(mine)
    written(mine, method="Changée dans un autre onglet.")
    with pytest.raises(WrongState):
        file_report(mine, by=mine.member.user, at=timezone.now(), revision=read)


def test_filing_seals_the_report_in_the_journal_and_in_the_database() -> None:
    _president, mine, _other = two_at_work()
    report = filed(mine)
    assert report.filed_at is not None
    assert report.sha256 == seal_of(Report.objects.get(pk=report.pk), report.filed_at)
    line = JournalLine.objects.get(action="file_report")
    assert line.facts == {"report": report.pk, "sha256": report.sha256}
    with pytest.raises(WrongState):
        save_report(mine, {"method": "Autre."}, by=mine.member.user, at=timezone.now(), revision=report.revision)
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(method="Autre.")


def test_nobody_but_its_author_reads_a_report_until_both_are_filed() -> None:
    president, mine, other = two_at_work()
    officer, auditor = UserFactory(officer=True), UserFactory(auditor=True)
    dossier = mine.examination.dossier
    first = filed(mine)
    for reader in (president.user, other.member.user, officer, auditor):
        assert not may_read(reader, roles_on(reader, dossier), first)
    assert may_read(mine.member.user, roles_on(mine.member.user, dossier), first)
    assert reports_of(mine.examination) == []
    second = filed(other)
    assert reports_of(mine.examination) == [first, second]
    for reader in (president.user, mine.member.user, officer, auditor):
        assert may_read(reader, roles_on(reader, dossier), second)
    stranger = UserFactory()
    assert not may_read(stranger, roles_on(stranger, dossier), second)


def test_the_only_report_stays_closed_while_a_second_rapporteur_is_awaited() -> None:
    _president, member, _second = a_committee(3)
    examination = an_examination()
    (mine,) = allocated(examination, member)
    filed(mine)
    assert reports_of(examination) == []
    Examination.objects.filter(pk=examination.pk).update(single_because="Un dossier simple.")
    examination.refresh_from_db()
    assert len(reports_of(examination)) == 1


def test_reports_close_again_for_a_rapporteur_named_later() -> None:
    president, mine, other = two_at_work()
    filed(mine)
    filed(other)
    examination = mine.examination
    recuse(examination.dossier, other.member, Ground.DECLARED, by=other.member.user, at=timezone.now(), words="Un lien.")
    assert reports_of(examination) == []  # who withdrew leaves no report behind, and the other is alone
    third = a_member()
    allocate(examination, [third], by=president.user, at=timezone.now())
    assert not are_open(examination, live_allocations(examination))


def test_after_the_opinion_filed_reports_are_read_and_unfinished_ones_never() -> None:
    _president, mine, other = two_at_work()
    report = filed(mine)
    written(other)
    Examination.objects.filter(pk=mine.examination_id).update(closed_at=timezone.now())
    examination = Examination.objects.get(pk=mine.examination_id)
    assert reports_of(examination) == [report]
    with pytest.raises(WrongState):
        save_report(other, {"method": "Trop tard."}, by=other.member.user, at=timezone.now(), revision=1)


def test_all_are_told_once_both_reports_are_filed_and_no_word_of_them_is_in_a_letter_or_a_journal() -> None:
    _president, mine, other = two_at_work()
    filed(mine, method="SECRET-METHODE", questions="SECRET-QUESTION")
    assert not OutboxMessage.objects.filter(payload__about="reports_open").exists()
    filed(other)
    told = set(OutboxMessage.objects.filter(payload__about="reports_open").values_list("payload__user", flat=True))
    assert {mine.member.user_id, other.member.user_id} <= told
    deliver_waiting(timezone.now)
    assert mail.outbox
    said = " ".join(str(letter.message()) for letter in mail.outbox) + str(list(JournalLine.objects.values_list("facts", flat=True)))
    assert "SECRET" not in said


@pytest.mark.parametrize(
    ("left", "about"),
    [
        (timedelta(days=8), None),
        (timedelta(days=7), "report_due"),
        (timedelta(days=2), "report_due"),
        (timedelta(minutes=1), "report_due"),
        (timedelta(0), "report_late"),
        (timedelta(days=-1), "report_late"),
    ],
)
def test_reminders_go_at_their_days_and_once(left: timedelta, about: str | None) -> None:
    now = timezone.now()
    _president, mine, other = two_at_work()
    filed(other)
    session = a_session(now + left + timedelta(hours=72))
    on_agenda(session, mine.examination)
    type(mine).objects.update(allocated_at=now - timedelta(days=20))
    remind(now)
    remind(now)
    found = OutboxMessage.objects.filter(payload__about__startswith="report_").exclude(payload__about="reports_open")
    assert [(row.payload["about"], row.payload["user"]) for row in found] == ([(about, mine.member.user_id)] if about else [])


def test_a_letter_still_waiting_is_not_sent_to_who_withdrew_meanwhile() -> None:
    president, first, second = a_committee(3)
    examination = an_examination()
    allocate(examination, [first, second], by=president.user, at=timezone.now())
    recuse(examination.dossier, first, Ground.DECLARED, by=first.user, at=timezone.now(), words="Un lien.")
    deliver_waiting(timezone.now)
    about = [letter for letter in mail.outbox if examination.dossier.reference in letter.subject]
    assert [letter.to for letter in about if first.user.email in letter.to] == []
    assert [letter.to for letter in about if second.user.email in letter.to]


def test_every_part_of_the_model_is_written_through_the_form() -> None:
    assert {name for name, _label, _text in Report().parts} == set(WRITTEN)
