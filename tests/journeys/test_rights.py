"""A citizen exercises rights: from the portal to the receipt, by keyboard on a telephone, with scripts and without any."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest
from django.core.handlers.wsgi import LimitedStream

from rights.asking import floods
from rights.models import Request
from rights.secret_keys import FOLDER, make_missing
from tests.journeys.keys import Keys
from tests.journeys.pages import Screen
from tests.rights.asking import PERSON, a_base
from workflow import keys
from workflow.keys import folder_of

Open = Callable[..., Screen]
PHONE = 360
#: Pages from the portal to the receipt.
MOST_STEPS = 12


@pytest.fixture(autouse=True)
def secrets_of_rights() -> None:
    """The pepper, the key of contacts, and the key that vouches for those of the controllers."""
    make_missing(folder_of(FOLDER))
    keys.make("rights")


class Citizen(Keys):
    """A person with a keyboard only, who counts the pages that they open."""

    pages = 0

    def enter(self) -> Citizen:
        self.pages += 1
        return super().enter()

    def press_here(self, name: str) -> Citizen:
        """Go on to a button that opens no other page, and press it."""
        here = next((one for one in self.stops() if one.tag == "button" and one.text.strip() == name), None)
        assert here, f"{self.page.url}: Tab reaches no button {name}"
        self.page.keyboard.press("Enter")
        return self

    def leave_by(self, name: str) -> Citizen:
        """Go on to a button that opens another page in the end, and press it."""
        self.pages += 1
        with self.page.expect_navigation(url="**/recepisse/", timeout=30_000):
            self.press_here(name)
        self.ready()
        return self

    def judged(self) -> Citizen:
        return super().judged() if self.javascript else self.fits()


def to_identity(open_screen: Open, base: Any, *, javascript: bool) -> Citizen:
    """From the portal to the page on identity."""
    page = open_screen("/droits/", width=PHONE, javascript=javascript, language="en").page
    citizen = Citizen(page, javascript=javascript)
    citizen.follow("/droits/demande/")
    citizen.answer({"capacity": "self"}).send().shoot("rights-databases").answer({"databases": [base.slug]}).send().shoot("rights-rights")
    return citizen.answer({f"right_{base.slug}": "access"}).send()


def test_a_citizen_without_scripts_goes_from_the_portal_to_the_receipt_by_keyboard(open_screen: Open) -> None:
    base = a_base()
    citizen = to_identity(open_screen, base, javascript=False)
    citizen.answer(PERSON).send().shows(PERSON["birth_name"])
    citizen.send().shows("Your request is received")
    assert citizen.pages <= MOST_STEPS and base.opened()["identity"]["birth_name"] == PERSON["birth_name"]


def test_a_citizen_with_scripts_sends_nothing_of_themselves_but_sealed(open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    base = a_base()
    citizen = to_identity(open_screen, base, javascript=True)
    bodies: list[bytes] = []
    citizen.page.on("request", lambda request: bodies.append(request.url.encode()))
    read = LimitedStream.read
    monkeypatch.setattr(LimitedStream, "read", lambda stream, *size: bodies.append(got := read(stream, *size)) or got)
    citizen.answer({"given_names": "Ondine"}).press_here("Read it over").shows("To be corrected:").judged().shoot("rights-identity")
    citizen.answer(PERSON).press_here("Read it over").shows("Nothing has left your browser so far.").judged()
    lose_the_first_answer(citizen)
    citizen.leave_by("Lock and send").judged().shows("Your request is received").shoot("rights-receipt")
    assert citizen.pages <= MOST_STEPS and Request.objects.count() == 1
    content = base.opened()
    assert content["identity"]["birth_name"] == PERSON["birth_name"] and content["identity"]["birth_date"] == PERSON["birth_date"]
    assert content["contact"] == {"email": PERSON["answer_email"]} and content["reply_key"]
    sent = b"\n".join(bodies)
    assert b"sealed-" in sent
    for value in PERSON.values():
        for form in (value, urllib.parse.quote(value), urllib.parse.quote_plus(value)):
            assert form.encode() not in sent, form
    key = citizen.page.locator("[data-secret]").inner_text()
    assert key.startswith("GUICHET-1-") and key.encode() not in sent
    with citizen.page.expect_download() as told:
        citizen.page.get_by_role("button", name="Download the receipt").click()
    text = told.value.path().read_text()
    assert key in text and citizen.page.locator("[data-code]").inner_text() in text
    assert citizen.page.evaluate(PUBLIC_OF, key) == content["reply_key"], "the key of the receipt opens the answers, whatever was lost"


#: The public half of the key of a receipt.
PUBLIC_OF = """async (secret) => { const it = await import("/static/js/rights/sealing.js");
  return it.toBase64(await it.publicOf(await it.replyKeyFrom(secret))); }"""


def lose_the_first_answer(citizen: Citizen) -> None:
    """What is sent arrives, but its answer is lost on the way; the person changes something, and comes to send again."""

    def lose(route: Any) -> None:
        route.fetch()
        route.fulfill(body="cut on the way")

    citizen.page.route("**/droits/demande/envoi/", lose, times=1)
    citizen.page.get_by_role("button", name="Lock and send").click()
    citizen.page.locator("[data-send]:enabled").wait_for()
    assert Request.objects.count() == 1
    citizen.page.get_by_role("button", name="Change something").click()
    citizen.press_here("Read it over")


def test_under_abuse_a_browser_computes_for_a_moment_and_goes_on(open_screen: Open, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floods, "LEAST", floods.LONGEST)  # whoever only waits is not there in time
    settings.RIGHTS_FORMS_PER_HOUR, settings.RIGHTS_WORK_COST = 0, 10
    base = a_base()
    citizen = to_identity(open_screen, base, javascript=True)
    citizen.answer(PERSON).press_here("Read it over")
    citizen.leave_by("Lock and send").shows("Your request is received")
    assert Request.objects.count() == 1
