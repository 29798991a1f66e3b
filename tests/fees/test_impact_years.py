"""Bounds drawn, and the figures of a year: what may be read of them, by whom, and when they are published."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Organisation
from accounts.roles import Role
from fees.impact import fairness
from fees.impact.cliffs import bounds_of
from fees.impact.models import YearReport
from fees.impact.services import stepping, years
from fees.queries import vat_table
from fees.quotes.models import EstimateRequest
from fees.tariff.dto import Grid, GridVersion, Text, Tier
from fees.tariff.lint.tiers import amount_at, cliffs
from requests_app.models import Dossier
from tests.accounts.clients import sign_in
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.fees.factories import SINCE, a_draft, a_keeper, a_line, falling_tiers, vat_for
from tests.fees.quoting import set_columns
from tests.fees.replaying import PAYEE, a_requester, accepted_quotes, asked, content, steps
from tests.requests_app.factories import cast
from workflow.refusals import NotAllowed, WrongState

LAST = timezone.now().year - 1
MIDDLE = datetime(LAST, 6, 15, 12, tzinfo=years.PARIS)


def a_version(*lines: Any) -> GridVersion:
    return GridVersion(Grid("EDS-ESSAI", Text("Essai"), "essai", "CHU d’essai"), 1, replace(content(), lines=lines), valid_from=SINCE)


# --- bounds ----------------------------------------------------------------------------------------------------------------
def test_every_bound_that_the_linter_finds_falling_is_drawn_as_a_fall() -> None:
    line = falling_tiers()
    found = bounds_of(a_version(line))
    assert len(found) == len(line.tiers) - 1
    assert [one.bound for one in found if one.falls] == [Decimal(finding.details[0]) for finding in cliffs(line)]
    assert found[0].falls and (found[0].at_bound, found[0].beyond) == (amount_at(line, found[0].bound), amount_at(line, found[0].after))


def test_from_the_quantity_that_is_named_one_pays_less_by_asking_for_more_than_the_bound() -> None:
    line = falling_tiers()
    for one in bounds_of(a_version(line)):
        if one.dearer_from is not None:
            assert amount_at(line, one.dearer_from) > one.beyond >= amount_at(line, one.dearer_from - 1)


def test_what_is_drawn_stays_within_the_drawing_and_the_rows_hold_the_bound() -> None:
    for one in bounds_of(a_version(falling_tiers())):
        points = [tuple(map(float, pair.split(","))) for pair in f"{one.before_points} {one.after_points}".split()]
        assert all(0 <= across <= 600 and 0 <= down <= 240 for across, down in points)
        assert [row.quantity for row in one.rows if row.is_bound] == [one.bound]
        assert [row.change for row in one.rows[1:]] == [row.amount - before.amount for before, row in pairwise(one.rows)]


def test_a_line_without_jumps_and_one_whose_tiers_are_broken_have_nothing_to_draw() -> None:
    broken = replace(falling_tiers(), tiers=(Tier(Decimal(5)), Tier(Decimal(3)), Tier(None)))
    assert bounds_of(a_version(a_line(), broken)) == []


@pytest.mark.django_db
def test_the_bounds_are_a_page_and_a_file(client: Client) -> None:
    draft = a_draft(lines=[falling_tiers()])
    sign_in(client, a_keeper())
    page = client.get(reverse("impact:bounds", args=[draft.grid.code, draft.number]), headers={"accept-language": "en"}).content.decode()
    assert "The amount falls" in page and "<polyline" in page and "style=" not in page
    rows = client.get(reverse("impact:bounds_file", args=[draft.grid.code, draft.number])).content.decode().splitlines()
    assert rows[0] == "line,bound,quantity,amount,change" and any(row.startswith("SOURCES,") for row in rows)


# --- suppression -------------------------------------------------------------------------------------------------------------
def cell(quotes: int, *who: int) -> dict[str, Any]:
    return {"quotes": quotes, "base": "0", "net": str(100 * quotes), "who": [str(one) for one in who]}


def test_a_cell_of_fewer_than_five_requesters_is_hidden_however_many_quotes_they_have() -> None:
    cells = {"many": cell(9, 1, 2, 3, 4, 5), "more": cell(30, 1, 2, 3, 4, 5), "few": cell(60, 1, 2, 3, 4)}
    assert fairness.to_hide(cells) == {"few", "many"}


def test_one_hidden_cell_takes_the_next_smallest_with_it_and_none_hides_nothing() -> None:
    large = {"a": cell(50, 1, 2, 3, 4, 5), "b": cell(8, 4, 5, 6, 7, 8), "c": cell(9, 1, 2, 3, 4, 5)}
    assert fairness.to_hide(large) == set()
    assert fairness.to_hide(large | {"small": cell(2, 9)}) == {"small", "b"}


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.tuples(st.integers(1, 5), st.integers(0, 30)), max_size=8))
def test_what_is_hidden_is_never_alone_and_never_fewer_than_five_requesters(drawn: dict[str, tuple[int, int]]) -> None:
    cells = {code: cell(who + more, *(hash((code, one)) for one in range(who))) for code, (who, more) in drawn.items()}
    hidden = fairness.to_hide(cells)
    assert all(len(cells[code]["who"]) >= 5 for code in cells.keys() - hidden)
    together = {one for code in hidden for one in cells[code]["who"]}
    assert not hidden or hidden == cells.keys() or (len(hidden) > 1 and len(together) >= 5)


# --- the figures of a year -----------------------------------------------------------------------------------------------------
@pytest.fixture
def requesters(db: None) -> list[Dossier]:
    """Eight requesters."""
    vat_for()
    people = cast()
    return [a_requester(people) for _one in range(8)]


def a_year(requesters: list[Dossier], *, start: int = 1) -> None:
    """Six industrial quotes of six requesters, five academic ones of five, one free for an association."""
    version = replace(a_version(), content=content())
    requests = [(one, asked("industrial", 2)) for one in requesters[:6]]
    requests += [(one, asked("academic", 4)) for one in requesters[3:8]]
    requests += [(requesters[0], asked("association", 1, emergency=True))]
    accepted_quotes(requests, (version,), vat_table(), at=MIDDLE, start=start)


def made(year: int = LAST) -> YearReport:
    report = years.begin(year, by=a_keeper(), at=timezone.now())
    steps(years.KIND)
    report.refresh_from_db()
    return report


def test_averages_stand_where_enough_requesters_are_and_nowhere_else(requesters: list[Dossier]) -> None:
    a_year(requesters)
    figures = made().figures
    assert figures["whole"]["quotes"] == 12
    shown = {one["code"]: one["quotes"] for one in figures["category"]}
    assert shown == {"association": None, "academic": None, "industrial": 6}  # the academic cell would give the association away
    industrial = next(one for one in figures["category"] if one["code"] == "industrial")
    assert (industrial["base"], industrial["net"]) == ("1200.00", "1200.00")
    assert [(one["code"], one["least"], one["most"]) for one in figures["reduction"]] == [("EDS-ESSAI/MOITIE", 5, 9)]
    assert [(one["fr"], one["least"]) for one in figures["exemption"]] == [("urgence de santé publique", None)]
    assert {one["code"] for one in figures["holder"]} == {"essai", PAYEE.code}


def test_the_figures_name_no_requester_and_hold_no_sums_once_they_are_made(requesters: list[Dossier]) -> None:
    a_year(requesters)
    report = made()
    names = Organisation.objects.filter(pk__in=Dossier.objects.values("content__controller")).values_list("name", flat=True)
    assert report.tally == {} and not any(name in str(report.figures) for name in names)
    assert not any(dossier.reference in str(report.figures) for dossier in requesters)


def test_a_year_made_in_many_steps_is_that_made_in_one(requesters: list[Dossier], monkeypatch: pytest.MonkeyPatch) -> None:
    a_year(requesters)
    at_once = made().figures
    monkeypatch.setattr(stepping, "STEP", 5)
    report = made()
    assert (report.figures, report.steps) == (at_once, 3)


def test_a_quote_of_another_year_is_not_counted(requesters: list[Dossier]) -> None:
    a_year(requesters)
    assert made(LAST - 1).figures["whole"]["quotes"] is None
    assert YearReport.objects.get(year=LAST - 1).total == 0


def test_the_delay_of_a_holder_is_the_median_of_at_least_five_estimates(requesters: list[Dossier]) -> None:
    a_year(requesters)
    slow, seldom = OrganisationFactory(name="Détenteur lent"), OrganisationFactory(name="Détenteur rare")
    for holder, delays in ((slow, (2, 4, 6, 30, 90)), (seldom, (1,))):
        for dossier, days in zip(requesters, delays, strict=False):
            asked_at = MIDDLE - timedelta(days=days)
            row = EstimateRequest.objects.create(dossier=dossier, organisation=holder, asked_at=asked_at)
            set_columns(row, state="given", given_at=MIDDLE, given_by_id=dossier.created_by_id)
    figures = made().figures
    assert [(one["name"], one["estimates"], one["days"]) for one in figures["delays"]] == [
        ("Détenteur lent", 5, 6.0),
        ("Détenteur rare", None, None),
    ]
    assert figures["delay"] == {"estimates": 6, "days": 5.0}


def test_a_year_is_published_once_it_is_over_and_then_never_changes(requesters: list[Dossier], client: Client) -> None:
    a_year(requesters)
    keeper, this = a_keeper(), timezone.now().year
    assert client.get(reverse("impact:equity_file", args=[LAST])).status_code == 404
    years.begin(this, by=keeper, at=timezone.now())
    steps(years.KIND)
    with pytest.raises(WrongState):
        years.publish(this, by=keeper, at=timezone.now())
    made()
    with pytest.raises(NotAllowed):
        years.publish(LAST, by=UserFactory(roles=[Role.AUDITOR]), at=timezone.now())
    years.publish(LAST, by=keeper, at=timezone.now())
    with pytest.raises(WrongState):
        years.begin(LAST, by=keeper, at=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        YearReport.objects.filter(year=LAST).update(figures={})
    page = client.get(reverse("impact:equity"), headers={"accept-language": "en"}).content.decode()
    assert str(LAST) in page and "€1,200.00" in page and "hidden" in page and "style=" not in page
    rows = client.get(reverse("impact:equity_file", args=[LAST])).content.decode()
    assert "category,industrial," in rows and "category,academic" in rows and ",6,1200.00,1200.00," in rows


def test_the_pages_of_the_years_say_who_may_do_what(requesters: list[Dossier], client: Client) -> None:
    a_year(requesters)
    made()
    place = reverse("impact:year", args=[LAST])
    for role, may_publish in ((Role.FEE_MANAGER, True), (Role.AUDITOR, False)):
        page = sign_in(client, UserFactory(roles=[role])).get(place).content.decode()
        assert (reverse("impact:publish_year", args=[LAST]) in page) is may_publish
    assert client.post(reverse("impact:make_year", args=[LAST - 3])).status_code == 403
    assert sign_in(client, UserFactory(officer=True)).get(place).status_code == 404


def test_the_public_page_makes_as_many_queries_for_many_quotes_as_for_few(requesters: list[Dossier], client: Client) -> None:
    counts = []
    for start in (1, 100):
        a_year(requesters, start=start)
        made()
        sign_in(client, a_keeper()).get(reverse("impact:year", args=[LAST]))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("impact:year", args=[LAST])).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
