"""Citizens' rights in the demonstration: who holds which database, and what is declared there; the other databases stay undeclared."""

from __future__ import annotations

from datetime import date, datetime

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import ApiClient, Organisation, RoleGrant, User
from accounts.roles import Role
from accounts.services import create_api_client, grant_role
from catalogue.models import Database
from config.demo.people import INSTITUTE
from extractions.services.opening import cnam
from rights.entitlements.models import Entitlement
from rights.entitlements.services.declaring import approve, declare
from rights.entitlements.services.loading import load
from rights.policies import ANSWER
from rights.states import Level, Right

#: The account that answers for every controller but the CNAM, which has its own.
AGENT = "responsable"
APHP, DGS = "Assistance publique – Hôpitaux de Paris (AP-HP)", "Ministère chargé de la santé, direction générale de la santé (DGS)"
#: Controller → the databases that it holds on this site.
HELD = {APHP: ("bndmr", "eds-aphp"), DGS: ("si-vic",), INSTITUTE: ("tarpon", "e-sis")}
#: Databases of which the demonstration imagines that people may object, and how far: to one study of their choice, or to all research.
OPPOSED = {"tarpon": [Level.STUDY, Level.RESEARCH], "e-sis": [Level.RESEARCH]}
#: A system of two controllers: it has no key and no token, so that nothing can come in by it until an agent registers a key.
SYSTEM = "Réponses aux demandes de droits (démonstration)"
#: A statement that awaits its approval, so that the officer has something to do: database, first day.
WAITING = ("hepather", date(2026, 1, 1))


def furnish(people: dict[str, User], now: datetime) -> None:
    """Name the holders, load what is declared, and leave one statement to be approved; nothing twice."""
    name_holders(people, now)
    load(by=User.objects.system(), at=now, approver=people["dpo"])
    for body in (cnam(), Organisation.objects.get(name=APHP)):
        let_a_system_in(body, people["admin"], now)
    for slug, levels in OPPOSED.items():
        _let_object(slug, levels, people, now)
    _leave_one_waiting(people, now)


def let_a_system_in(body: Organisation, keeper: User, now: datetime) -> None:
    """A system of a controller that may answer requests, without a key."""
    if ApiClient.objects.filter(organisation=body, scopes__contains=[ANSWER]).exists():
        return
    if body.verified_at is None:
        Organisation.objects.filter(pk=body.pk).update(verified_at=now, verified_by=keeper)
        body.refresh_from_db()
    create_api_client(name=SYSTEM, organisation=body, scopes=(ANSWER,), by=keeper, at=now)


def name_holders(people: dict[str, User], now: datetime) -> None:
    """The national insurer for the main database, two bodies for three others, and who answers for them."""
    Database.objects.filter(slug="base-principale", holder=None).update(holder=cnam())
    for name, slugs in HELD.items():
        body, _new = Organisation.objects.get_or_create(name=name, defaults={"kind": "public_body"})
        Database.objects.filter(slug__in=slugs, holder=None).update(holder=body)
        role = Role.DATA_CONTROLLER_AGENT.value
        if not RoleGrant.objects.live().filter(user=people[AGENT], role=role, organisation=body).exists():
            grant_role(user=people[AGENT], role=role, organisation=body, by=User.objects.system(), at=now)


def _let_object(slug: str, levels: list[Level], people: dict[str, User], now: datetime) -> None:
    """An imagined statement, which says so."""
    database = Database.objects.filter(slug=slug).first()
    if database is None or Entitlement.objects.filter(database=database).exists():
        return
    row = Entitlement(
        database=database,
        right=Right.OPPOSITION,
        available="yes",
        levels=levels,
        scope_fr="Exemple de démonstration : vos données ne servent plus.",
        scope_en="Demonstration example: your data are no longer used.",
        evidence="N2",
        legal_basis="RGPD, art. 21",
        source="Exemple de démonstration, déclaration imaginée",
        valid=DateRange(date(2025, 1, 1), None),
    )
    approve(declare(row, by=people[AGENT], at=now), by=people["dpo"], at=now)


def _leave_one_waiting(people: dict[str, User], now: datetime) -> None:
    slug, first_day = WAITING
    database = Database.objects.filter(slug=slug).first()
    if database is None or Entitlement.objects.filter(database=database).exists():
        return
    row = Entitlement(
        database=database,
        right=Right.ACCESS,
        available="yes",
        scope_fr="Exemple de démonstration : les réponses aux questionnaires de la cohorte.",
        scope_en="Demonstration example: the answers to the questionnaires of the cohort.",
        evidence="N2",
        legal_basis="RGPD, art. 15",
        source="Exemple de démonstration, déclaration imaginée",
        valid=DateRange(first_day, None),
    )
    declare(row, by=people[AGENT], at=now)
