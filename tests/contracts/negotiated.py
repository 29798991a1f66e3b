"""A convention in negotiation, of four clauses: two free, one whose value may change, one locked; and those who speak about it."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import docx
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from accounts.roles import Role
from contracts.check_codes import new_code
from contracts.drafting.services.versions import add_version
from contracts.models import Clause, ClauseVersion, Convention, Party, Template, TemplateVersion
from contracts.negotiating.services.proposing import Wish
from contracts.negotiating.states import ProposalKind
from contracts.states import Kind, Origin
from contracts.text.assemble import Order, assemble
from contracts.text.clauses import ClauseText, Entry, Parameter, TemplateText, Text, clause_content, sha256, template_content
from contracts.text.document import Negotiable
from contracts.text.docx import DOCX, docx_of
from contracts.text.values import Type
from requests_app.models import Content
from requests_app.states import State
from tests.accounts.factories import OrganisationFactory, RoleGrantFactory, UserFactory
from tests.fees.quoting import set_columns
from tests.requests_app.factories import a_draft, cast

MONTHS = Parameter("months", Text("Délai, en mois", "Period, in months"), Type.INTEGER, "6", "3", "12")
CLAUSES = (
    ClauseText("purpose", 1, Text("Objet"), Text("La convention organise la mise à disposition des données."), Negotiable.FREE),
    ClauseText(
        "delay",
        1,
        Text("Délai"),
        Text("Les résultats sont publiés sous [[parameter.months]] mois."),
        Negotiable.PARAMETERS,
        None,
        (MONTHS,),
    ),
    ClauseText("security", 1, Text("Sécurité"), Text("Les données ne quittent pas la plateforme."), Negotiable.LOCKED),
    ClauseText("results", 1, Text("Résultats"), Text("Les résultats sont rendus publics.\n\n- un article\n- un résumé"), Negotiable.FREE),
)


def those_who_negotiate() -> dict[str, Any]:
    """Owner and editor of the dossier, two officers, two legal officers, an agent of the holder, and somebody without any part."""
    people = cast()
    people |= {"editor": UserFactory(), "second": UserFactory(officer=True), "stranger": UserFactory()}
    people |= {"legal": UserFactory(roles=[Role.LEGAL_OFFICER]), "other_legal": UserFactory(roles=[Role.LEGAL_OFFICER])}
    people["holder"], people["agent"] = OrganisationFactory(name="Caisse exemple"), UserFactory(device=True)
    RoleGrantFactory(user=people["agent"], role=Role.DATA_CONTROLLER_AGENT, organisation=people["holder"])
    return people


def a_convention(people: dict[str, Any]) -> Convention:
    """A convention in preparation, with its first version."""
    at = timezone.now() - timedelta(days=3)
    dossier = a_draft(people, at=at - timedelta(days=30), filled=False)
    controller = OrganisationFactory(name="CHU exemple")
    Content.objects.filter(pk=dossier.pk).update(controller=controller, title="Suivi des personnes épileptiques")
    with transaction.atomic():
        set_columns(dossier, state=State.AUTHORISED, journal_seq=1, submitted_at=at, moved_at=at, authorised_on=at.date(), basis="express")
    template = _template(people["legal"], at)
    convention = Convention.objects.create(
        number=f"CONV-2026-{Convention.objects.count() + 1:05d}",
        kind=Kind.PROVISION,
        title="Mise à disposition",
        dossier=dossier,
        template=template,
        prepared_at=at,
        prepared_by=people["officer"],
        check_code=new_code(),
    )
    operator = Organisation.objects.filter(is_operator=True).first() or OrganisationFactory(name="Opérateur", is_operator=True)
    for place, (body, role) in enumerate(((operator, "operator"), (people["holder"], "holder"), (controller, "controller")), 1):
        told = {"name": body.name, "representative_name": "Anne Exemple"}
        Party.objects.create(convention=convention, position=place, organisation=body, roles=[role], **told)
    order = Order(number=convention.number, language="fr", parties=convention.parties_said(), facts={})
    document = assemble(template.text, {(one.code, one.number): one for one in CLAUSES}, order)
    add_version(convention, document, Origin.GENERATED, by=people["officer"], at=at)
    return Convention.objects.for_reading().get(pk=convention.pk)


def _template(author: Any, at: Any) -> TemplateVersion:
    told = {"author": author, "created_at": at, "edited_at": at, "number": 1}
    for place, one in enumerate(CLAUSES):
        clause, _made = Clause.objects.get_or_create(code=one.code, defaults={"position": place, "created_at": at, "created_by": author})
        content = clause_content(one)
        ClauseVersion.objects.get_or_create(
            clause=clause, number=1, defaults=told | {"content": content, "content_sha256": sha256(content)}
        )
    text = TemplateText(
        "essai", 1, Kind.PROVISION, Text("Convention"), tuple(Entry(one.code, 1, sha256(clause_content(one))) for one in CLAUSES)
    )
    made, _new = Template.objects.get_or_create(code="essai", defaults={"kind": Kind.PROVISION, "created_at": at, "created_by": author})
    content = template_content(text)
    known = told | {"content": content, "content_sha256": sha256(content), "valid": (at.date(), None)}
    version, _made = TemplateVersion.objects.get_or_create(template=made, number=1, defaults=known)
    return TemplateVersion.objects.get(pk=version.pk)


def a_negotiation(people: dict[str, Any]) -> Convention:
    """The same, open to its parties."""
    convention = a_convention(people)
    at = timezone.now() - timedelta(days=2)
    convention.send_to_review(by=people["officer"], at=at)
    convention.open_negotiation(by=people["officer"], at=at)
    return Convention.objects.for_reading().get(pk=convention.pk)


def words(body: str, code: str = "purpose", title: str = "Objet", **told: Any) -> Wish:
    """Other words for a clause."""
    return Wish(ProposalKind.REWRITE, code, title, body, **told)


def returned(convention: Convention, *changes: tuple[str, str], name: str = "convention.docx") -> SimpleUploadedFile:
    """The file of the last version as a counterparty would send it back, with words replaced in it."""
    version = convention.latest()
    assert version is not None
    file = docx.Document(io.BytesIO(docx_of(version.document)))
    for before, after in changes:
        found = [one for one in file.paragraphs if before in one.text]
        assert found, f"{before!r} is not in the file"
        found[0].runs[0].text = found[0].text.replace(before, after)
    written = io.BytesIO()
    file.save(written)
    return SimpleUploadedFile(name, written.getvalue(), DOCX)
