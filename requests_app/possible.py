"""When something can be done on a dossier, whoever does it: the machine says it for moves, this table for the other actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from requests_app import rules
from requests_app.states import AFTER_AUTHORISATION, FINAL, State
from workflow.engine import moves_of

#: When an action that is no move can be done, whoever does it.
POSSIBLE: dict[str, Callable[[Any], bool]] = {
    "take": lambda dossier: dossier.state not in FINAL and dossier.state != State.DRAFT,
    "assign": lambda dossier: dossier.state not in FINAL and dossier.state != State.DRAFT,
    "remind": lambda dossier: dossier.state == State.INCOMPLETE,
    "state_wish": lambda dossier: dossier.state == State.OPINION_GIVEN and rules.goes_to_cnil(dossier) and dossier.cnil_wished_at is None,
    "ask_signature": lambda dossier: dossier.state in (State.DRAFT, State.OPINION_GIVEN) or bool(dossier.signed_points_changed),
    "suspend": lambda dossier: dossier.state in AFTER_AUTHORISATION and dossier.amends_id is None and not dossier.is_suspended,
    "lift_suspension": lambda dossier: dossier.is_suspended,
    "publish_results": lambda dossier: dossier.state in AFTER_AUTHORISATION and dossier.amends_id is None,
}


def is_possible(dossier: Any, name: str) -> bool:
    """Can this be done in the state in which the dossier is, for its procedure? An unknown name cannot."""
    if name in POSSIBLE:
        return POSSIBLE[name](dossier)
    spec = moves_of(dossier).get(name)
    return spec is not None and dossier.state in spec.sources and (spec.fits is None or spec.fits(dossier))
