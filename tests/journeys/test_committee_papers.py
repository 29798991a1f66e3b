"""The committee's papers in a real browser: gathered in the background with progress that shows, and checked by anybody."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone

from committee.models import Production
from committee.services import papers, productions
from tests.committee.factories import a_committee, a_session, an_examination, on_agenda
from tests.journeys.pages import Screen
from tests.needs import needs

pytestmark = needs("pango")


def test_a_member_gathers_the_papers_and_sees_them_being_made(open_screen: Callable[..., Screen]) -> None:
    member, session = a_committee(3)[2], a_session()
    on_agenda(session, an_examination())
    agenda = papers.make_agenda(session, by=session.planned_by, at=timezone.now())
    screen = open_screen(reverse("committee:papers", args=[session.reference]), language="en", user=member.user)
    screen.shows(agenda.number).is_accessible().fits()
    screen.press("Gather the papers").shows("Steps done: 0 of 2").is_accessible()
    production = Production.objects.get()
    productions.take_step(production, 0, at=timezone.now())
    screen.shows("Steps done: 1 of 2")  # the page asks by itself
    productions.take_step(production, 1, at=timezone.now())
    screen.shows("It is ready.").is_accessible()
    small = open_screen(screen.page.url, width=360, language="en", user=member.user, javascript=False)
    small.shows("Download the archive").fits()
    small.go(reverse("committee:papers", args=[session.reference])).shows("Archive of the papers").fits()
    anybody = open_screen(f"{reverse('committee:check_paper')}?numero={agenda.number}", language="en")
    anybody.shows(agenda.pdf_sha256).is_accessible()
    anybody.page.set_viewport_size({"width": 360, "height": 800})
    anybody.fits()
