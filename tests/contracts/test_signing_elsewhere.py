"""Signatures made with another tool: whose certificate, of which authority, with which time, and whether it was revoked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID
from django.utils import timezone

from contracts.authorities import authority, upload_anchors
from contracts.pades import bounded, certificates, verifying
from contracts.pades.authority import Authority
from contracts.pades.certificates import Identity, Person
from contracts.pades.sealing import sign
from contracts.signing import evidence
from contracts.signing.judging import judge
from contracts.signing.models import SealedRevision
from contracts.signing.providers import is_open
from contracts.signing.services import signing
from contracts.signing.states import Method, Mode
from tests.contracts.signing import Scene, an_approved_convention, ceremony, keys, sent
from workflow.refusals import RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media", "in_english")]
ANNE = Person("EXEMPLE Anne", "Ailleurs")


@pytest.fixture(autouse=True)
def _keys(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEYS_DIR = keys()
    monkeypatch.setattr(bounded, "check", verifying.check)


def waiting() -> Scene:
    """A convention of which one party signs elsewhere: Anne Exemple, by name only."""
    return sent(an_approved_convention(bodies=1), Mode.PARALLEL, Method.UPLOADED)


def made(scene: Scene, by: Authority, person: Person = ANNE) -> bytes:
    """The document with a signature of this person, made with the certificates of this authority."""
    return sign(SealedRevision.objects.get().content(), scene.signatory(0).field, person, by, timezone.now(), "")


def upload(scene: Scene, pdf: bytes) -> Any:
    """The officer hands it in."""
    return signing.sign(scene.signatory(0), ceremony(scene, scene.officer, pdf), by=scene.officer, at=timezone.now())


def facts(scene: Scene) -> dict[str, Any]:
    """What the evidence keeps of the upload."""
    return dict(scene.request.events.get(kind="uploaded").facts)


def test_the_certificate_is_that_of_the_person_who_is_named() -> None:
    scene = waiting()
    with pytest.raises(RuleBroken, match=r"not of Anne Exemple .* signature by hand"):
        upload(scene, made(scene, authority(), Person("Bob Ozanne", "Ailleurs")))
    assert upload(scene, made(scene, authority())).number == 1


def test_a_signature_without_a_time_stamp_counts_only_where_the_setting_says_so(settings: Any) -> None:
    scene = waiting()
    bare = made(scene, replace(authority(), stamps=None))
    with pytest.raises(RuleBroken, match=r"level that is asked for \(B-T\)"):
        upload(scene, bare)
    settings.SIGNATURE_UPLOAD_LEVEL = "B-B"
    upload(scene, bare)
    assert (facts(scene)["level"], facts(scene)["revocation"]) == ("B-B", "off")


@dataclass
class Foreign:
    """An authority elsewhere, which answers about revocation on this address."""

    root: Identity
    url: str
    revoked: bool = False
    silent: bool = False

    def authority(self) -> Authority:
        """Ours for seals and stamps, theirs for who signs."""
        return replace(authority(), issue=self.issue)

    def issue(self, person: Person, at: datetime) -> Identity:
        """A certificate that names where its revocation is told, by request and by list."""
        key, subject = ec.generate_private_key(ec.SECP256R1()), certificates.subject_of(person)
        drafted = certificates._drafted(subject, self.root.certificate.subject, key, at - timedelta(days=1), at + timedelta(days=9))
        access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{self.url}ocsp"))
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{self.url}crl")], None, None, None)
        drafted = drafted.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        drafted = drafted.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        drafted = drafted.add_extension(certificates._key_usage(signs=True, certifies=False), critical=True)
        return Identity(drafted.sign(self.root.key, hashes.SHA256()), key)  # type: ignore[arg-type]

    def answer(self, asked: bytes) -> bytes:
        """What the responder says of a certificate (RFC 6960), signed by the root itself."""
        request, now = ocsp.load_der_ocsp_request(asked), timezone.now()
        status = ocsp.OCSPCertStatus.REVOKED if self.revoked else ocsp.OCSPCertStatus.GOOD
        built = ocsp.OCSPResponseBuilder().add_response_by_hash(
            request.issuer_name_hash, request.issuer_key_hash, request.serial_number, request.hash_algorithm, status,
            now - timedelta(minutes=1), now + timedelta(days=1), now - timedelta(hours=1) if self.revoked else None, None,
        )  # fmt: skip
        built = built.responder_id(ocsp.OCSPResponderEncoding.HASH, self.root.certificate)
        return built.sign(self.root.key, hashes.SHA256()).public_bytes(Encoding.DER)  # type: ignore[arg-type]


@contextmanager
def foreign() -> Iterator[Foreign]:
    """The authority, while its responder listens."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = b"" if theirs.silent else theirs.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(503 if theirs.silent else 200)
            self.end_headers()
            self.wfile.write(said)

        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *told: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Answering)
    theirs = Foreign(certificates.root(), f"http://127.0.0.1:{server.server_port}/")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield theirs
    server.shutdown()
    server.server_close()


