"""What the pages of the room show, and to whom."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from catalogue.models import Database
from extractions.states import Kind
from rights.models import Routing
from rights.oppositions import policies, proofs
from rights.oppositions.forms import AttestForm, CompareForm, KeyForm, SetForm
from rights.oppositions.guard import age_on
from rights.oppositions.models import OppositionSet, SigningKey
from rights.oppositions.services.publishing import receipts_for
from rights.oppositions.terms import terms_on
from rights.policies import controllers_of
from rights.states import Right
from ui.pagination import page_of
from ui.words import day_in_words
from workflow.periods import paris_day

ROWS = 50
#: What stands above the forms of a key and of a version.
REGISTERING = _(
    "Make both keys once, on your side, with the command “cle” of the tool; it prints the public key. Once it is registered, the data"
    " protection officer calls you, and you read its fingerprint out from the page of the sets."
)
PUBLISHING = _(
    "Fetch the receipts of the database, build the version with the command “construire” of the tool, and bring the file that ends in"
    " .manifeste.json: counts, roots and a signature. The file .set stays with you."
)


def masked(count: int) -> int | None:
    """A number of people as the public reads it: rounded down to ten, and nothing below the threshold."""
    return count // 10 * 10 if count >= settings.RIGHTS_THRESHOLD else None


def newest() -> QuerySet[OppositionSet]:
    """The last version of every database."""
    found: QuerySet[OppositionSet] = OppositionSet.objects.order_by("database_id", "-version").distinct("database_id")
    return found.select_related("database", "key__organisation")


def sets_shown(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Every database with a set: its last version, and how old it is."""
    day = paris_day(now)
    rows = [
        {"set": one, "count": masked(one.count), "age": age_on(one, day)} for one in sorted(newest(), key=lambda one: one.database.acronym)
    ]
    return {
        "rows": rows,
        "threshold": settings.RIGHTS_THRESHOLD,
        "terms": terms_on(day),
        "keys": SigningKey.objects.filter(verified_at__isnull=False).select_related("organisation"),
    }


def versions_shown(request: HttpRequest, slug: str) -> dict[str, Any]:
    """The versions of one database; 404 where none was published."""
    database = get_object_or_404(Database, slug=slug)
    page = page_of(OppositionSet.objects.of(database.pk).select_related("key__organisation"), request, ROWS)
    if not page.paginator.count:
        raise Http404
    rows = [{"set": one, "count": masked(one.count)} for one in page]
    return {"database": database, "page": page, "rows": rows, "threshold": settings.RIGHTS_THRESHOLD}


def versions_file(slug: str) -> dict[str, Any]:
    """The versions of one database as they were signed, the first one first."""
    rows = OppositionSet.objects.filter(database__slug=slug).select_related("key").order_by("version")
    told = [{"signed": json.loads(one.text), "signature": one.signature, "public_key": one.key.public} for one in rows]
    if not told:
        raise Http404
    return {"database": slug, "versions": told}


def proof_for(ticket: str, now: datetime) -> dict[str, Any]:
    """The proof that a form asks for; 404 once its hour has passed."""
    found = proofs.commitment_for(ticket)
    if found is None or found.entered is None:
        raise Http404
    return proofs.proof_of(found, now)


# --- the staff ---
def seen(request: HttpRequest) -> bool:
    """Is the page of the sets one of the reader's?"""
    return policies.sees(request.user)


def desk_shown(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """The keys and databases of the reader's bodies; all of them for who compares or watches. 404 for others."""
    if not seen(request):
        raise Http404
    keys, databases = SigningKey.objects.select_related("organisation"), _databases(request.user)
    last = {one.database_id: one for one in newest().filter(database__in=databases)}
    day = paris_day(now)
    terms = terms_on(day)
    rows = [{"database": one, "last": last.get(one.pk), "age": age_on(last[one.pk], day) if one.pk in last else None} for one in databases]
    return {
        "rows": rows,
        "keys": keys if policies.compares(request.user) else keys.filter(organisation__in=policies.signs_for(request.user)),
        "terms": terms,
        "keeps": policies.keeps_keys(request.user),
        "publishes": bool(controllers_of(request.user)),
        "compares": policies.compares(request.user),
    }


def _databases(user: Any) -> list[Database]:
    """The databases for whose oppositions a person answers; for who watches, those that have any."""
    asked = Routing.objects.filter(right=Right.OPPOSITION)
    if not controllers_of(user):
        sets = OppositionSet.objects.values("database")
        return list(Database.objects.filter(pk__in=asked.values("database")) | Database.objects.filter(pk__in=sets))
    mine = controllers_of(user)
    held = Database.objects.filter(holder__in=mine, active=True)
    return list(held | Database.objects.filter(pk__in=asked.filter(organisation__in=mine).values("database")))


def database_for(request: HttpRequest, slug: str) -> Database:
    """A database for whose oppositions the reader answers; 404 otherwise."""
    found = get_object_or_404(Database, slug=slug)
    if not seen(request) or not policies.may_publish(request.user, found):
        raise Http404
    return found


def receipts_file(request: HttpRequest, slug: str, now: datetime) -> dict[str, Any]:
    """What the controller's tool needs for the next version."""
    return receipts_for(database_for(request, slug), by=request.user, at=now)


def key_form(request: HttpRequest) -> KeyForm:
    """The form of a new key; 404 for who answers for no body."""
    if not policies.keeps_keys(request.user):
        raise Http404
    return KeyForm(request.POST if request.method == "POST" else None, user=request.user)


def set_form(request: HttpRequest) -> SetForm:
    """The form of a new version; 404 for who answers for no controller."""
    if not controllers_of(request.user):
        raise Http404
    return SetForm(*((request.POST, request.FILES) if request.method == "POST" else ()))


def attest_form(request: HttpRequest, ticket: Any) -> AttestForm:
    """The form of an attestation; 404 for a ticket that delivers nothing."""
    if ticket.kind != Kind.DELIVERY:
        raise Http404
    return AttestForm(*((request.POST, request.FILES) if request.method == "POST" else ()))


def compared(request: HttpRequest, pk: int) -> tuple[SigningKey, CompareForm]:
    """A key that the reader may compare; 404 otherwise."""
    found: SigningKey = get_object_or_404(SigningKey.objects.select_related("organisation"), pk=pk, verified_at=None, revoked_at=None)
    if not policies.compares(request.user) or found.registered_by_id == request.user.pk:
        raise Http404
    return found, CompareForm(request.POST if request.method == "POST" else None)


def key_for(request: HttpRequest, pk: int) -> SigningKey:
    """A key of the reader's bodies, or any for who compares; 404 otherwise."""
    found: SigningKey = get_object_or_404(SigningKey.objects.select_related("organisation"), pk=pk)
    if not policies.compares(request.user) and found.organisation_id not in policies.signs_for(request.user):
        raise Http404
    return found


def ending(key: SigningKey) -> Any:
    """What is said before a key is revoked; its fingerprint may still be one that the reader has to be read."""
    told = {"name": key.organisation.name, "day": day_in_words(key.registered_at)}
    return (
        _(
            "The key of %(name)s that was registered on %(day)s: nothing more that it signs is taken, no version and no attestation,"
            " at once and for good. What it signed before stays as it is."
        )
        % told
    )
