"""A convention that is approved, as light rows, with its document and people who may sign it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.roles import Role
from contracts.authorities import FOLDER
from contracts.check_codes import new_code
from contracts.models import Convention, ConventionVersion, Party, Template, TemplateVersion, VersionFile
from contracts.pades.authority import make
from contracts.rules import READ
from contracts.signing.models import Signatory, SignatureRequest
from contracts.signing.services import signing
from contracts.signing.services.opening import Asked, Terms, open_request
from contracts.signing.states import Level, Method, Mode
from contracts.text.clauses import TemplateText, Text, canonical, template_content
from contracts.text.document import write
from requests_app.signatures import Signature
from tests.accounts.factories import MembershipFactory, OrganisationFactory, RoleGrantFactory, UserFactory
from tests.contracts.signed_files import drawn
from tests.contracts.texts import document
from tests.fees.quoting import set_columns

CONSENT = {"consent": "on"}


def code_of(person: Any) -> str:
    """The code that the person's authentication application shows now."""
    device = TOTPDevice.objects.get(user=person)
    return f"{totp(device.bin_key):06d}"


@cache
def keys() -> Path:
    """A folder of keys, made once: the authority is not what these tests are about."""
    folder = Path(mkdtemp())
    make(folder / FOLDER)
    return folder


@dataclass
class Scene:
    """A convention and everybody around it: two bodies, each with somebody who may commit it."""

    convention: Convention
    officer: Any
    colleague: Any
    parties: list[Party]
    signers: list[Any] = field(default_factory=list)

    @property
    def request(self) -> SignatureRequest:
        """Its last request, read again."""
        found: SignatureRequest = SignatureRequest.objects.for_reading().order_by("-pk")[0]
        return found

    def signatory(self, place: int) -> Signatory:
        """Who is asked to sign in this place, read again."""
        return self.request.signatories_read()[place]


def an_approved_convention(*, bodies: int = 2, state: str = "approved") -> Scene:
    """Rows that say what the moves would have written, and the document of the version."""
    now = timezone.now()
    officer, colleague, lawyer = UserFactory(officer=True), UserFactory(officer=True), UserFactory(roles=[Role.LEGAL_OFFICER])
    template = Template.objects.create(code=f"essai{officer.pk}", kind="joint_processing", created_at=now, created_by=officer)
    text = TemplateText(template.code, 1, "joint_processing", Text("Essai", "Trial"), (), (), ())
    content = canonical(template_content(text))
    version_of = TemplateVersion.objects.create(
        template=template, number=1, content=content, content_sha256=_hash(content), author=officer, writers=[officer.pk],
        created_at=now, edited_at=now, valid=DateRange(date(2026, 1, 1), None),
    )  # fmt: skip
    convention = Convention.objects.create(
        number=f"CONV-2026-{officer.pk:05d}", kind="joint_processing", title="Convention d’essai", template=version_of,
        prepared_at=now - timedelta(days=3), prepared_by=officer, check_code=new_code(),
    )  # fmt: skip
    scene = Scene(convention, officer, colleague, [])
    for place in range(1, bodies + 1):
        body, person = OrganisationFactory(), UserFactory(device=True)
        MembershipFactory(user=person, organisation=body)
        RoleGrantFactory(user=person, role=Role.SIGNATORY, organisation=body)
        told = {"roles": ["operator" if place == 1 else "controller"], "representative_name": person.full_name}
        scene.parties.append(Party.objects.create(convention=convention, position=place, organisation=body, name=body.name, **told))
        scene.signers.append(person)
    said = write(document(number=convention.number))
    version = ConventionVersion.objects.create(
        convention=convention, number=1, origin="generated", content=said, sha256=_hash(said), by=officer, at=now
    )
    made = VersionFile(version=version, format="pdf", sha256=hashlib.sha256(drawn()).hexdigest(), made_at=now)
    made.file.save("convention.pdf", ContentFile(drawn()), save=False)
    made.save()
    columns = {"state": state, "approved_version_id": version.pk, "approved_by_id": lawyer.pk, "approved_at": now - timedelta(days=1)}
    with transaction.atomic():
        set_columns(convention, **columns | {"moved_at": now - timedelta(days=1), "journal_seq": 1})
    scene.convention = Convention.objects.for_reading().get(pk=convention.pk)
    return scene


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sent(scene: Scene, mode: str = Mode.SEQUENTIAL, *methods: str, until: timedelta = timedelta(days=30)) -> Scene:
    """The same, sealed and sent: everybody signs on the site unless told otherwise."""
    asked = []
    for place, (party, person) in enumerate(zip(scene.parties, scene.signers, strict=True)):
        method = methods[place] if methods else Method.INTERNAL
        who = person if method == Method.INTERNAL else None
        asked.append(Asked(party, method, who, "" if who else "Anne Exemple", "directrice", place + 1))
    now = timezone.now()
    open_request(scene.convention, asked, Terms(mode, Level.SIMPLE, now + until), by=scene.officer, at=now)
    return scene


def ceremony(scene: Scene, person: Any, pdf: bytes = b"") -> signing.Ceremony:
    """What somebody brings who has just read the document and given the code of their own device."""
    device = TOTPDevice.objects.filter(user=person).first()
    return signing.Ceremony(Signature(device.persistent_id if device else "", {READ: scene.request.document_sha256}), "192.0.2.0/24", pdf)


def sign(scene: Scene, place: int, by: Any = None, at: datetime | None = None) -> Any:
    """The signature of who is asked in this place."""
    signatory = scene.signatory(place)
    person = by or signatory.person
    return signing.sign(signatory, ceremony(scene, person), by=person, at=at or timezone.now())


def a_scan() -> SimpleUploadedFile:
    """A page that came back on paper."""
    return SimpleUploadedFile("signature.pdf", drawn("Signé à la main"), content_type="application/pdf")
