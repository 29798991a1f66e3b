"""What is done behind the site's back: destroying tables, letters about those that did not come, files that no row knows."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from extractions.deposits import storage
from extractions.deposits.models import Deposit, DepositRequest
from extractions.deposits.notifications import tell, the_desk_of
from extractions.deposits.services.purging import KIND, certify
from extractions.states import TicketState
from workflow.models import OutboxMessage
from workflow.outbox import NothingToDo, handler, still_there
from workflow.periods import paris_day

#: Seconds after which a file that no row knows is what a dead process left.
OLD = 3600.0


@handler(KIND)
def purge_of_message(message: OutboxMessage) -> None:
    """Delete the file, then write the certificate; a second try finds the file gone, and certifies."""
    deposit: Deposit = still_there(Deposit.objects.select_related("request__ticket__dossier"), pk=message.payload["deposit"])
    if deposit.purged_at is not None or not deposit.purge_reason:
        raise NothingToDo
    storage.delete(deposit.stored_as)
    certify(deposit, at=timezone.now())


@shared_task(name="extractions.deposits.tasks.tell_expired")
def tell_expired() -> int:
    """Write once about each table whose last day has passed; the answer is how many there are."""
    due = DepositRequest.objects.live().filter(expires_on__lt=paris_day(timezone.now()), ticket__state=TicketState.AWAITING_DEPOSIT)
    late = list(due.exclude(deposits__purge_reason="").select_related("ticket__dossier").order_by("pk"))
    for asked in late:
        tell("expired", {asked.depositor_id} | the_desk_of(asked.ticket), asked, f"{asked.pk}:{asked.expires_on}")
    return len(late)


@shared_task(name="extractions.deposits.tasks.sweep")
def sweep() -> int:
    """Delete the files of deposits that never were: unfinished ones, and those whose row was not committed."""
    deleted = 0
    for path in storage.strangers(OLD):
        name = path.name.removesuffix(storage.PART).removesuffix(storage.SEALED)
        if path.name.endswith(storage.PART) or not Deposit.objects.filter(stored_as=name).exists():
            path.unlink(missing_ok=True)
            deleted += 1
    return deleted
