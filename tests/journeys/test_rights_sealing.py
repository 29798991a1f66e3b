"""Sealing in a real browser: what it seals Python opens, what Python seals it opens, and a controller's key never leaves the machine."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.roles import Role
from rights.envelopes import sealing
from rights.envelopes.models import ControllerKey, SealedMessage
from rights.envelopes.services.keys import verify_key
from rights.secret_keys import FOLDER, make_missing
from tests.accounts.factories import UserFactory
from tests.journeys.pages import Screen
from tests.rights.factories import a_controller, a_key, a_request, an_envelope
from tools import rights_desk
from workflow.keys import folder_of, make

WORDS = "quatre mots de passe"
IDENTITY = {"birth_name": "Été <b>", "birth_date": "1980-02-03"}
REQUEST = {"v": 1, "words": "Été – “tout” 🙂", "files": []}
#: In the browser: a person's request for this key, the key for the answers, and what stays on the receipt.
SEALS = """async ({publicKey, request}) => {
  const it = await import("/static/js/rights/sealing.js");
  const reply = await it.newReplyKey();
  const sealed = await it.seal(it.fromBase64(publicKey), "bnx", {...request, reply_key: reply.publicKey});
  return {sealed: it.toBase64(sealed), secret: reply.secret, replyKey: reply.publicKey};
}"""
#: In the controller's browser: the key file and the sealed file; the answer is what it says, and an answer sealed to the person.
OPENS = """async ({pem, passphrase, file}) => {
  const [desk, keys] = await Promise.all([import("/static/js/rights/desk.js"), import("/static/js/rights/key-file.js")]);
  const pair = await keys.readKeyFile(pem, passphrase);
  const request = await desk.openFile(file, pair);
  const wrong = await desk.openFile({...file, database: "bny"}, pair).catch((refused) => refused.constructor.name);
  const locked = await keys.readKeyFile(pem, "another one").catch((refused) => refused.constructor.name);
  return {request, wrong, locked, answer: await desk.sealFor(request, "answer", "Voici.")};
}"""
#: In the person's browser again, with the receipt.
READS = """async ({receipt, answers}) => {
  const it = await import("/static/js/rights/sealing.js");
  const pair = await it.replyKeyFrom(receipt);
  const name = await it.fingerprint(await it.publicOf(pair));
  const info = it.messageInfo(it.ANSWER, "bnx", name, "DRO-2026-00001");
  return Promise.all(answers.map((one) => it.openSealed(pair, info, it.fromBase64(one))));
}"""


def test_a_controller_makes_its_key_in_the_browser_and_both_sides_open_what_the_other_sealed(
    open_screen: Callable[..., Screen], tmp_path: Path
) -> None:
    make("rights")
    there, officer = a_controller(), UserFactory(roles=[Role.DPO])
    TOTPDevice.objects.create(user=there.agent, name="default", confirmed=True)
    screen = open_screen("/travail/droits/cles/nouvelle/", language="en", user=there.agent)
    pem = _make_key(screen, tmp_path / "key.pem")
    key = ControllerKey.objects.get()
    verify_key(key, read_out=key.fingerprint, by=officer, at=key.registered_at)
    private: Any = load_pem_private_key(pem.encode(), WORDS.encode())
    assert sealing.raw(private.public_key()) == key.raw

    screen = open_screen("/droits/cles/", width=360, language="en").is_accessible().fits()
    sent = screen.page.evaluate(SEALS, {"publicKey": key.public, "request": REQUEST})
    sealed = base64.b64decode(sent["sealed"])
    found = sealing.open_sealed(sealed, private, sealing.info_of("bnx", key.fingerprint))
    assert sealing.is_sealed(sealed) and found == REQUEST | {"reply_key": sent["replyKey"]}

    told = {"number": "DRO-2026-00001", "database": "bnx", "key": key.fingerprint, "sha256": "", "sealed": sent["sealed"]}
    opened = screen.page.evaluate(OPENS, {"pem": pem, "passphrase": WORDS, "file": told})
    assert opened["request"]["words"] == REQUEST["words"]
    assert (opened["wrong"], opened["locked"]) == ("NotOpened", "WrongPassphrase")

    mine = rights_desk.sealed_for_person({"words": "De l’outil."}, sent["replyKey"], "bnx", "DRO-2026-00001", "answer")
    receipt = f"Récépissé\n\n  {sent['secret'][:60]}\n  {sent['secret'][60:]}\n\nFin"
    read = screen.page.evaluate(READS, {"receipt": receipt, "answers": [opened["answer"]["sealed"], mine["sealed"]]})
    assert [one["words"] for one in read] == ["Voici.", "De l’outil."]


def test_a_controller_opens_a_request_and_answers_it_in_the_browser(open_screen: Callable[..., Screen], tmp_path: Path) -> None:
    make("rights")
    make_missing(folder_of(FOLDER))
    there, person = a_controller(), ec.generate_private_key(ec.SECP256R1())
    TOTPDevice.objects.create(user=there.agent, name="default", confirmed=True)
    key, private = a_key(there)
    routing = a_request(there).routings[0]
    reply = base64.b64encode(sealing.raw(person.public_key())).decode()
    an_envelope(routing, key, {"database": "bnx", "right": "erasure", "identity": IDENTITY, "reply_key": reply})
    (tmp_path / "key.pem").write_bytes(rights_desk.key_file(private, WORDS))
    screen = open_screen(routing.get_absolute_url(), width=360, language="en", user=there.agent)
    page = screen.page
    page.get_by_label("File of the private key").set_input_files(tmp_path / "key.pem")
    screen.fill("Passphrase", WORDS)
    page.get_by_role("button", name="Open the request here").click()
    page.get_by_text("Été <b>").wait_for()
    screen.shows("The envelope says something else than this page").is_accessible().fits()  # it asks for access, the envelope for erasure
    page.get_by_text("3 February 1980").wait_for()  # a day as the reader writes it
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save it on this machine").click()
    saved.value.save_as(tmp_path / "request.json")
    page.locator("[data-result]").get_by_role("button", name="It is opened: take up the request").click()
    screen.shows("The request is under examination")

    screen.go(f"{routing.get_absolute_url()}repondre/").tick("Refuse")
    page.get_by_label("The opened request").set_input_files(tmp_path / "request.json")
    screen.fill("Your words", "Voici vos données.").is_accessible()
    page.get_by_role("button", name="Answer the request").click()  # without its reason: nothing leaves, and the words stay
    assert page.get_by_label("Your words").input_value() == "Voici vos données." and page.url.endswith("repondre/")
    screen.tick("Accept")
    assert not page.get_by_role("group", name="Reason").is_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Answer the request").click()
    answer = SealedMessage.objects.get()
    assert sealing.open_sealed(bytes(answer.sealed), person, answer.info)["words"] == "Voici vos données."

    (tmp_path / "copy.txt").write_text("copie")
    screen.go(f"{routing.get_absolute_url()}joindre/")
    page.get_by_label("The opened request").set_input_files(tmp_path / "request.json")
    page.get_by_label("Files (optional)").set_input_files(tmp_path / "copy.txt")  # files alone are sealed too
    with page.expect_navigation():
        page.get_by_role("button", name="Add something sealed to the answer").click()
    added = sealing.open_sealed(bytes(SealedMessage.objects.latest("pk").sealed), person, answer.info)
    assert [base64.b64decode(one["b64"]) for one in added["files"]] == [b"copie"]


def _make_key(screen: Screen, path: Path) -> str:
    """The agent chooses a passphrase; the browser saves the private half and fills in the public one, which alone is sent."""
    screen.is_accessible().fits()
    posted: list[str] = []
    screen.page.on("request", lambda request: posted.append(request.post_data or ""))
    screen.fill("Passphrase", WORDS)
    with screen.page.expect_download() as saved:
        screen.page.get_by_role("button", name="Make a pair and save the private half").click()
    saved.value.save_as(path)
    screen.page.get_by_role("status").filter(has_text="Fingerprint").wait_for()
    screen.press("Register this key")
    assert "PUBLIC" in posted[0] and not any("PRIVATE" in one or "quatre" in one for one in posted)
    return path.read_text()
