"""The effects of a draft in a browser: replayed without JavaScript, read at both widths; bounds drawn; the figures of a year."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone

from fees.impact.services import replays, years
from fees.queries import vat_table
from fees.tariff.dto import GridVersion
from tests.fees.factories import a_draft, a_grid, a_keeper, falling_tiers, vat_for
from tests.fees.replaying import a_requester, accepted_quotes, asked, content, steps
from tests.fees.test_impact_years import MIDDLE, a_version
from tests.journeys.pages import Screen
from tests.requests_app.factories import cast


def test_a_draft_is_replayed_and_its_effects_read(open_screen: Callable[..., Screen]) -> None:
    keeper, people = a_keeper(), cast()
    vat_for()
    requesters = [a_requester(people) for _one in range(6)]
    version: GridVersion = a_version(*content().lines)
    kinds = ("industrial", "academic", "association")
    accepted_quotes([(one, asked(kinds[index % 3], index + 1)) for index, one in enumerate(requesters)], (version,), vat_table(), at=MIDDLE)
    draft = a_draft(a_grid(by=keeper), by=keeper, lines=[*content("900", "150").lines[:1], falling_tiers()])
    here = reverse("impact:version", args=[draft.grid.code, draft.number])

    slow = open_screen(here, javascript=False, language="en", user=keeper).press("Replay the accepted quotes")
    assert slow.page.locator("progress").get_attribute("max") == "6"
    under_way = slow.page.url
    open_screen(under_way, language="en", user=keeper).is_accessible().fits()
    assert steps(replays.KIND) == 1
    slow.follow("See how far it is").shows("Quotes replayed").fits()
    years.begin(MIDDLE.year, by=keeper, at=timezone.now())
    steps(years.KIND)
    years.publish(MIDDLE.year, by=keeper, at=timezone.now())

    bounds = reverse("impact:bounds", args=[draft.grid.code, draft.number])
    for width in (1280, 360):
        screen = open_screen(here, width=width, user=keeper).is_accessible().fits()
        for place in (bounds, reverse("impact:index"), reverse("impact:years"), reverse("impact:year", args=[MIDDLE.year])):
            screen.go(place).is_accessible().fits()
        open_screen(reverse("impact:equity"), width=width).is_accessible().fits()
