"""A session of the committee in a real browser: planned, its agenda set, convened, its members noted, and opened."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone

from committee.models import Item, Session
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_committee, an_examination, on_its_day
from tests.journeys.pages import Screen
from tests.requests_app.factories import cast


def test_a_session_is_prepared_and_opened(open_screen: Callable[..., Screen]) -> None:
    members, people = a_committee(3), cast()
    first, second = an_examination(people, title="Premier dossier"), an_examination(people, title="Second dossier")
    screen = open_screen(reverse("committee:home"), language="en", user=UserFactory(officer=True))
    screen.shows("No session is planned").is_accessible().follow("All sessions")
    screen.follow("Plan a session").is_accessible()
    screen.fill("Day", f"{timezone.localdate().year + 1}-05-14").fill("Room or address", "Salle 3").press("Plan the session")
    screen.shows("No dossier is on the agenda.").fits()
    screen.press("Publish in the calendar").follow("Set the agenda")
    for examination in (first, second):
        screen.page.locator(f"#candidate-{examination.pk}").check()
    screen.press("Put the ticked dossiers on the agenda").is_accessible()
    last = Item.objects.order_by("-position")[0]
    screen.press(f"Move dossier no. {last.position} up")
    assert Item.objects.order_by("position")[0] == last
    screen.follow("Back to the session").follow("Convene the members")
    screen.is_accessible().press("Convene the members").follow("Note who is there")
    screen.press("Everybody expected is present").shows("Quorum reached").is_accessible()
    on_its_day(Session.objects.get())
    screen.page.set_viewport_size({"width": 360, "height": 800})
    screen.fits().press("Keep the list and open the session")
    screen.is_accessible().press("Open the session").fits()
    session = Session.objects.get()
    assert (session.state, session.chair, session.seats, session.quorum) == ("open", members[0], 3, 2)


def test_the_calendar_is_read_without_an_account_and_without_a_script(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen(reverse("committee:calendar"), width=360, language="en", javascript=False)
    screen.shows("When does the committee meet?").shows("No session to come is published yet.").fits()
