"""Conventions of the demonstration: BACTHUB's partnership of three, approved; another in negotiation. Rooms above go on from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Organisation, User
from config.demo.dossiers import replaying
from contracts.drafting.parties import Proposed, proposed_parties
from contracts.drafting.plan import Plan, plan_of
from contracts.drafting.services.preparing import Wish, begin, set_parties, write_text
from contracts.drafting.services.versions import order_files
from contracts.models import Convention, ConventionVersion, TemplateVersion
from contracts.rules import READ
from contracts.states import Kind, PartyRole
from contracts.text.facts import FACTS
from contracts.text.values import Type
from requests_app.models import Dossier
from requests_app.signatures import Signature
from requests_app.states import AFTER_AUTHORISATION
from workflow.periods import paris_day

#: What nobody has said in the demonstration's dossiers, by type; made up, and saying so.
MADE_UP: dict[Type, Any] = {
    Type.TEXT: "Exemple de démonstration",
    Type.PASSAGE: ("Exemple de démonstration : texte imaginé.",),
    Type.LIST: ("Exemple de démonstration",),
    Type.DAY: date(2026, 1, 1),
    Type.AMOUNT: Decimal("1000.00"),
    Type.INTEGER: Decimal(24),
    Type.YES_NO: False,
}
LAST_DAY = date(2030, 12, 31)
#: Who represents whom, by the name of the body; imagined.
REPRESENTED = ("Personne imaginaire", "représentante légale (démonstration)")


def furnish(people: dict[str, User], now: datetime) -> None:
    """Give two dossiers their conventions; running it again changes nothing."""
    if Convention.objects.filter(dossier__is_demonstration=True).exists():
        return
    with replaying():
        bacthub(people, now)
        in_negotiation(people, now)
    for version in ConventionVersion.objects.filter(convention__dossier__is_demonstration=True).order_by("pk"):
        order_files(version)


@transaction.atomic
def bacthub(people: dict[str, User], now: datetime) -> Convention | None:
    """The partnership of AP-HP, Inserm and the operator: prepared by an officer, negotiated, approved by the legal officer."""
    dossier = Dossier.objects.filter(is_demonstration=True, content__acronym="BACTHUB", amends=None).first()
    if dossier is None or dossier.state not in AFTER_AUTHORISATION:
        return None
    convention = _prepared(dossier, Kind.PARTNERSHIP, people, now - timedelta(days=60), _three)
    convention.open_negotiation(by=people["juriste"], at=now - timedelta(days=55))
    approve(convention, people["juriste"], now - timedelta(days=50))
    return convention


@transaction.atomic
def in_negotiation(people: dict[str, User], now: datetime) -> Convention | None:
    """A provision of data that the parties now read."""
    rows = Dossier.objects.filter(is_demonstration=True, state="contracting", amends=None).exclude(content__controller=None)
    dossier = next((one for one in rows.order_by("pk") if "officer" in one.roles_of(people["officier"])), None)
    if dossier is None:
        return None
    convention = _prepared(dossier, Kind.PROVISION, people, now - timedelta(days=9), _all_represented)
    convention.open_negotiation(by=people["juriste"], at=now - timedelta(days=6))
    return convention


def _prepared(
    dossier: Dossier, kind: Kind, people: dict[str, User], at: datetime, settled: Callable[[Dossier], list[Proposed]]
) -> Convention:
    """A text written by an officer, and sent to the legal check."""
    officer = people["officier"]
    template = TemplateVersion.objects.in_force(paris_day(at)).filter(template__kind=kind).first()
    assert template is not None
    convention = begin(dossier, template, by=officer, at=at)
    set_parties(convention, settled(dossier), by=officer, at=at + timedelta(minutes=10))
    write_text(convention, made_up(plan_of(convention)), by=officer, at=at + timedelta(hours=1))
    convention.send_to_review(by=officer, at=at + timedelta(hours=2))
    return convention


def prepared_for(dossier: Dossier, kind: Kind, people: dict[str, User], at: datetime, wished: Callable[[Convention], Wish]) -> Convention:
    """The same for all proposed parties, with what is told of its text."""
    officer = people["officier"]
    template = TemplateVersion.objects.in_force(paris_day(at)).filter(template__kind=kind).first()
    assert template is not None
    convention = begin(dossier, template, by=officer, at=at)
    set_parties(convention, _all_represented(dossier), by=officer, at=at + timedelta(minutes=10))
    write_text(convention, wished(convention), by=officer, at=at + timedelta(hours=1))
    convention.send_to_review(by=officer, at=at + timedelta(hours=2))
    return convention


def _three(_dossier: Dossier) -> list[Proposed]:
    operator = Organisation.objects.filter(is_operator=True).order_by("pk").first()
    assert operator is not None
    hospital, institute = _body("Assistance Publique – Hôpitaux de Paris (AP-HP)"), _body("Inserm")
    roles = PartyRole.HOLDER.value, PartyRole.CONTROLLER.value, PartyRole.OPERATOR.value
    told = [(hospital, roles[0]), (institute, roles[1]), (operator, roles[2])]
    return [_represented(Proposed(body, (role,), name=body.name, address=body.city or "Paris")) for body, role in told]


def _body(name: str) -> Organisation:
    """A body of the demonstration, by its name."""
    found, _new = Organisation.objects.get_or_create(name=name, defaults={"city": "Paris"})
    return found


def _all_represented(dossier: Dossier) -> list[Proposed]:
    return [_represented(one) for one in proposed_parties(dossier)]


def _represented(party: Proposed) -> Proposed:
    name, function = REPRESENTED
    told: Any = {
        "representative_name": party.representative_name or name,
        "representative_function": party.representative_function or function,
    }
    return replace(party, **told, address=party.address or "Paris")


def made_up(plan: Plan) -> Wish:
    """What is asked: as it is proposed, else made up."""
    told = {code: plan.initial.get(code, MADE_UP[FACTS[code].type]) for code in plan.asked}
    told |= {"term.until": LAST_DAY} if "term.until" in told else {}
    chosen: dict[str, dict[str, Any]] = {}
    for clause, parameter in plan.parameters:
        if not parameter.default:
            chosen.setdefault(clause.code, {})[parameter.code] = MADE_UP[parameter.type]
    return Wish(told, chosen)


def approve(convention: Convention, officer: User, at: datetime) -> None:
    """The legal officer approves the last version, with their second factor."""
    version: Any = convention.latest()
    signed = Signature(TOTPDevice.objects.get(user=officer).persistent_id, {READ: version.sha256})
    convention.approve(by=officer, at=at, version=version, signed=signed)
