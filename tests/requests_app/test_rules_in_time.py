"""A dossier obeys what was asked on the day on which it was begun: the form in depth and its pieces bind no dossier begun before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from requests_app.amendments import services
from requests_app.content_rules import REQUIRED_CONTENT
from requests_app.models import Dossier
from requests_app.required_pieces import PieceState, required_pieces
from requests_app.rule import Rule, binds, in_depth
from requests_app.rules import filing_faults
from requests_app.sections import completeness_of
from tests.requests_app.amended import an_authorised
from tests.requests_app.factories import PARIS, a_draft, cast, make
from workflow.refusals import RuleBroken

#: What the form asked for before it was in depth.
FORMER = {
    *("has_title", "has_controller", "has_controller_type", "has_body_in_charge", "has_dpo_contact", "has_public_summary"),
    *("names_one_purpose", "argues_public_interest", "has_expected_benefits", "excludes_forbidden_purposes", "has_objectives"),
    *("has_domains", "has_population", "has_sources", "says_about_matching", "has_calendar", "has_retention", "has_legal_bases"),
}
IN_DEPTH: dict[str, Any] = {"aims": "", "method": "", "hosting": "", "recipients": "", "access_months": None, "results_plan": ""}


@pytest.fixture
def since_yesterday(settings: Any) -> None:
    settings.IN_DEPTH_SINCE = timezone.now().astimezone(PARIS).date() - timedelta(days=1)


@pytest.mark.parametrize(
    ("begun", "bound"),
    [(datetime(2026, 11, 21, 23, 59, tzinfo=PARIS), False), (datetime(2026, 11, 22, 0, 0, tzinfo=PARIS), True)],
)
def test_the_day_is_the_one_in_paris_and_the_first_day_counts(settings: Any, begun: datetime, bound: bool) -> None:
    settings.IN_DEPTH_SINCE = date(2026, 11, 22)
    begun_then: Any = SimpleNamespace(created_at=begun)
    never = Rule(lambda _dossier: False, "Never.", "", "", since=in_depth)
    assert (binds(in_depth, begun_then), never.applies(begun_then), never(begun_then)) == (bound, bound, not bound)


def test_what_was_asked_before_is_asked_for_ever() -> None:
    assert {one.__name__ for one in REQUIRED_CONTENT if one.since is None} == FORMER


@pytest.mark.django_db
@pytest.mark.usefixtures("since_yesterday")
def test_a_dossier_begun_before_is_filed_under_what_was_asked_then_and_one_begun_after_is_not() -> None:
    people = cast()
    before, after = (a_draft(people, at=timezone.now() - timedelta(days=days), **IN_DEPTH) for days in (3, 0))
    for dossier in (before, after):
        dossier.attachments.all().delete()
    assert filing_faults(before) == []
    assert completeness_of(before).total == len(FORMER) < completeness_of(after).total
    assert {one.state for one in required_pieces(before)} == {PieceState.ON_REQUEST}
    assert {one.code for one in required_pieces(before)} > {one.code for one in required_pieces(after) if one.is_required}
    assert make(before, "submit", people, timezone.now()).to_state == "submitted"
    with pytest.raises(RuleBroken) as refused:
        make(after, "submit", people, timezone.now())
    assert len(refused.value.broken) == len(IN_DEPTH) + 4


@pytest.mark.django_db
def test_an_amendment_begun_today_of_an_old_dossier_obeys_what_is_asked_today(settings: Any) -> None:
    settings.IN_DEPTH_SINCE = timezone.now().astimezone(PARIS).date()
    dossier, people = an_authorised(**IN_DEPTH)
    draft = services.begin_amendment(dossier, kind="modification", by=people["owner"], at=timezone.now()).draft
    assert draft is not None
    assert {one.where for one in filing_faults(Dossier.objects.get(pk=draft.pk))} >= set(IN_DEPTH)
    assert filing_faults(Dossier.objects.get(pk=dossier.pk)) == []
