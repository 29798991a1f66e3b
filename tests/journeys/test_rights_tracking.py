"""Following a request: by keyboard on a telephone without scripts, and in a browser that opens what was sealed for its reader alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from rights import codes
from rights.envelopes import sealing
from rights.envelopes.choices import MessageKind
from rights.envelopes.models import SealedMessage
from rights.envelopes.services.keeping import keep_for_person
from rights.models import Routing
from rights.secret_keys import FOLDER, make_missing
from rights.states import Level, Right, RoutingState
from tests.journeys.keys import Keys
from tests.journeys.pages import Screen
from tests.rights.factories import a_controller, a_key, a_request, in_state, opened
from workflow import keys
from workflow.keys import folder_of

Open = Callable[..., Screen]
#: In the browser of who sends the request: the key for its answers, and what stays on the receipt.
MAKES_KEY = """async () => {
  const it = await import("/static/js/rights/sealing.js");
  const made = await it.newReplyKey();
  return {secret: made.secret, publicKey: made.publicKey};
}"""


@pytest.fixture(autouse=True)
def secrets_of_rights() -> None:
    """The pepper, the key of contacts, and the key that signs."""
    make_missing(folder_of(FOLDER))
    keys.make("rights")


class Person(Keys):
    """Somebody without scripts: axe could not answer, what fits is looked at on every page."""

    def judged(self) -> Person:
        return self.fits()

    def press_first(self, name: str) -> Person:
        """Go on to the first button of this name, and press it."""
        assert any(one.tag == "button" and one.text.strip() == name for one in self.stops()), f"Tab reaches no button {name}"
        return self.enter()


def test_without_scripts_a_code_is_typed_and_a_request_withdrawn_by_keyboard_on_a_telephone(open_screen: Open) -> None:
    taken = a_request(a_controller(), a_controller("BNY"), right=Right.OPPOSITION, level=Level.RESEARCH)
    person = Person(open_screen("/droits/suivi/", width=360, javascript=False, language="en").page, javascript=False)
    person.answer({"code": codes.in_groups(taken.code).lower().replace("-", " ")}).send()
    assert "BNX" in person.page.inner_text("main") and "BNY" in person.page.inner_text("main")
    person.press_first("Withdraw this request…")
    person.answer({"sure": True}).send().shows("Your request is withdrawn.")
    assert sorted(one.state for one in taken.request.routings.all()) == [RoutingState.DEPOSITED, RoutingState.WITHDRAWN]
    assert person.path == "/droits/suivi/retrait/" and taken.code not in person.page.url


def test_a_sealed_answer_opens_in_the_browser_and_a_complement_leaves_it_sealed(open_screen: Open, tmp_path: Any) -> None:
    there, now = a_controller(), datetime.now(UTC)
    _key, private = a_key(there)
    taken = a_request(there, a_controller("BNY"))
    moves = ("transmit", "take_up", "ask_complement")
    routing = in_state(taken.routings[0], *moves, by=there.agent, ask_complement={"kind": "identity"})
    screen = open_screen("/droits/suivi/", width=360, language="en").is_accessible().fits()
    made = screen.page.evaluate(MAKES_KEY)
    public = sealing.read_public(made["publicKey"])
    info = sealing.message_info(sealing.ANSWER, routing.database.slug, sealing.fingerprint(public), routing.number)
    sealed = sealing.seal({"words": "Quelle année ?", "files": [{"name": "a.pdf", "b64": "JVBERg=="}]}, public, info)
    astray = sealing.seal({"words": "Pas pour vous."}, sealing.read_public(screen.page.evaluate(MAKES_KEY)["publicKey"]), info)
    for one in (astray, sealed):  # what a controller sealed to somebody else's key by mistake hides no other message
        keep_for_person(routing, one, kind=MessageKind.QUESTION, sealed_to=sealing.fingerprint(public), at=now)
    screen.page.get_by_label("Tracking code").fill("0000")
    screen.press("See where my request stands").is_accessible().fits()
    screen.page.get_by_label("Tracking code").fill(taken.code)
    screen.press("See where my request stands").is_good_at_both_widths()
    _read(screen, made["secret"], tmp_path)
    screen.press("Answer the controller").is_accessible().fits()
    screen.page.get_by_label("Your answer").fill("Née en mai")
    proof = screen.page.locator("form[data-complement] input[type=file]").first
    proof.set_input_files({"name": "preuve.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"})
    screen.page.get_by_role("button", name="Send my answer").click()
    screen.shows("Only PDF, JPEG and PNG files are taken.").is_accessible()
    assert not SealedMessage.objects.filter(kind=MessageKind.COMPLEMENT).exists()
    proof.set_input_files([])
    screen.press("Send my answer").shows("Your answer is on its way, sealed.")
    message = SealedMessage.objects.get(kind=MessageKind.COMPLEMENT)
    assert opened(message, private)["words"] == "Née en mai" and Routing.objects.get(pk=routing.pk).state == RoutingState.TAKEN_UP
    screen.page.locator("form[action$='/retrait/'] button").first.click()
    screen.is_accessible().fits()
    screen.go("/droits/verifier/").is_accessible().fits()


def _read(screen: Screen, secret: str, tmp_path: Any) -> None:
    """Open the message: not with the key of another receipt, then with the file of one's own; nothing of the key leaves the page."""
    sent: list[str] = []
    screen.page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    other = screen.page.evaluate(MAKES_KEY)["secret"]
    screen.page.get_by_label("Or the line of the key").fill(other)
    screen.page.get_by_role("button", name="Open my messages").click()
    screen.shows("This key does not open the message")
    receipt = tmp_path / "recepisse.txt"
    receipt.write_text(f"Reçu\n\nClé :\n{secret}\n", encoding="utf-8")
    screen.page.get_by_label("The file of your receipt").set_input_files(receipt)
    screen.page.get_by_role("button", name="Open my messages").click()
    screen.shows("Quelle année ?").shows("a.pdf")
    assert not any(secret[-40:] in one for one in sent)
