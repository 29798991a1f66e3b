"""A citizen exercises rights: from the portal to the receipt, by keyboard on a telephone, with scripts and without any."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest
from django.core.handlers.wsgi import LimitedStream
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from rights.asking import contacts, floods
from rights.asking.models import Contact
from rights.models import Request
from rights.secret_keys import FOLDER, contact_box, make_missing
from tests.journeys.keys import Keys
from tests.journeys.pages import Screen
from tests.rights import oidc_provider
from tests.rights.asking import PERSON, a_base
from tests.rights.vouching import provider, provider_folder  # noqa: F401 (fixtures)
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
    beside_the_form(citizen, base)


def beside_the_form(screen: Screen, base: Any) -> None:
    """The pages that are not a step of it, while many forms come from there."""
    away = a_base("BNY", way="own_page", own_page_url="https://controleur.example/droits", keyed=False)
    sent(screen, "/droits/demande/", step="rights", **chosen(away)).shows("Your reference for the controller’s own page can be made from")
    screen.is_good_at_both_widths().shoot("rights-elsewhere")
    sent(screen, "/droits/demande/lettre/", **chosen(base)).shows("A letter to print").is_good_at_both_widths()
    contact = Contact.objects.create(sealed=contact_box().encrypt(b"facteur@exemple.fr").decode(), made_on=timezone.localdate())
    screen.go(f"/droits/courriel/confirmer/{contacts.token_of(contact, contacts.CONFIRM)}/").is_good_at_both_widths()
    sent(screen, "/droits/demande/quitter/").shows("You have left").is_good_at_both_widths()


def chosen(base: Any, capacity: str = "self") -> dict[str, str]:
    return {"capacity": capacity, "databases": base.slug, f"right_{base.slug}": "access"}


SEND = """([path, fields]) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action: path });
  for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { name, value }));
  document.body.append(form);
  form.submit();
}"""


def sent(screen: Screen, path: str, **fields: str) -> Screen:
    """Send these choices, as the pages before would have."""
    with screen.page.expect_navigation():
        screen.page.evaluate(SEND, [path, fields])
    return screen.ready()


def test_a_page_that_is_left_alone_is_covered_and_loses_nothing(open_screen: Open) -> None:
    base = a_base()
    screen = open_screen("/droits/demande/", width=PHONE, language="en")
    screen.page.clock.install()
    sent(screen, "/droits/demande/", step="rights", **chosen(base, "deceased"))
    screen.fill("Date of birth", "1980-03-12").fill("Date of death", "1979-03-12")
    screen.page.get_by_role("button", name="Read it over").click()
    screen.shows("This day is before the birth.").is_accessible()
    bodies: list[str] = []
    screen.page.on("request", lambda request: bodies.append(request.url))
    screen.page.clock.fast_forward("18:00")
    screen.shows("Are you still there?").is_accessible()
    screen.page.get_by_role("button", name="Go on").click()
    screen.page.clock.fast_forward("17:00")
    expect(screen.page.locator("dialog[open]")).to_have_count(0)
    screen.page.clock.fast_forward("01:30")
    screen.shows("In two minutes this page will be covered")
    screen.page.clock.fast_forward("02:00")
    screen.shows("This page is covered").is_good_at_both_widths().shoot("rights-covered")
    screen.page.keyboard.press("Escape")
    screen.page.get_by_role("button", name="Show the page again").click()
    expect(screen.page.locator("dialog[open]")).to_have_count(0)
    assert screen.page.get_by_label("Date of death").input_value() == "1979-03-12" and not bodies


def test_a_citizen_comes_back_from_franceconnect_to_the_words_that_they_had_typed(
    open_screen: Open,
    provider: Any,  # noqa: F811
    live_server: Any,
    settings: Any,
) -> None:
    settings.SITE_URL = live_server.url
    (provider / "locks").write_text(f"ECDH-ES {live_server.url}{reverse('asking:public_keys')}")
    base = a_base(evidence="N3")
    screen = open_screen("/droits/demande/", width=PHONE, language="en")
    sent(screen, "/droits/demande/", step="rights", **chosen(base)).fill("What you want to say", PERSON["words"])
    button = screen.page.get_by_role("button", name="S’identifier avec FranceConnect", exact=True)
    assert button.evaluate("one => getComputedStyle(one, '::before').backgroundImage").startswith('url("data:image/svg+xml')
    screen.is_good_at_both_widths().shoot("rights-franceconnect")
    screen.press("S’identifier avec FranceConnect").shows("FranceConnect has confirmed who you are").is_good_at_both_widths()
    assert oidc_provider.PERSON["family_name"] not in screen.shoot("rights-confirmed").page.content()
    with screen.page.expect_popup() as opened:
        screen.page.get_by_role("button", name="Sign out of FranceConnect (new tab)").click()
    Screen(opened.value).shows("Close this tab: your form is in the other one").is_accessible().fits()
    assert (provider / "left").read_text() == oidc_provider.SUBJECT
    assert screen.page.get_by_label("What you want to say").first.input_value() == PERSON["words"]
