"""Taking a link between two tickets back: with a reason that stays readable, and never under work that rests on it."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from extractions import rules
from extractions.models import Link, Ticket, Unlinking
from extractions.states import UNBEGUN
from workflow.engine import lock_and_reread, record
from workflow.refusals import WrongState
from workflow.seals import text_digest


@transaction.atomic
def unlink(before: Ticket, after: Ticket, because: str, *, by: Any, at: datetime) -> Unlinking:
    """Say that one ticket does not come before another any more. Raises NotAllowed, RuleBroken, WrongState.

    Once the work of the later ticket has begun it rests on what came before, and the link stays.
    """
    lock_and_reread(after)
    if after.state not in UNBEGUN:
        raise WrongState(_("The work of this ticket has begun on what came before it, or is over: the link stays."))
    link = Link.objects.select_for_update(of=("self",)).filter(before=before.pk, after=after.pk).first()
    if link is None:
        raise WrongState(_("This ticket does not come before the other: it was changed meanwhile."))
    said = rules.require_said(because, _("Say why it does not come before this ticket any more."))
    waited = any(one.pk == before.pk for one in after.unfinished_before())
    link.delete()
    salt = secrets.token_hex(16)
    made: Unlinking = Unlinking.objects.create(before=before, after=after, because=said, salt=salt, at=at, by=by)
    facts = {"before": before.pk, "unlinking": made.pk, "waited": waited, "text_sha256": text_digest(salt, said)}
    record(after, "unlink", by=by, at=at, facts=facts)
    return made
