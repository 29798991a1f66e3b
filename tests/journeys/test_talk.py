"""Applicant and secretariat talk to each other in a real browser: on a phone, by keyboard, without a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from requests_app.states import State
from requests_app.talk.models import Message
from requests_app.talk.services import write_note
from tests.journeys.pages import Screen
from tests.requests_app.factories import a_dossier, cast


def test_a_question_asked_beside_a_field_is_answered_on_a_phone(open_screen: Callable[..., Screen]) -> None:
    people: dict[str, Any] = cast()
    dossier = a_dossier(State.SUBMITTED, people)
    officer = open_screen(reverse("dossiers:content", args=[dossier.reference]), language="en", user=people["officer"])
    officer.follow("Ask the applicant about this")
    officer.fill("Your message", "Which hospitals take part?").press("Send the message")
    officer.shows("Which hospitals take part?").is_accessible().fits()

    thread = Message.objects.get().thread
    link = reverse("talk:reply", args=[dossier.reference, thread.field])
    owner = open_screen(dossier.get_absolute_url(), width=360, language="en", user=people["owner"], javascript=False)
    owner.shows("1 message awaits you.").fits()
    owner.go(reverse("talk:index", args=[dossier.reference])).shows("1 unread").fits()
    owner.go(link)
    assert owner.page.evaluate("document.activeElement.name") == "text", "the box to answer in has the keyboard"
    owner.page.keyboard.type("Those of the region.")
    owner.press("Send the message").shows("Those of the region.").fits()
    assert [message.side for message in Message.objects.order_by("pk")] == ["secretariat", "applicant"]

    write_note(dossier, "To be followed.", by=people["officer"], at=timezone.now())
    for page in ("index", "notes"):
        officer.go(reverse(f"talk:{page}", args=[dossier.reference])).is_accessible()
    officer.page.set_viewport_size({"width": 360, "height": 800})
    officer.shows("To be followed.").fits()
