"""A new version of a set: what its controller is to hold in it, and what it signed, checked against what the window knows."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalogue.models import Database
from rights import secret_keys
from rights.oppositions import policies
from rights.oppositions.documents import RECEIPTS, Signed
from rights.oppositions.models import Commitment, OppositionSet, ReceiptBlock, SigningKey
from rights.oppositions.receipts import blocks_of, leaves_with, root_of
from rights.oppositions.services.commitments import in_force
from rights.oppositions.terms import terms_on
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken

LAW = "RGPD, art. 21 et 5, 2"


def last_of(database: Database | int) -> OppositionSet | None:
    """The newest version of a database."""
    found: OppositionSet | None = OppositionSet.objects.of(database if isinstance(database, int) else database.pk).first()
    return found


def receipts_for(database: Database, *, by: Any, at: datetime) -> dict[str, Any]:
    """What the controller needs for the next version: the requests in force, those that enter, those that leave. Raises NotAllowed."""
    if not policies.may_publish(by, database):
        raise NotAllowed(_("You do not answer for this controller."))
    last = last_of(database)
    version = last.version + 1 if last else 1
    cutoff = at.replace(microsecond=0)
    now = list(in_force(database, cutoff))
    before = {one.routing_id: one.routing.number for one in _standing(last)}
    held = {one.routing_id: one.routing.number for one in now}
    return {
        "format": RECEIPTS,
        "database": database.slug,
        "version": version,
        "previous_root": last.root if last else "",
        "cutoff_at": cutoff.isoformat().replace("+00:00", "Z"),
        "padding": padding_of(database, version).hex(),
        "in_force": [{"number": one.routing.number, "study": one.routing.study, "leaf": bytes(one.leaf).hex()} for one in now],
        "entering": [number for pk, number in held.items() if pk not in before],
        "leaving": [number for pk, number in before.items() if pk not in held],
    }


def padding_of(database: Database, version: int) -> bytes:
    """What the leaves of nobody of a version are made of."""
    return hmac.digest(secret_keys.pepper(), f"padding|{database.slug}|{version}".encode(), hashlib.sha256)


def _standing(version: OppositionSet | None) -> list[Commitment]:
    return list(Commitment.objects.standing_in(version).select_related("routing").order_by("pk")) if version else []


@transaction.atomic
def publish(signed: Signed, *, by: Any, at: datetime) -> OppositionSet:
    """Take a version that a controller signed. Raises NotAllowed, RuleBroken with everything that is wrong with it."""
    database = Database.objects.select_for_update(no_key=True).filter(slug=signed.said["database"]).first()
    if database is None or not policies.may_publish(by, database):
        raise NotAllowed(_("You do not answer for the oppositions to this database."))
    key = SigningKey.objects.usable().filter(fingerprint=signed.said["key"], organisation__in=policies.publishes_for(by)).first()
    if key is None or key.organisation_id not in policies.controllers_for(database) or not signed.holds_under(key.public):
        raise RuleBroken(Broken(_("The signature is not that of a key of this controller which somebody compared."), LAW, where="file"))
    last, cutoff = last_of(database), signed.at("cutoff_at")
    now, before = list(in_force(database, cutoff)), _standing(last)
    padding = padding_of(database, signed.said["version"])
    leaves = leaves_with((bytes(one.leaf) for one in now), padding)
    held = {one.pk for one in now}
    leaving = [one for one in before if one.pk not in held]
    told = {**signed.said, **(signed.counts or {})}
    broken = [*_out_of_line(signed, last, at), *_other_receipts(told, leaves, len(now)), *_wrong_counts(told, last, len(leaving))]
    if broken:
        raise RuleBroken(*(Broken(one, LAW, where="file") for one in broken))
    made = _written(signed, database, key, padding, by, at)
    ReceiptBlock.objects.bulk_create(
        ReceiptBlock(version=made, place=place, first=block[:32], leaves=block, root=root)
        for place, (block, root) in enumerate(blocks_of(leaves))
    )
    Commitment.objects.filter(pk__in=held, entered=None).update(entered=made)
    Commitment.objects.filter(pk__in=[one.pk for one in leaving]).update(left=made)
    return made


def _out_of_line(signed: Signed, last: OppositionSet | None, at: datetime) -> Iterator[Any]:
    """What keeps it from following the last version."""
    said, cutoff, effective = signed.said, signed.at("cutoff_at"), signed.at("effective_at")
    if said["version"] != (last.version + 1 if last else 1):
        yield _("Version %(due)s is the next one: none is left out and none comes twice.") % {"due": last.version + 1 if last else 1}
    if said["previous_root"] != (last.root if last else ""):
        yield _("It does not follow the last version: the root of that one is another.")
    if last is not None and (cutoff <= last.cutoff_at or effective <= last.effective_at):
        yield _("It knows no more than the last version, or takes effect before it.")
    if cutoff > at or effective < cutoff:
        yield _("It cannot know what is still to come, nor take effect before what it knows.")
    if effective > at + timedelta(days=terms_on(paris_day(at)).grace_days):
        yield _("It takes effect too late: within %(days)s days.") % {"days": terms_on(paris_day(at)).grace_days}
    if last is not None and said["token_key"] != last.said["token_key"]:
        yield _("Its tokens were made with another secret key than those of the last version.")


def _other_receipts(told: dict[str, Any], leaves: list[bytes], held: int) -> Iterator[Any]:
    """What shows that it does not hold exactly the oppositions that were accepted here."""
    if (told["receipts_root"], told["receipts_size"], told["receipts"]) != (root_of(leaves).hex(), len(leaves), held):
        yield _(
            "It does not hold exactly the oppositions accepted through this site by that moment: fetch the receipts anew and build again."
        )


def _wrong_counts(told: dict[str, Any], last: OppositionSet | None, leaving: int) -> Iterator[Any]:
    """What does not add up in its counts; nobody leaves a set without having asked for it."""
    before = last.count if last else 0
    if told["count"] != told["receipts"] - told["merged"] + told["elsewhere"] or told["count"] != before + told["added"] - told["removed"]:
        yield _("Its counts do not add up.")
    if told["removed"] > leaving + told["withdrawn"]:
        yield _("More people leave the set than have asked for it: an opposition ends only by a signed withdrawal.")


def _written(signed: Signed, database: Database, key: SigningKey, padding: bytes, by: Any, at: datetime) -> OppositionSet:
    counts = {name: value for name, value in (signed.counts or {}).items() if name != "salt"}
    same = {name: signed.said[name] for name in ("version", "root", "previous_root", "receipts_root", "receipts_size")}
    made: OppositionSet = OppositionSet.objects.create(
        database=database,
        key=key,
        cutoff_at=signed.at("cutoff_at"),
        effective_at=signed.at("effective_at"),
        padding=padding.hex(),
        text=signed.text,
        signature=signed.signature,
        published_at=at,
        published_by=by,
        **same,
        **counts,
    )
    return made
