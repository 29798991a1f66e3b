"""Write the seal of the house, then one signature after another, each as an addition at the end of the file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields as form
from pyhanko.sign import signers
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from contracts.pades.apart import apart
from contracts.pades.authority import Authority, NoAuthority
from contracts.pades.certificates import Identity, Person
from contracts.pades.reading import Reader
from contracts.pades.stamping import HouseStamps

SEAL_FIELD = "Seal"
SEAL_LABEL = "Cachet du guichet"
SECONDS_TO_STAMP = 10


class _Signer(signers.PdfSigner):
    """pyHanko's signer, at the instant of the act instead of the instant of the machine."""

    def __init__(self, *args: Any, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.at = at

    def init_signing_session(self, *args: Any, **options: Any) -> Any:
        """The session of pyHanko, which writes our instant."""
        session = super().init_signing_session(*args, **options)
        session.system_time = self.at
        return session


def seal(pdf: bytes, fields: Mapping[str, str], authority: Authority, at: datetime) -> bytes:
    """The document with every field that will be signed ({name: label}) and the seal that allows nothing but filling them.

    Fields are invisible and outside the page: nothing is drawn, so that an archive file stays one. Raises NoAuthority.
    """
    writer = _writer(pdf)
    for name, label in {SEAL_FIELD: SEAL_LABEL, **fields}.items():
        form.append_signature_field(writer, _field(name, label))
    _reads_in_order(writer)
    return _signed(writer, SEAL_FIELD, authority.seal, authority, at, certify=True)


def sign(pdf: bytes, field: str, person: Person, authority: Authority, at: datetime, reason: str) -> bytes:
    """The document with one more signature, in a field that waits for it; the key dies with this call. Raises NoAuthority."""
    if authority.issue is None:
        raise NoAuthority("no issuer")
    writer = _writer(pdf)
    return _signed(writer, field, authority.issue(person, at), authority, at, reason=reason, name=person.name)


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    return IncrementalPdfFileWriter.from_reader(Reader(pdf))


def _field(name: str, label: str) -> form.SigFieldSpec:
    outside = form.InvisSigSettings(set_print_flag=True, box_out_of_bounds=True)
    return form.SigFieldSpec(name, readable_field_name=label, invis_sig_settings=outside)


def _reads_in_order(writer: Any) -> None:
    """A tagged page that bears a field says that it is read in the order of its structure."""
    reference, _resources = writer.find_page_for_modification(0)
    page = reference.get_object()
    if "/Tabs" not in page:
        page["/Tabs"] = generic.NameObject("/S")
        writer.mark_update(reference)


def _signed(writer: IncrementalPdfFileWriter, field: str, identity: Identity, authority: Authority, at: datetime, **told: Any) -> bytes:
    about = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=form.SigSeedSubFilter.PADES, docmdp_permissions=form.MDPPerm.FILL_FORMS, **told
    )
    signer = _Signer(about, _pen(identity), timestamper=_stamps(authority, at), at=at)
    try:
        signed: BytesIO = apart(lambda: signer.sign_pdf(writer, existing_fields_only=True))
    except TimestampRequestError as error:
        raise NoAuthority("time stamps") from error
    return signed.getvalue()


def _pen(identity: Identity) -> signers.SimpleSigner:
    def read(one: Any) -> x509.Certificate:
        return x509.Certificate.load(one.public_bytes(Encoding.DER))

    known: Any = SimpleCertificateStore
    return signers.SimpleSigner(
        signing_cert=read(identity.certificate),
        signing_key=keys.PrivateKeyInfo.load(identity.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        cert_registry=known.from_certs([read(one) for one in identity.chain]),
        embed_roots=False,
    )


def _stamps(authority: Authority, at: datetime) -> TimeStamper | None:
    if authority.stamps_url:
        asked: Any = RequestsHTTPTimeStamper
        return asked(authority.stamps_url, timeout=SECONDS_TO_STAMP)
    return HouseStamps(authority.stamps, at) if authority.stamps else None
