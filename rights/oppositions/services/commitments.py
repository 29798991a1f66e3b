"""Leaves of the receipts: made when an opposition is sent, in a version once it was accepted, out of the next one once it was ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from catalogue.models import Database
from rights.models import Routing
from rights.oppositions.models import Commitment, OppositionSet
from rights.oppositions.receipts import leaf_of, root_of, secret_of
from rights.oppositions.states import GRANTED, IN_SETS
from rights.states import Right


def commit(taken: Any) -> None:
    """Keep the leaf of each opposition of a request while its code is known."""
    opposed = [one for one in taken.routings if one.right == Right.OPPOSITION and one.level in IN_SETS]
    if not opposed:
        return
    secret = secret_of(taken.code)
    Commitment.objects.bulk_create(Commitment(routing=one, leaf=leaf_of(secret, one.database.slug)) for one in opposed)


def in_force(database: Database, cutoff: datetime) -> Any:
    """The leaves of the oppositions to a database that were accepted by a moment and had not been ended by then."""
    ended = Routing.objects.filter(lifts=OuterRef("routing"), state__in=sorted(GRANTED), ended_at__lte=cutoff)
    rows = Commitment.objects.filter(routing__database=database, routing__state__in=sorted(GRANTED), routing__ended_at__lte=cutoff)
    return rows.exclude(Exists(ended)).select_related("routing").order_by("pk")


def is_opposed(databases: list[int]) -> set[int]:
    """Those of the databases to which somebody's opposition was accepted."""
    rows = Routing.objects.filter(database__in=databases, right=Right.OPPOSITION, level__in=sorted(IN_SETS), state__in=sorted(GRANTED))
    return set(rows.values_list("database", flat=True).distinct())


def replayed(version: OppositionSet) -> bool:
    """Do the leaves kept of a version, present or past, still give the root that was signed, and do they hold whoever entered it?

    The leaves stay when the rows of an opposition that ended years ago are forgotten: fewer of them may be known than the version counted.
    """
    blocks = version.blocks.order_by("place").values_list("leaves", flat=True)
    leaves = [bytes(block[at : at + 32]) for block in blocks for at in range(0, len(block), 32)]
    known = {bytes(leaf) for leaf in Commitment.objects.standing_in(version).values_list("leaf", flat=True)}
    told = (root_of(leaves).hex(), len(leaves)) == (version.receipts_root, version.receipts_size)
    return told and known <= set(leaves) and len(known) <= version.receipts
