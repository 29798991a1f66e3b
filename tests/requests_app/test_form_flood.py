"""Many autosaves on one dossier at the same moment, against the real database: nothing lost, nothing broken, every conflict shown."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from guardian.shortcuts import assign_perm

from requests_app.models import Content, Dossier
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.requests_app.factories import a_draft, cast
from tests.requests_app.filled_forms import sent_by

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Answer:
    """What the server answered to one autosave: who sent which text, on what they had read, and what came back."""

    browser: str
    text: str
    read: int
    status: int
    page: str

    @property
    def revision(self) -> int:
        """The revision that the section has now, as the page is told."""
        found = re.search(r'name="(?:revision|settled_revision)" value="(\d+)"', self.page)
        assert found, self.page[:500]
        return int(found[1])


class Browser:
    """One page of one person, open on the project; its autosaves may be sent at the same moment."""

    def __init__(self, name: str, person: Any, dossier: Dossier, section: str = "project", field: str = "title") -> None:
        self.name, self.dossier, self.section, self.field = name, dossier, section, field
        self.client = sign_in(Client(), person)
        self.typed = sent_by(self.client.get(reverse("dossiers:section", args=[dossier.reference, section])))
        self.read = int(self.typed["revision"][0])

    def save(self, text: str, **more: Any) -> Answer:
        """Send one autosave, as a request of its own."""
        client = Client(raise_request_exception=False)
        client.cookies = self.client.cookies
        address = reverse("dossiers:autosave", args=[self.dossier.reference, self.section])
        read = int(more.get("settled_revision", self.read))
        answer = client.post(address, self.typed | {self.field: text} | more)
        return Answer(self.name, text, read, answer.status_code, answer.content.decode())


def at_once(*calls: Any) -> list[Any]:
    """Make all the calls at the same moment, each in a thread of its own."""
    barrier, results = threading.Barrier(len(calls)), []

    def run(call: Any) -> None:
        try:
            barrier.wait()
            results.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == len(calls)
    return results


def two_people() -> tuple[Dossier, Any, Any]:
    people, colleague = cast(), UserFactory()
    dossier = a_draft(people, title="Before")
    assign_perm("editor", colleague, dossier)
    return dossier, people["owner"], colleague


def judge(dossier: Dossier, answers: list[Answer]) -> None:
    """No error, no lost update, every conflict with both versions."""
    assert {answer.status for answer in answers} <= {200, 409}
    accepted = sorted((answer for answer in answers if answer.status == 200), key=lambda answer: answer.revision)
    revisions = [answer.revision for answer in accepted]
    assert revisions == list(range(revisions[0], revisions[0] + len(revisions)))
    for before, after in pairwise(accepted):
        assert after.browser == before.browser or after.read >= before.revision, "somebody's text was replaced without being seen"
    assert Content.objects.get(pk=dossier.pk).title == accepted[-1].text
    for answer in answers:
        if answer.status == 409:
            assert answer.text in answer.page
            assert any(other.text in answer.page for other in accepted if other.browser != answer.browser)


def test_autosaves_of_two_browsers_at_the_same_moment_lose_nothing() -> None:
    dossier, owner, colleague = two_people()
    one, other = Browser("one", owner, dossier), Browser("other", colleague, dossier)
    aside = Browser("aside", colleague, dossier, "purpose", "public_interest")
    texts = [(browser, f"{browser.name} {number} wrote") for number in range(4) for browser in (one, other, aside)]
    answers = at_once(*(partial(browser.save, text) for browser, text in texts))
    judge(dossier, [answer for answer in answers if answer.browser != "aside"])
    assert {answer.status for answer in answers if answer.browser == "aside"} == {200}
    assert Content.objects.get(pk=dossier.pk).public_interest.startswith("aside")


@pytest.mark.slow
def test_fifty_autosaves_at_once_again_and_again_while_people_settle_their_conflicts() -> None:
    dossier, owner, colleague = two_people()
    browsers = [Browser("one", owner, dossier), Browser("other", colleague, dossier)]
    everything: list[Answer] = []
    settled: dict[str, int] = {}
    for wave in range(4):
        texts = [(browsers[number % 2], f"wave {wave} text {number} of {browsers[number % 2].name}") for number in range(50)]
        seen = {name: {"settled_revision": str(revision)} for name, revision in settled.items()}
        answers = at_once(*(partial(browser.save, text, **seen.get(browser.name, {})) for browser, text in texts))
        everything += answers
        settled = {answer.browser: answer.revision for answer in sorted(answers, key=lambda one: one.revision)}
    for browser in browsers:  # who was slower in every wave settles at last, having seen the other's text
        seen_last = max(answer.revision for answer in everything)
        everything.append(browser.save(f"{browser.name} at last", settled_revision=str(seen_last)))
    judge(dossier, everything)
    assert {answer.browser for answer in everything if answer.status == 200} == {"one", "other"}
