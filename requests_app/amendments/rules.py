"""Whether: what an amendment must fulfil before it is filed or registered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.amendments.models import Amendment, Kind
from requests_app.amendments.signs import signs_of
from requests_app.differences import changed_places
from requests_app.required_pieces import locked_pieces
from requests_app.signatures import Signature, parts_of, require_signed
from requests_app.states import State
from workflow.refusals import Broken, RuleBroken

#: Beside the parts of the draft, what a signatory reads of its qualification.
ANSWERS = "answers"
EXTENSIONS = frozenset({"lasts_longer", "retained_longer", "accessed_longer"})


def has_change(amendment: Amendment) -> bool:
    """Does the draft say something else than what was authorised when it was begun?"""
    return bool(changed_places(amendment.before, amendment.proposed()))


def require_change(amendment: Amendment) -> None:
    """Raise RuleBroken for an amendment that changes nothing, or a renewal that extends nothing."""
    found = list(_missing_change(amendment))
    if found:
        raise RuleBroken(*found)


def _missing_change(amendment: Amendment) -> Iterable[Broken]:
    if not has_change(amendment):
        yield Broken(_("Nothing differs from what is authorised today: change the content first."))
    elif amendment.kind == Kind.RENEWAL and not signs_of(amendment.before, amendment.proposed()) & EXTENSIONS:
        yield Broken(_("A renewal extends the project, the access or the retention of the data: give a later end."), where="ends_on")


def broken_before_registering(amendment: Amendment) -> list[Broken]:
    """What keeps an amendment from being registered: no change, no answer to the table as it reads now, a piece that nobody can open."""
    found = list(_missing_change(amendment))
    if not found and not amendment.is_qualified():
        found = [Broken(_("Qualify the amendment as it reads now: it decides the road."))]
    elif not found and amendment.substantial:
        found = [Broken(_("This amendment is substantial: it is filed for authorisation, not registered."))]
    return [*found, *locked_pieces(amendment.draft)]


def require_applicable(amendment: Amendment) -> None:
    """Raise RuleBroken with everything that keeps the amendment from being registered."""
    if found := broken_before_registering(amendment):
        raise RuleBroken(*found)


def seal_of_answers(amendment: Amendment) -> str:
    """The fingerprint of what the amendment says of itself: its summary, and the answers that decide its road."""
    said = json.dumps([amendment.summary, amendment.answers, amendment.table_version], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def parts_to_sign(amendment: Amendment) -> dict[str, str]:
    """The fingerprint of everything that a signatory reads before registering: the parts of the draft, and the answers."""
    return parts_of(amendment.draft) | {ANSWERS: seal_of_answers(amendment)}


def require_signed_as_read(amendment: Amendment, by: Any, signed: Signature | None) -> Signature:
    """Raise RuleBroken unless the person's own second factor stands behind it and content, pieces and answers are those that were read."""
    found = require_signed(amendment.draft, by, signed)
    if found.read.get(ANSWERS) != seal_of_answers(amendment):
        raise RuleBroken(Broken(_("The answers to the questions have changed since you read them: read them again, then sign.")))
    return found


def broken_before_filing(dossier: Any) -> Iterable[Broken]:
    """What keeps the dossier of an amendment from being filed; nothing for any other dossier."""
    amendment = Amendment.objects.select_related("draft__content").filter(draft=dossier).first() if dossier.amends_id else None
    if amendment is None:
        return []
    amendment.draft = dossier
    found = list(_missing_change(amendment))
    if not found and dossier.state == State.DRAFT:
        found = list(_unfit_road(amendment))
    return found


def _unfit_road(amendment: Amendment) -> Iterable[Broken]:
    if amendment.replaces_id:
        return
    if not amendment.is_qualified():
        yield Broken(_("Qualify the amendment as it reads now: it decides the road."))
    elif not amendment.substantial:
        yield Broken(_("This amendment is not substantial: it is registered, not filed."))
