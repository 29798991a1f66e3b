"""Handing an encrypted table to the desk of its ticket; the site itself cannot open it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from extractions.deposits.models import Deposit
from extractions.deposits.storage import path_of
from extractions.models import Ticket
from workflow.access_log import log_read
from workflow.engine import record
from workflow.periods import paris_day
from workflow.refusals import RuleBroken, WrongState

PAGE = "linkage_table"


@transaction.atomic
def fetch(deposit: Deposit, *, by: Any, at: datetime) -> BinaryIO:
    """The encrypted file, open; each fetch is journalled and noted in the access log. Raises NotAllowed, WrongState."""
    ticket = deposit.request.ticket
    if missing := ticket.gate_missing(paris_day(at)):
        raise RuleBroken(*missing)
    record(ticket, "fetch_deposit", by=by, at=at, facts={"deposit": deposit.pk, "sealed_sha256": deposit.sealed_sha256})
    deposit.refresh_from_db(fields=["purge_reason"])
    if deposit.purge_reason:
        raise WrongState(_("This table is destroyed, or about to be."))
    try:
        file = path_of(deposit.stored_as).open("rb")
    except FileNotFoundError:
        raise WrongState(_("The file is not on this machine: tell who runs the site.")) from None
    log_read(by, PAGE, Ticket.subject_type, ticket.pk)
    deposit.fetched_at, deposit.fetched_by = at, by
    deposit.save(update_fields=["fetched_at", "fetched_by"])
    return file
