"""The last second of the committee's period, across the changes of the hour: the opinion that is in time stands, else silence does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from committee.models import Decision, Member
from committee.services.examining import WHY_STRUCK
from committee.services.signing import sign
from requests_app.models import Dossier
from requests_app.running import rule_name
from requests_app.states import Opinion, State
from requests_app.transitions.base import Recorded
from tests.accounts.clients import sign_in
from tests.committee.factories import a_committee
from tests.committee.votes import all_for, an_open_session, propose, signature_of, vote
from tests.requests_app.factories import PARIS, a_dossier, a_draft, cast, make
from workflow import clocks, silence
from workflow.engine import available
from workflow.models import Clock, JournalLine, Outcome
from workflow.refusals import RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
WHY = Recorded(text="Une épidémie en cours.")


def paris(*parts: int) -> datetime:
    """An instant in Paris."""
    return datetime(*parts, tzinfo=PARIS)  # type: ignore[misc]


def received(at: datetime, people: dict[str, Any] | None = None, **said: Any) -> Dossier:
    """A dossier that the committee received at an instant."""
    people = people or cast()
    dossier = a_draft(people, at=at - timedelta(days=20))
    make(dossier, "submit", people, at - timedelta(days=10))
    make(dossier, "declare_complete", people, at - timedelta(days=5))
    make(dossier, "send_to_committee", people, at, **said)
    return dossier


def voted(dossier: Dossier, members: list[Member], at: datetime) -> Decision:
    """The opinion on a dossier, carried in a session that began an hour before."""
    [item] = an_open_session(members, [dossier.examinations.get()], at=at - timedelta(hours=1))
    propose(item)
    return vote(item, all_for(members), at=at)


def sign_at(decision: Decision, member: Member, at: datetime) -> JournalLine:
    return sign(decision, by=member.user, at=at, signed=signature_of(decision, member.user))


def running(dossier: Dossier) -> Clock:
    return clocks.of(dossier).exclude(code="K-DATA").get(outcome=Outcome.RUNNING)


#: Received, urgent or not, last day (a Monday after a Sunday on which the hour changes, or a day on the other side of it).
EDGES = {
    "the hour goes forward on the due Sunday": (paris(2026, 2, 28, 10), False, date(2026, 3, 30)),
    "the hour went forward during the month": (paris(2026, 3, 10, 10), False, date(2026, 4, 10)),
    "the hour goes back on the due Sunday": (paris(2025, 9, 26, 10), False, date(2025, 10, 27)),
    "the hour went back during the month": (paris(2025, 10, 14, 10), False, date(2025, 11, 14)),
    "urgent, the hour goes forward on the due Sunday": (paris(2026, 3, 14, 10), True, date(2026, 3, 30)),
    "urgent, the hour went back during the fortnight": (paris(2025, 10, 15, 10), True, date(2025, 10, 30)),
}
edges = pytest.mark.parametrize(("start", "urgent", "last_day"), EDGES.values(), ids=EDGES)


def members_before(start: datetime) -> list[Member]:
    """Three members whose mandates cover the time of the dossier."""
    members = a_committee(3)
    for member in members:
        member.mandates.update(starts_on=(start - timedelta(days=300)).date())
    return members


def told(urgent: bool) -> dict[str, Any]:
    return {"urgent": True, "act": WHY} if urgent else {}


@edges
def test_an_opinion_signed_in_the_last_second_of_the_last_day_stands(start: datetime, urgent: bool, last_day: date) -> None:
    dossier, members = received(start, **told(urgent)), members_before(start)
    assert (running(dossier).code, running(dossier).due_on) == ("K-CES-U" if urgent else "K-CES", last_day)
    end = paris(last_day.year, last_day.month, last_day.day, 23, 59, 59)
    decision = voted(dossier, members, end - timedelta(minutes=5))
    assert silence.lapse_all(end) == 0
    sign_at(decision, members[0], end.astimezone(UTC))
    silence.lapse_all(end + timedelta(minutes=1))
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert (dossier.state, dossier.opinion, dossier.opinion_at) == (State.OPINION_GIVEN, Opinion.FAVOURABLE, end)
    clock = clocks.of(dossier).get(code="K-CES-U" if urgent else "K-CES")
    assert (clock.outcome, clock.ended_at) == (Outcome.MET, end)


@edges
def test_a_minute_later_silence_has_decided_and_the_late_opinion_is_refused_with_its_reason(
    start: datetime, urgent: bool, last_day: date
) -> None:
    dossier, members = received(start, **told(urgent)), members_before(start)
    end = paris(last_day.year, last_day.month, last_day.day, 23, 59, 59)
    decision, late = voted(dossier, members, end - timedelta(minutes=5)), end + timedelta(minutes=1)
    day = f"{last_day.day} {last_day:%B %Y}"
    with pytest.raises(RuleBroken, match=f"The period expired on {day}: silence has already decided"):
        sign_at(decision, members[0], late)
    silence.lapse_all(late)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert (dossier.opinion, dossier.opinion_at) == (Opinion.TACIT, end + timedelta(seconds=1))
    assert clocks.of(dossier).get(code="K-CES-U" if urgent else "K-CES").outcome == Outcome.LAPSED
    with pytest.raises(WrongState, match="its opinion is deemed favourable since"):
        sign_at(decision, members[0], late)
    decision.refresh_from_db()
    assert (decision.signed_at, JournalLine.objects.filter(action="sign_opinion").count()) == (None, 0)


def test_no_vote_is_taken_once_the_period_has_expired() -> None:
    dossier, members = received(paris(2026, 2, 28, 10)), members_before(paris(2026, 2, 28, 10))
    [item] = an_open_session(members, [dossier.examinations.get()], at=paris(2026, 3, 30, 23, 30))
    propose(item)
    with pytest.raises(RuleBroken, match="expired on 30 March 2026"):
        vote(item, all_for(members), at=paris(2026, 3, 31, 0, 1))
    silence.lapse_all(paris(2026, 3, 31, 0, 5))
    with pytest.raises(WrongState, match="deemed favourable"):
        vote(item, all_for(members), at=paris(2026, 3, 31, 0, 6))
    assert not Decision.objects.exists()
    item.refresh_from_db()
    with override(settings.LANGUAGE_CODE):  # the agenda and the minutes say why it was struck out
        assert (item.ending, item.ending_reason) == ("struck", str(WHY_STRUCK["deem_favourable"]))


def test_an_extension_before_the_expiry_carries_the_vote_over_and_a_minute_after_it_is_refused() -> None:
    people, start = cast(), paris(2026, 2, 28, 10)
    dossier = received(start, people)
    dossier.extend_committee(by=people["president"], at=paris(2026, 3, 30, 23, 59, 59), act=Recorded(text="Un expert manque."))
    assert running(dossier).due_on == date(2026, 4, 28)
    other = received(start, cast())
    with pytest.raises(RuleBroken, match="can no longer be extended"):
        other.extend_committee(by=people["president"], at=paris(2026, 3, 31, 0, 1), act=Recorded(text="Trop tard."))


# --- urgency ---


def test_urgency_starts_the_short_period_in_place_of_the_month_and_says_so_in_the_journal() -> None:
    people = cast()
    dossier = received(paris(2026, 3, 14, 10), people, urgent=True, act=WHY)
    examination = dossier.examinations.get()
    assert (Dossier.objects.get(pk=dossier.pk).urgent, examination.urgent) == (True, True)
    assert {clock.code for clock in clocks.of(dossier).filter(outcome="running")} >= {"K-CES-U"}
    assert not clocks.of(dossier).filter(code="K-CES").exists()
    assert JournalLine.objects.get(subject_id=dossier.pk, subject_type="dossier", action="send_to_committee").facts["urgent"] is True


def test_urgency_needs_its_reason_and_what_is_not_urgent_needs_none() -> None:
    people = cast()
    dossier = a_draft(people, at=paris(2026, 3, 1, 10))
    make(dossier, "submit", people, paris(2026, 3, 2, 10))
    make(dossier, "declare_complete", people, paris(2026, 3, 3, 10))
    with pytest.raises(RuleBroken) as refused:
        make(dossier, "send_to_committee", people, paris(2026, 3, 4, 10), urgent=True, act=Recorded())
    assert refused.value.broken[0].where == "text"
    make(dossier, "send_to_committee", people, paris(2026, 3, 4, 10), act=Recorded())
    assert running(dossier).code == "K-CES"


def test_the_short_period_cannot_be_extended() -> None:
    people = cast()
    dossier = received(paris(2026, 3, 14, 10), people, urgent=True, act=WHY)
    with pytest.raises(RuleBroken, match="No period that could be extended"):
        dossier.extend_committee(by=people["president"], at=paris(2026, 3, 20, 10), act=Recorded(text="Plus de temps."))
    assert "record_opinion" in {spec.name for spec in available(dossier, by=people["president"])}


def test_a_dossier_that_comes_back_is_urgent_only_if_it_is_said_again() -> None:
    people = cast()
    dossier = received(paris(2026, 3, 14, 10), people, urgent=True, act=WHY)
    make(dossier, "record_opinion", people, paris(2026, 3, 20, 10))
    make(dossier, "revise", people, paris(2026, 3, 21, 10))
    make(dossier, "declare_complete", people, paris(2026, 3, 22, 10))
    make(dossier, "send_to_committee", people, paris(2026, 3, 23, 10))
    assert (Dossier.objects.get(pk=dossier.pk).urgent, running(dossier).code) == (False, "K-CES")


def test_the_tick_of_the_page_asks_for_its_reason_and_starts_the_short_period(client: Client) -> None:
    client.cookies["django_language"] = "en"
    people = cast()
    dossier = a_dossier(State.COMPLETE, people)
    address = reverse("dossiers:move", args=[dossier.reference, "send_to_committee"])
    page = sign_in(client, people["officer"]).get(address)
    said = {"happened_on": page.context["form"].initial["happened_on"].isoformat(), "seen": dossier.journal_seq, "urgent": "on"}
    refused = client.post(address, said)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["text"])
    assert client.post(address, said | {"text": WHY.text}).status_code == 302
    assert running(dossier).code == "K-CES-U"
    tab = client.get(reverse("committee:dossier", args=[dossier.reference])).content.decode()
    assert f"{rule_name(running(dossier).rule)}: <strong>" in tab
