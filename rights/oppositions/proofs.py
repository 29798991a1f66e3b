"""The proof of one opposition: where its leaf stands in each version since it entered, and what deliverers attested of those versions.

It holds no identity and no code. Whoever has the code works the leaf out alone and checks the rest with `tools/opposition_proof.py`.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core import signing

from rights.oppositions.deliveries import Delivery, of_databases
from rights.oppositions.documents import PROOF
from rights.oppositions.models import Attestation, Commitment, OppositionSet, ReceiptBlock
from rights.oppositions.receipts import path_of
from rights.states import Level

SALT, LASTS = "rights.oppositions.proof", 3600


def ticket_for(commitment: Commitment) -> str:
    """What asks for this proof in the body of a form for an hour, so that no code travels once more."""
    return signing.dumps(commitment.pk, salt=SALT)


def commitment_for(ticket: str) -> Commitment | None:
    """The opposition of such a ticket; None for any other text."""
    try:
        pk = signing.loads(ticket, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    found: Commitment | None = Commitment.objects.select_related("routing__database", "entered", "left").filter(pk=pk).first()
    return found


def versions_of(commitment: Commitment) -> list[OppositionSet]:
    """The versions that hold an opposition, the first one first."""
    if commitment.entered is None:
        return []
    rows = OppositionSet.objects.filter(database=commitment.routing.database_id, version__gte=commitment.entered.version)
    if commitment.left is not None:
        rows = rows.filter(version__lt=commitment.left.version)
    return list(rows.select_related("key").order_by("version"))


def concerns(commitment: Commitment, delivery: Delivery) -> bool:
    """Does the opposition bear on this delivery: on any, or on those of the one study that it names?"""
    return commitment.routing.level != Level.STUDY or delivery.fiche == commitment.routing.study


def excluded(commitment: Commitment, delivery: Delivery) -> bool:
    """Was the person left out of a delivery: it was made with a version that holds the opposition?"""
    if delivery.version is None or commitment.entered is None:
        return False
    left = commitment.left.version if commitment.left is not None else None
    return commitment.entered.version <= delivery.version and (left is None or delivery.version < left)


def since(commitment: Commitment, delivered: list[Delivery]) -> list[Delivery]:
    """The deliveries on which an opposition bears, from the day of its first version until that of the first without it."""
    if commitment.entered is None:
        return []
    until = commitment.left.effective_at if commitment.left is not None else None
    return [
        one
        for one in delivered
        if concerns(commitment, one) and one.announced_at >= commitment.entered.effective_at and (until is None or one.announced_at < until)
    ]


def proof_of(commitment: Commitment, at: datetime) -> dict[str, Any]:
    """The document of a proof."""
    versions = versions_of(commitment)
    paths = _paths(commitment, versions)
    database = commitment.routing.database
    delivered = since(commitment, of_databases([database.pk], versions[0].effective_at)[database.pk]) if versions else []
    attested = Attestation.objects.filter(pk__in=[one.attestation for one in delivered if one.attestation]).select_related("key")
    return {
        "format": PROOF,
        "made_at": at.replace(microsecond=0).isoformat(),
        "database": database.slug,
        "study": commitment.routing.study,
        "versions": [{**_document(one), "index": paths[one.pk][0], "path": [step.hex() for step in paths[one.pk][1]]} for one in versions],
        "deliveries": [_document(one) for one in attested.order_by("signed_at", "pk")],
        "without_attestation": sum(one.attestation is None for one in delivered),
    }


def _document(one: Any) -> dict[str, Any]:
    return {"signed": json.loads(one.text), "signature": one.signature, "public_key": one.key.public}


def _paths(commitment: Commitment, versions: list[OppositionSet]) -> dict[int, tuple[int, list[bytes]]]:
    """The place and the path of the leaf in each version; two queries, however many there are."""
    leaf = bytes(commitment.leaf)
    blocks = ReceiptBlock.objects.filter(version__in=versions, first__lte=leaf).order_by("version_id", "-place").distinct("version_id")
    roots: dict[int, list[bytes]] = {}
    for version, root in ReceiptBlock.objects.filter(version__in=versions).order_by("place").values_list("version", "root"):
        roots.setdefault(version, []).append(bytes(root))
    found = {}
    for block in blocks:
        path = path_of(leaf, bytes(block.leaves), block.place, roots[block.version_id])
        if path is None:
            raise LookupError("a version does not hold a leaf that entered it")
        found[block.version_id] = path
    return found
