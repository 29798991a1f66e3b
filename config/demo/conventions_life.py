"""Conventions of the demonstration that were signed: BACTHUB's, by three parties and in force; another that has expired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Organisation, RoleGrant, User
from accounts.roles import Role
from config.demo.conventions import approve, made_up, prepared_for
from config.demo.dossiers import replaying
from config.demo.people import DOMAIN, open_account, secret
from contracts.drafting.documents.delivery import make_file
from contracts.drafting.plan import plan_of
from contracts.life.services.ending import end_due, waive_payment
from contracts.life.services.force import enter_force
from contracts.models import Convention
from contracts.rules import READ
from contracts.signing.models import Signatory, SignatureRequest
from contracts.signing.services.opening import Asked, Terms, open_request
from contracts.signing.services.signing import Ceremony, sign
from contracts.signing.states import Level, Method, Mode
from contracts.states import ConventionState, Kind
from requests_app.models import Dossier
from requests_app.signatures import Signature
from requests_app.states import State
from workflow.periods import paris_day

#: What the legal officer notes: nobody pays in the demonstration for what nobody made.
FREE = "Exemple de démonstration : aucun devis n’est attaché à cette convention."
FUNCTION = "personne habilitée (démonstration)"


def furnish(people: dict[str, User], now: datetime) -> None:
    """Have one convention signed and brought into force, and another prepared, signed and expired; running it again changes nothing."""
    with replaying():
        for convention in Convention.objects.filter(dossier__is_demonstration=True, state=ConventionState.APPROVED).order_by("pk"):
            bring_into_force(convention, people, now - timedelta(days=40))
        if not Convention.objects.filter(dossier__is_demonstration=True, state=ConventionState.EXPIRED).exists():
            expired(people, now)


@transaction.atomic
def bring_into_force(convention: Convention, people: dict[str, User], at: datetime) -> None:
    """Sealed, signed by every party in turn, and in force."""
    make_file(convention.approved_version, "pdf", by=User.objects.system(), at=at)  # type: ignore[arg-type]
    parties = convention.parties_read()
    asked = [Asked(party, Method.INTERNAL, person=signs_for(party.organisation, at), function=FUNCTION) for party in parties]
    terms = Terms(Mode.SEQUENTIAL, Level.SIMPLE, at + timedelta(days=60))
    request = open_request(convention, asked, terms, by=people["officier"], at=at + timedelta(hours=1))
    for days, pk in enumerate(request.signatories.order_by("order_group").values_list("pk", flat=True), 1):
        _sign(Signatory.objects.get(pk=pk), request, at + timedelta(days=days))
    convention.refresh_from_db(fields=["journal_seq"])
    day = at + timedelta(days=len(asked) + 1)
    waive_payment(convention, FREE, by=people["juriste"], at=day)
    enter_force(convention, by=people["juriste"], at=day + timedelta(hours=1))


def _sign(signatory: Signatory, request: SignatureRequest, at: datetime) -> None:
    device = TOTPDevice.objects.get(user=signatory.person).persistent_id
    sign(signatory, Ceremony(Signature(device, {READ: request.document_sha256})), by=signatory.person, at=at)


def signs_for(body: Organisation, at: datetime) -> User:
    """Who commits a body in the demonstration: an account made for it, unless somebody does already."""
    grant = RoleGrant.objects.live().filter(role=Role.SIGNATORY, organisation=body).select_related("user").order_by("pk").first()
    if grant is not None:
        return grant.user
    email = f"signataire-{body.pk}@{DOMAIN}"
    person = open_account(email, at, first_name="Signataire", last_name=(body.short_name or body.name)[:60])
    RoleGrant.objects.create(user=person, role=Role.SIGNATORY, organisation=body, granted_at=at, granted_by=User.objects.system())
    TOTPDevice.objects.create(user=person, name="default", key=secret(email), confirmed=True)
    return person


@transaction.atomic
def expired(people: dict[str, User], now: datetime) -> None:
    """A provision of data whose last day has passed."""
    rows = Dossier.objects.filter(is_demonstration=True, state__in=[State.RUNNING, State.IN_PREPARATION], amends=None, conventions=None)
    rows = rows.exclude(content__controller=None).order_by("pk")
    dossier = next((one for one in rows if "officer" in one.roles_of(people["officier"])), None)
    if dossier is None:
        return
    begun = now - timedelta(days=160)
    since, until = paris_day(begun) + timedelta(days=10), paris_day(now) - timedelta(days=10)
    convention = prepared_for(dossier, Kind.PROVISION, people, begun, _lasting(since, until))
    convention.open_negotiation(by=people["juriste"], at=begun + timedelta(days=3))
    approve(convention, people["juriste"], begun + timedelta(days=6))
    bring_into_force(convention, people, begun + timedelta(days=8))
    end_due(convention, now - timedelta(days=9))


def _lasting(since: date, until: date) -> Callable[[Convention], Any]:
    """What is told of a text: made up, but for its term."""

    def wished(convention: Convention) -> Any:
        wish = made_up(plan_of(convention))
        return replace(wish, told={**wish.told, "term.from": since, "term.until": until})

    return wished