def test_only_the_authorities_that_the_setting_names_are_believed(settings: Any, tmp_path: Path) -> None:
    scene, theirs = waiting(), Foreign(certificates.root(), "http://127.0.0.1:9/")
    pdf = made(scene, theirs.authority())
    with pytest.raises(RuleBroken, match="not recognised here"):
        upload(scene, pdf)
    (tmp_path / "root.pem").write_bytes(theirs.root.certificate.public_bytes(Encoding.PEM))
    settings.SIGNATURE_ANCHORS = [str(tmp_path)]
    with pytest.raises(RuleBroken, match="not recognised here"):
        upload(scene, pdf)  # those of the seal and of the time stamps say nothing of who signs elsewhere
    settings.SIGNATURE_ANCHORS, settings.SIGNATURE_UPLOAD_ANCHORS = [], [str(tmp_path)]
    assert judge(upload(scene, pdf).content(), timezone.now()).verdict.is_whole
    settings.SIGNATURE_SEAL = "/etc/guichet/seal.p12"
    assert len(upload_anchors()) == 1, "the demonstration's root stands for nobody where the body has a seal of its own"
    settings.SIGNATURE_UPLOAD_ANCHORS = []
    assert not is_open(Method.UPLOADED) and is_open(Method.INTERNAL) and is_open(Method.WET_INK)


def test_revocation_is_asked_where_the_setting_allows_it_and_the_evidence_says_what_was_learnt(settings: Any, tmp_path: Path) -> None:
    settings.SIGNATURE_UPLOAD_ANCHORS, settings.SIGNATURE_UPLOAD_REVOCATION = [str(tmp_path)], "hard"
    scene = waiting()
    with foreign() as theirs:
        (tmp_path / "root.pem").write_bytes(theirs.root.certificate.public_bytes(Encoding.PEM))
        pdf = made(scene, theirs.authority())
        theirs.revoked = True
        with pytest.raises(RuleBroken, match="was revoked"):
            upload(scene, pdf)
        theirs.revoked, theirs.silent = False, True
        with pytest.raises(RuleBroken, match="could not be learnt"):
            upload(scene, pdf)
        theirs.silent = False
        upload(scene, pdf)
    assert (facts(scene)["level"], facts(scene)["revocation"]) == ("B-T", "good")
    assert evidence.REVOCATION[facts(scene)["revocation"]]


def test_a_silent_authority_stops_nobody_where_the_setting_is_soft(settings: Any, tmp_path: Path) -> None:
    settings.SIGNATURE_UPLOAD_ANCHORS, settings.SIGNATURE_UPLOAD_REVOCATION = [str(tmp_path)], "soft"
    scene, theirs = waiting(), Foreign(certificates.root(), "http://127.0.0.1:9/")
    (tmp_path / "root.pem").write_bytes(theirs.root.certificate.public_bytes(Encoding.PEM))
    upload(scene, made(scene, theirs.authority()))
    assert facts(scene)["revocation"] == "silent"


def test_the_process_of_its_own_judges_by_the_same_roots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    from tests.contracts.signed_files import AT, FIRST, anchors, demonstration, stranger
    from tests.contracts.signed_files import made as document

    told = {"expected": [FIRST], "sent": document().sealed}
    for whose, trusted in ((demonstration(), True), (stranger(), False)):
        elsewhere = verifying.Elsewhere(FIRST, whose.anchors, ())
        verdict = bounded.check(document().once, anchors(), AT + timedelta(days=9), elsewhere=elsewhere, **told)  # type: ignore[arg-type]
        assert verdict.is_whole is trusted and verdict.people[0].names == ("Alice Été",)
        assert verdict.people[0].revocation == ("good" if trusted else "")
