"""A request is taken: one row for what was sent, one routing and one legal month for each controller, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.policies import roles_of
from catalogue.models import Database
from rights import codes, rules, secret_keys
from rights.models import Request, Routing
from rights.policies import MAY, PERSON, Bearer
from rights.slots import ON_TAKEN
from rights.states import Channel, Level, Right
from rights.transitions import HANDING_ON, MONTH
from workflow import clocks
from workflow.engine import begin, lock_and_reread, record
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState


@dataclass(frozen=True)
class Choice:
    """What a person asks of one controller: a right on a database, how far an opposition goes, and how they are identified."""

    database: Database
    organisation: Organisation
    right: Right
    level: str = ""
    study: str = ""
    evidence: str = "N2"


@dataclass(frozen=True)
class Taken:
    """A request that was taken, and its code, which nobody can find again; `again` when the same form had been sent before."""

    request: Request
    code: str
    routings: list[Routing]
    again: bool = False


def bearer_of(request: Request) -> Bearer:
    """Whoever holds the code of this request, as an actor; in the journal stands the site."""
    system: Any = get_user_model().objects.system()  # type: ignore[attr-defined]
    return Bearer(request.pk, system.pk)


@transaction.atomic
def take(
    choices: Iterable[Choice], *, token: bytes, at: datetime, by: Any = None, channel: str = Channel.FORM, language: str = "fr"
) -> Taken:
    """Take a request. The same token once more answers what the first one made. Raises RuleBroken.

    `by` is the agent who enters a letter; without it the person sent it. The caller keeps the envelopes in the same transaction.
    """
    chosen = list(choices)
    require_sound(chosen)
    code = codes.code_of(token, secret_keys.pepper())
    sending = hashlib.sha256(token).hexdigest()
    digest = codes.digest_of(code, secret_keys.pepper())
    request, new = Request.objects.get_or_create(
        sending=sending, defaults={"code_digest": digest, "channel": channel, "language": language, "received_at": at}
    )
    if not new:
        return Taken(request, code, list(request.routings.order_by("pk").select_related("database", "organisation")), again=True)
    actor = by or bearer_of(request)
    role = PERSON if by is None else _assisting(by)
    taken = Taken(request, code, [_route(request, choice, actor, role, at) for choice in chosen])
    for follow in ON_TAKEN:
        follow(taken)
    return taken


def require_sound(choices: list[Choice]) -> None:
    """One right for each database, at least one, none that this page does not offer. Raises RuleBroken."""
    if not choices:
        raise RuleBroken(Broken(_("Choose at least one database and the right that you exercise there."), where="databases"))
    if len({choice.database.pk for choice in choices}) < len(choices):
        raise RuleBroken(Broken(_("Choose one right for each database; another one is a second request."), where="databases"))
    for choice in choices:
        rules.require_level(choice.right, choice.level, choice.study)


@transaction.atomic
def lift(routing: Routing, *, by: Bearer, at: datetime) -> Routing:
    """Ask that an opposition which took effect ends: its controller carries it out. Raises NotAllowed, WrongState, RuleBroken."""
    lock_and_reread(routing)
    if not rules.may_be_lifted(routing):
        raise WrongState(Broken(rules.may_be_lifted.sentence, rules.LIFTING))  # type: ignore[attr-defined]
    record(routing, "lift", by=by, at=at, law=rules.LIFTING)
    choice = Choice(routing.database, routing.organisation, Right.LIFTING, evidence=routing.evidence)
    return _route(routing.request, choice, by, PERSON, at, lifts=routing)


def _route(request: Request, choice: Choice, by: Any, role: str, at: datetime, lifts: Routing | None = None) -> Routing:
    """One routing, with the line that begins its journal and its two clocks."""
    key = _next_key()
    routing = Routing(
        pk=key,
        number=f"DRO-{paris_day(at).year}-{key:05d}",
        request=request,
        database=choice.database,
        organisation=choice.organisation,
        right=choice.right,
        level=choice.level,
        study=choice.study,
        evidence=choice.evidence,
        lifts=lifts,
        received_at=at,
        state_since=at,
    )
    line = begin(routing, "deposit", by=by, role=role, at=at, law=rules.ANSWER_IN_TIME, facts={"organisation": choice.organisation.pk})
    clocks.start(routing, MONTH, at, line)
    clocks.start(routing, HANDING_ON, at, line)
    return routing


def _assisting(by: Any) -> str:
    """The role under which an agent enters what came by letter. Raises RuleBroken."""
    held = roles_of(by) & MAY["deposit"]
    if not held:
        raise RuleBroken(Broken(_("None of your roles allows you to enter a request.")))
    return min(held)


def levels_of(right: str) -> list[str]:
    """The levels that a right may have; only an opposition has any."""
    return list(Level.values) if right == Right.OPPOSITION else []


def _next_key() -> int:
    """A number that nobody waits for: a gap in it says nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('rights_routing', 'id'))")
        return int(cursor.fetchone()[0])
