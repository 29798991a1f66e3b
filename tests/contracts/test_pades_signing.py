"""Seals and signatures: what they leave as it was, what they hold, and what an outside reader says of them."""

from __future__ import annotations

import stat
import subprocess
import threading
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

from contracts.pades import authority, certificates
from contracts.pades.sealing import seal, sign
from contracts.pades.stamping import HouseStamps
from contracts.pades.verdict import State, read
from contracts.pades.verifying import check, starts_with_sent
from tests.contracts.signed_files import ALICE, AT, FIELDS, FIRST, anchors, demonstration, drawn, made

LATER = AT + timedelta(days=400)
PYHANKO = Path(__file__).parents[2] / ".venv" / "bin" / "pyhanko"


def test_each_signature_leaves_every_byte_before_it() -> None:
    one = made()
    assert one.sealed.startswith(one.drawn) and one.once.startswith(one.sealed) and one.twice.startswith(one.once)
    assert starts_with_sent(one.twice, one.sealed) and not starts_with_sent(one.sealed, one.once)


def test_a_document_signed_by_all_is_whole_with_each_name_and_instant() -> None:
    verdict = check(made().twice, anchors(), LATER, sent=made().sealed)
    assert verdict.state == State.WHOLE and verdict.reasons == () and verdict.waiting == ()
    seal_, first, second = verdict.signatures
    assert seal_.is_seal and seal_.field == "Seal" and seal_.coverage == "revision"
    assert (first.who, first.organisation, first.level, first.instant) == ("Alice Été", "AP-HP", "B-T", AT + timedelta(hours=1))
    assert (second.who, second.coverage, second.docmdp_ok, second.is_demonstration) == ("Bob Ozanne", "file", True, True)
    assert read(verdict.written()) == verdict


def test_without_a_time_stamp_a_signature_is_of_the_lower_level() -> None:
    bare = replace(demonstration(), stamps=None)
    verdict = check(sign(seal(drawn(), {FIRST: "A"}, bare, AT), FIRST, ALICE, bare, AT, ""), anchors(), LATER)
    assert verdict.is_whole and {one.level for one in verdict.signatures} == {"B-B"}


def test_nothing_is_drawn_and_the_attachment_stays() -> None:
    with pikepdf.open(BytesIO(made().twice)) as pdf:
        assert pdf.attachments["annexe.json"].get_file().read_bytes() == b'{"montant": "1000"}'
        fields = {str(one.T): one for one in pdf.Root.AcroForm.Fields}
        assert set(fields) == {"Seal", *FIELDS}
        assert str(fields[FIRST].TU) == "Signature de Alice Été"
        assert all(one.Rect[0] == one.Rect[2] and "/AP" not in one for one in fields.values())
        assert pdf.pages[0].Tabs == "/S"


def test_nobody_signs_a_field_that_is_signed_or_does_not_exist() -> None:
    for field in (FIRST, "Sig_9_9"):
        with pytest.raises(Exception, match=field):
            sign(made().once, field, ALICE, demonstration(), AT, "")


@pytest.mark.skipif(not PYHANKO.exists(), reason="pyhanko-cli is not installed")
def test_the_command_line_of_pyhanko_accepts_the_document_with_the_demonstration_root(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(demonstration().anchors[0].public_bytes(Encoding.PEM))
    altered = made().twice.replace(b"% Convention", b"% Conventiom", 1)
    for name, content, accepted in (("whole.pdf", made().twice, True), ("altered.pdf", altered, False)):
        (tmp_path / name).write_bytes(content)
        command = [PYHANKO, "sign", "validate", "--executive-summary", "--trust", "root.pem", "--trust-replace", name]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert (done.returncode == 0) is accepted, done.stdout + done.stderr


def test_keys_are_made_once_and_are_their_owners_own(tmp_path: Path) -> None:
    folder = tmp_path / "conventions"
    with pytest.raises(authority.NoAuthority):
        authority.demonstration(folder)
    assert authority.make(folder) == ["root", "seal", "stamps"] and authority.make(folder) == []
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in folder.rglob("*.pem")} == {0o600}
    before = authority.demonstration(folder)
    assert certificates.MARK in before.seal.certificate.subject.rfc4514_string()
    (folder / "root.pem").unlink()
    assert authority.make(folder) == ["root", "seal", "stamps"]
    after = authority.demonstration(folder)
    assert set(before.anchors) < set(after.anchors) and before.seal.certificate != after.seal.certificate


def test_a_private_key_does_not_show_itself() -> None:
    assert "key=" not in repr(demonstration().seal)


def test_the_seal_of_the_settings_comes_from_a_protected_file(tmp_path: Path) -> None:
    root = certificates.root()
    kept = certificates.issued(root, certificates.subject_of(certificates.Person("Cachet", "Guichet")), since=AT)
    protected = pkcs12.serialize_key_and_certificates(b"seal", kept.key, kept.certificate, None, BestAvailableEncryption(b"secret"))
    (tmp_path / "seal.p12").write_bytes(protected)
    (tmp_path / "password").write_text("secret\n")
    (tmp_path / "wrong").write_text("another\n")
    real = authority.configured(authority.identity_in(tmp_path / "seal.p12", tmp_path / "password"), [root.certificate])
    sealed = seal(drawn(), FIELDS, real, AT)
    verdict = check(sealed, [root.certificate], AT, expected=())
    assert verdict.is_whole and verdict.waiting == tuple(FIELDS) and not verdict.signatures[0].is_demonstration
    with pytest.raises(authority.NoAuthority):
        authority.identity_in(tmp_path / "seal.p12", tmp_path / "wrong")
    with pytest.raises(authority.NoAuthority):
        sign(sealed, FIRST, ALICE, real, AT, "")


def test_time_stamps_come_from_the_address_of_the_settings() -> None:
    """The house's own stamps, behind HTTP: what a time-stamp authority answers (RFC 3161)."""
    ours = demonstration()
    assert ours.stamps is not None
    stamps = HouseStamps(ours.stamps, AT + timedelta(minutes=1))

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(stamps.request_tsa_response(asked).dump())

        def log_message(self, *told: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    far = replace(ours, stamps=None, stamps_url=f"http://127.0.0.1:{server.server_port}/")
    sealed = seal(drawn(), {}, far, AT)
    server.shutdown()
    verdict = check(sealed, anchors(), LATER)
    assert verdict.is_whole and (verdict.signatures[0].level, verdict.signatures[0].instant) == ("B-T", AT + timedelta(minutes=1))
    with pytest.raises(authority.NoAuthority, match="time stamps"):
        seal(drawn(), {}, replace(far, stamps_url="http://127.0.0.1:9/"), AT)
