"""The controllers' tool, run as a program beside the site: what the site seals it opens, what it seals the site takes."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from PIL import Image

from rights.envelopes import sealing, signing
from rights.envelopes.directory import published
from rights.envelopes.queries import published_keys
from rights.envelopes.services.keeping import seal_complement_here, seal_here
from tests.rights.factories import a_controller, a_key, a_request
from tools import rights_desk
from tools.environment import ROOT

WORDS, UNSCANNED = "quatre mots de passe", ("--accept-unscanned", "--scanner", "no-such-scanner")


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-I", str(ROOT / "tools/rights_desk.py"), *map(str, words)]
    return subprocess.run(program, capture_output=True, text=True, check=False)


def image() -> bytes:
    made, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (8, 8), "red").save(made, "JPEG", exif=exif)
    return made.getvalue()


def pdf() -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        document.attachments["x.exe"] = b"MZ"
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd"))
        document.pages[0].Annots = document.make_indirect(pikepdf.Array([document.make_indirect(link)]))
        document.pages[0].AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(2)"))
        document.save(made)
    return made.getvalue()


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with a key that the tool made."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "words").write_text(WORDS + "\n")
    made = run("make-key", folder / "cle", "--passphrase-file", folder / "words")
    assert made.returncode == 0, made.stderr
    return folder


def file_of(content: dict[str, object], public: bytes, **more: str) -> str:
    name = sealing.fingerprint(public)
    info = sealing.message_info(sealing.COMPLEMENT, "bnx", name, "DRO-2026-00001") if more else sealing.info_of("bnx", name)
    sealed = sealing.seal(content, public, info)
    told = {"v": 1, "number": "DRO-2026-00001", "database": "bnx", "key": name, "sha256": sealing.hashlib.sha256(sealed).hexdigest()}
    return json.dumps(told | {"sealed": base64.b64encode(sealed).decode()} | more)


def test_the_tool_opens_what_the_site_sealed_rewrites_the_proofs_and_seals_the_answer(desk):
    public = sealing.read_public((desk / "cle.pub.pem").read_text())
    person = ec.generate_private_key(ec.SECP256R1())
    raw = sealing.raw(person.public_key())
    files = [("../../photo.jpg", image()), ("acte.pdf", pdf()), ("virus.exe", b"MZ\0"), ("page.html", b"<script>")]
    sent = [*({"name": name, "type": "", "b64": base64.b64encode(some).decode()} for name, some in files), {"name": "x", "b64": "?"}, 7]
    content = {"identity": {"birth_name": "Été\x1b[2J"}, "reply_key": base64.b64encode(raw).decode(), "files": sent}
    (desk / "one.json").write_text(file_of(content, public))
    done = run("open", desk / "one.json", "--key", desk / "cle.key.pem", "--passphrase-file", desk / "words", "--into", desk, *UNSCANNED)
    assert done.returncode == 0, done.stderr
    folder = desk / "DRO-2026-00001"
    assert "Été" in done.stdout and "\x1b" not in done.stdout and folder.stat().st_mode & 0o77 == 0
    assert sorted(one.name for one in folder.iterdir()) == ["01-photo.png", "02-acte.pdf", "demande.json", "pieces.txt"]
    assert b"secret place" not in (folder / "01-photo.png").read_bytes()
    with pikepdf.open(folder / "02-acte.pdf") as clean:
        assert not clean.attachments and "/OpenAction" not in clean.Root and not {"/Annots", "/AA"} & set(clean.pages[0].keys())
    (desk / "reponse.txt").write_text("Voici.")
    told = ("--kind", "answer", "--words", desk / "reponse.txt", "--attach", folder / "01-photo.png", "--out", desk / "out.json")
    done = run("seal", folder, *told)
    assert done.returncode == 0, done.stderr
    made = json.loads((desk / "out.json").read_text())
    assert (made["number"], made["kind"], made["sealed_to"]) == ("DRO-2026-00001", "answer", sealing.fingerprint(raw))
    info = sealing.message_info(sealing.ANSWER, "bnx", sealing.fingerprint(raw), "DRO-2026-00001")
    answer = sealing.open_sealed(base64.b64decode(made["sealed"]), person, info)
    assert answer["words"] == "Voici." and answer["files"][0]["name"] == "01-photo.png"
    assert sealing.is_sealed(base64.b64decode(made["sealed"]))


def test_the_tool_says_why_it_does_not_open_something(desk):
    public = sealing.read_public((desk / "cle.pub.pem").read_text())
    with_key = ("--key", desk / "cle.key.pem", "--passphrase-file", desk / "words", "--into", desk / "no")
    changed = json.loads(file_of({}, public))
    for name, text, said in (
        ("other", file_of({}, sealing.raw(ec.generate_private_key(ec.SECP256R1()).public_key())), "scellée pour la clé"),
        ("moved", json.dumps(changed | {"database": "bny"}), "ne s'ouvre pas"),
        ("cut", json.dumps(changed | {"sealed": changed["sealed"][:-8]}), "a changé en route"),
        ("none", "[]", "n’est pas un fichier du guichet"),
    ):
        (desk / name).write_text(text)
        done = run("open", desk / name, *with_key)
        assert done.returncode == 1 and said in done.stderr, (name, done.stderr)
        assert "Traceback" not in done.stderr
    assert not (desk / "no").exists()


def test_the_tool_says_when_an_envelope_was_sent_for_something_else_than_the_site_says(desk):
    public = sealing.read_public((desk / "cle.pub.pem").read_text())
    said = {"right": "access", "level": "", "form": "f" * 64}
    with_key = ("--key", desk / "cle.key.pem", "--passphrase-file", desk / "words")
    for name, told, warned in (("same", {}, False), ("right", {"right": "erasure"}, True), ("again", {"form": "e" * 64}, True)):
        (desk / f"{name}.json").write_text(json.dumps(json.loads(file_of(said, public)) | said | told))
        done = run("open", desk / f"{name}.json", *with_key, "--into", desk / name)
        assert done.returncode == 0 and ("ATTENTION" in done.stdout) is warned, done.stderr
        assert ("ATTENTION" in (desk / name / "DRO-2026-00001/pieces.txt").read_text()) is warned


@pytest.mark.django_db
def test_the_tool_checks_the_signed_directory_and_opens_a_complement(tmp_path, capsys):
    there = a_controller()
    key, private = a_key(there)
    held = published(published_keys(), timezone.now())
    (tmp_path / "annuaire.json").write_text(json.dumps(held))
    words = ["check-directory", str(tmp_path / "annuaire.json"), "--signer", signing.public_key()["public_key"], "--fingerprint"]
    assert rights_desk.main([*words, key.grouped]) == 0 and rights_desk.main([*words, "0" * 64]) == 1
    held["directory"]["keys"][0]["statement"]["fingerprint"] = "0" * 64
    (tmp_path / "annuaire.json").write_text(json.dumps(held))
    assert rights_desk.main([*words, key.grouped]) == 1
    assert "signature est fausse" in capsys.readouterr().err
    routing = a_request(there).routings[0]
    told = {"number": routing.number, "database": routing.database.slug, "key": key.fingerprint}
    for sealed, more in (
        (seal_here({"words": "a"}, routing.database, key), {}),
        (seal_complement_here({"words": "b"}, routing, key), {"kind": "c"}),
    ):
        sealed_file = told | more | {"sha256": sealing.hashlib.sha256(sealed).hexdigest(), "sealed": base64.b64encode(sealed).decode()}
        assert rights_desk.opened(sealed_file, private)["words"] == ("b" if more else "a")
