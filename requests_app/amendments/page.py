"""What the pages of one amendment show, and who reaches them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.amendments.merging import clashes
from requests_app.amendments.models import Amendment, Stage
from requests_app.amendments.reading import TONES, amendment_of_draft, qualification_of, signers_of
from requests_app.amendments.rules import broken_before_filing, broken_before_registering
from requests_app.amendments.signs import kinds_in_words
from requests_app.differences import changed_places, differences, label_of_place
from requests_app.models import Dossier
from requests_app.policies import MAY
from requests_app.reading import roles_for
from requests_app.snapshot_words import Names
from requests_app.states import State
from requests_app.team.signing import last_request
from workflow.refusals import NotAllowed, WrongState


def require_amendable(dossier: Dossier) -> None:
    """Raise Http404 for a dossier that has no authorisation of its own to amend."""
    if dossier.authorised_on is None or dossier.amends_id is not None:
        raise Http404


def require_contestable(request: HttpRequest, dossier: Dossier, amendment: Amendment) -> None:
    """Raise NotAllowed or WrongState unless the reader may contest this amendment now."""
    if not roles_for(request, dossier) & MAY["contest_amendment"]:
        raise NotAllowed(_("None of your roles on this dossier allows this."))
    if amendment.stage != Stage.REGISTERED:
        raise WrongState(_("Only a registered amendment that is in force can be contested."))


def one_shown(request: HttpRequest, dossier: Dossier, amendment: Amendment) -> dict[str, Any]:
    """An amendment beside the dossier that it changes."""
    shown = _compared(amendment) | {
        "stage": amendment.stage,
        "tone": TONES[amendment.stage],
        "qualification": qualification_of(amendment),
        "may_contest": amendment.stage == Stage.REGISTERED and bool(roles_for(request, dossier) & MAY["contest_amendment"]),
        "replaced_by": Amendment.objects.filter(replaces=amendment).first(),
    }
    names = Names(amendment.before, amendment.proposed())
    return shown | {"overridden": [label_of_place(place, names) for place in amendment.overridden]}


def changes_shown(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """What the dossier of an amendment changes, and what its author has to do next."""
    amendment = amendment_of_draft(dossier)
    roles = roles_for(request, dossier)
    preparing = dossier.state == State.DRAFT
    shown = _compared(amendment) | {
        "first": amendment.dossier,
        "qualification": qualification_of(amendment),
        "is_qualified": amendment.is_qualified(),
        "preparing": preparing,
        "may_write": preparing and bool(roles & MAY["edit"]),
        "missing": list(broken_before_filing(dossier)),
    }
    if preparing and amendment.substantial is False:
        shown |= _to_register(amendment, dossier, request.user, roles)
    return shown | (_behind(amendment) if preparing else {})


def _compared(amendment: Amendment) -> dict[str, Any]:
    before, after = amendment.before, amendment.proposed()
    return {"amendment": amendment, "differences": differences(before, after), "kinds": kinds_in_words(before, after)}


def _to_register(amendment: Amendment, dossier: Dossier, user: Any, roles: frozenset[str]) -> dict[str, Any]:
    """Who signs a change that is only registered, whether the reader does or may ask for it, and what stands against it."""
    signers = signers_of(amendment)
    return {
        "signers": signers,
        "may_sign": user in signers,
        "may_ask": bool(roles & MAY["ask_signature"]),
        "missing": broken_before_registering(amendment),
        "asked": last_request(dossier),
    }


def _behind(amendment: Amendment) -> dict[str, Any]:
    """What changed in the first dossier since the draft was begun, and what of it the draft changes too."""
    current, proposed = amendment.dossier.content.snapshot(), amendment.proposed()
    names = Names(amendment.before, proposed, current)

    def labels(places: list[str]) -> list[str]:
        return [label_of_place(place, names) for place in places]

    return {
        "behind": labels(changed_places(amendment.before, current)),
        "clashes": labels(clashes(amendment.before, proposed, current)),
    }
