"""A small library, a dossier that is authorised, and conventions at each stage of their drafting, for the tests of conventions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Organisation
from accounts.roles import Role
from contracts.clauses.checklists import items_for
from contracts.drafting.parties import Proposed
from contracts.drafting.services.preparing import Wish, begin, set_parties, write_text
from contracts.library.services.drafts import Said, begin_clause, begin_template, draw_up_clause, draw_up_template, entries_of
from contracts.models import Convention, Template, TemplateVersion
from contracts.rules import READ
from contracts.states import Kind
from contracts.text.clauses import ClauseText, Parameter, TemplateText, Text
from contracts.text.document import Negotiable
from contracts.text.values import Type
from fees.tariff.dto import Check
from fees.tariff.vocabulary import Operator
from requests_app.models import Dossier
from requests_app.signatures import Signature
from requests_app.states import State
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.fees.quoting import a_light_dossier, set_columns
from tests.requests_app.factories import cast

CLAUSES = (
    ClauseText("scope", 1, Text("Objet", "Scope"), Text("Le projet « [[dossier.title]] » ([[dossier.reference]]).", "The project.")),
    ClauseText(
        "payment",
        1,
        Text("Paiement", "Payment"),
        Text("Le paiement est dû sous [[parameter.days]] jours.", "Payment is due within [[parameter.days]] days."),
        Negotiable.PARAMETERS,
        parameters=(Parameter("days", Text("délai de paiement, en jours", "days"), Type.INTEGER, "30", "15", "60"),),
    ),
    ClauseText(
        "words", 1, Text("Publication", "Results"), Text("Les parties, [[parties.names]], publient.", "They publish."), Negotiable.FREE
    ),
    ClauseText(
        "platform",
        1,
        Text("Espace", "Platform"),
        Text("Les données sont analysées dans [[platform.name]].", "On the platform."),
        condition=Check("platform.is_used", Operator.IS_TRUE, ()),
    ),
    ClauseText("term", 1, Text("Durée", "Term"), Text("Elle prend effet le [[term.from]].", "From [[term.from]].")),
)
FROM = date(2026, 9, 1)


def a_library(kind: str = Kind.PROVISION, author: Any = None, approver: Any = None) -> TemplateVersion:
    """One template of a kind with five clauses: locked, by parameters, free, under a condition, with a fact that is told."""
    author, approver = author or UserFactory(roles=[Role.LEGAL_OFFICER]), approver or UserFactory(roles=[Role.LEGAL_OFFICER])
    at = timezone.now() - timedelta(days=40)
    covered = tuple(item.code for item in items_for(kind))
    for place, clause in enumerate(CLAUSES):
        text = replace(clause, covers=covered) if clause.code == "scope" else clause
        version = draw_up_clause(begin_clause(text.code, by=author, at=at, position=place), text, by=author, at=at)
        version.ask_review(by=author, at=at)
        version.approve(by=approver, at=at)
    template: Template = begin_template(f"modele-{kind}".replace("_", "-"), kind, by=author, at=at)
    entries = entries_of([one.code for one in CLAUSES])
    title = Text("Convention de mise à disposition", "Agreement")
    text = TemplateText(template.code, 1, kind, title, tuple(entries[one.code] for one in CLAUSES), ("A2", "A3", "A5"), ())
    made: TemplateVersion = draw_up_template(template, Said(date(2026, 1, 1)), text, by=author, at=at)
    made.ask_review(by=author, at=at)
    made.approve(by=approver, at=at)
    return made


def an_authorised_dossier(people: dict[str, Any], **changes: Any) -> Dossier:
    """A dossier that is being contracted."""
    now = timezone.now()
    dossier = a_light_dossier(people, State.COMPLETE, **changes)
    told = {"basis": "express", "authorised_on": now.date() - timedelta(days=5), "authorisation_number": "DR-2026-007"}
    set_columns(dossier, state=State.CONTRACTING, **told)
    return Dossier.objects.select_related("content__controller").get(pk=dossier.pk)


@dataclass
class Scene:
    """A convention, its dossier, and who acts on it."""

    people: dict[str, Any]
    dossier: Dossier
    template: TemplateVersion
    convention: Convention

    @property
    def officer(self) -> Any:
        return self.people["officer"]

    @property
    def lawyer(self) -> Any:
        return self.people["lawyer"]


def a_convention(*, written: bool = True, at: datetime | None = None, **changes: Any) -> Scene:
    """A convention that an officer has begun for a dossier and, unless told, written once."""
    people = cast() | {"lawyer": UserFactory(roles=[Role.LEGAL_OFFICER])}
    at = at or timezone.now() - timedelta(hours=3)
    dossier, template = (
        an_authorised_dossier(people, **{"hosting": "operator", "hosting_name": "l’espace", "matching": False} | changes),
        a_library(),
    )
    operator, _new = Organisation.objects.get_or_create(is_operator=True, defaults={"name": "Opérateur"})
    convention = begin(dossier, template, by=people["officer"], at=at)
    body = dossier.content.controller
    told = [(operator, "operator"), (body, "controller")]
    parties = [
        Proposed(one, (role,), one.name, representative_name="Anne Exemple", representative_function="directrice") for one, role in told
    ]
    set_parties(convention, parties, by=people["officer"], at=at + timedelta(minutes=1))
    scene = Scene(people, dossier, template, convention)
    if written:
        write_text(convention, Wish({"term.from": FROM}), by=people["officer"], at=at + timedelta(minutes=2))
    return scene


def a_representative(scene: Scene) -> Any:
    """Somebody who signs for the party beside the operator, and is not on the team."""
    person = UserFactory(device=True)
    RoleGrantFactory(user=person, role=Role.SIGNATORY, organisation=scene.dossier.content.controller)
    return person


def signed_by(person: Any, convention: Convention) -> Signature:
    """What somebody brings who has just read the last version."""
    device, version = TOTPDevice.objects.filter(user=person).first(), convention.latest()
    return Signature(device.persistent_id if device else "", {READ: version.sha256 if version else ""})


def approved(scene: Scene) -> Convention:
    """The convention, checked and approved by the legal officer."""
    now = timezone.now() - timedelta(hours=1)
    scene.convention.send_to_review(by=scene.officer, at=now)
    told = {"version": scene.convention.latest(), "signed": signed_by(scene.lawyer, scene.convention)}
    scene.convention.approve(by=scene.lawyer, at=now + timedelta(minutes=1), **told)
    return scene.convention
