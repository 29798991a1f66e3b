"""What a person can do on a dossier now: the moves of the machine and the other actions, and which one of them is expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.move_forms import SCREENS, Screen
from requests_app.policies import MAY
from requests_app.possible import POSSIBLE, is_possible
from requests_app.slots import page_of_move, refused_to, rules_out
from requests_app.states import EXPRESSLY_FAVOURABLE, WITH_CNIL, Procedure, State
from workflow.engine import moves_of
from workflow.models import Clock, Outcome
from workflow.moves import Move


@dataclass(frozen=True)
class Opening:
    """One thing that can be done now."""

    name: str
    label: Any
    grave: bool
    screen: Screen
    url: str
    law: str = ""


FILED_ON_THEIR_OWN_PAGE = frozenset({"submit", "resubmit", "revise", "ask_signature"})

#: What is expected in each state, the first that the person can do.
EXPECTED: dict[str, tuple[str, ...]] = {
    State.DRAFT: ("submit", "ask_signature"),
    State.SUBMITTED: ("declare_complete",),
    State.INCOMPLETE: ("resubmit", "abandon", "remind"),
    State.COMPLETE: ("send_to_committee", "verify_commitment"),
    State.WITH_COMMITTEE: ("record_opinion",),
    State.OPINION_GIVEN: ("state_wish", "seize_cnil", "verify_commitment"),
    State.WITH_CNIL: ("confirm_tacit_authorisation", "authorise"),
    State.CNIL_INCOMPLETE: ("complete_for_cnil",),
    State.AUTHORISED: ("start_without_extraction", "begin_contracting"),
    State.CONTRACTING: ("enter_convention",),
    State.IN_PREPARATION: ("open_data",),
    State.ENDED: ("publish_results", "certify_destruction"),
    State.DESTROYED: ("close",),
}


def opening(dossier: Any, name: str) -> Opening | None:
    """The page of a move or of another action on a dossier; None when there is no such page."""
    screen = SCREENS.get(name)
    if screen is None:
        return None
    url = _address(dossier, name)
    spec = moves_of(dossier).get(name)
    if spec is None:
        return Opening(name, screen.label, screen.grave, screen, url)
    return Opening(name, spec.label, spec.grave, screen, url, spec.law)


def opening_or_404(dossier: Any, name: str) -> Opening:
    """The page of a move or of another action; raises Http404 when there is none of that name."""
    found = opening(dossier, name)
    if found is None:
        raise Http404
    return found


def _address(dossier: Any, name: str) -> str:
    """Filing and filing again have a page of their own, on which everything is read once more; so have the moves of a room."""
    if page_of_move(name):
        return reverse(page_of_move(name), args=[dossier.reference])
    if name in FILED_ON_THEIR_OWN_PAGE:
        return reverse("dossiers:file", kwargs={"reference": dossier.reference})
    return reverse("dossiers:move", kwargs={"reference": dossier.reference, "move": name})


def openings(dossier: Any, user: Any, roles: frozenset[str], clocks: Iterable[Clock], now: datetime) -> list[Opening]:
    """What these roles may do now, in the order of the procedure; what the clocks or the opinion would refuse in any case is left out."""
    running = {clock.code: clock for clock in clocks if clock.outcome == Outcome.RUNNING}
    names = [
        name
        for name, spec in moves_of(dossier).items()
        if roles & MAY.get(name, frozenset()) and dossier.state in spec.sources and _is_ripe(dossier, spec, running, now)
    ]
    names = [name for name in names if not refused_to(user, dossier, name)]
    names += [name for name in POSSIBLE if roles & MAY[_action(name)] and not (name == "take" and dossier.officer_id == user.pk)]
    possible = [name for name in names if is_possible(dossier, name) and not (name in POSSIBLE and rules_out(dossier, name))]
    return [found for name in possible if (found := opening(dossier, name)) is not None]


def expected(found: Iterable[Opening], dossier: Any) -> Opening | None:
    """The one thing that this person is expected to do now, if any."""
    by_name = {one.name: one for one in found}
    if dossier.results_on is not None:
        by_name.pop("publish_results", None)
    return next((by_name[name] for name in EXPECTED.get(dossier.state, ()) if name in by_name), None)


def _action(name: str) -> str:
    return "assign" if name == "take" else name


def _is_ripe(dossier: Any, spec: Move, running: dict[str, Clock], now: datetime) -> bool:
    """Would neither a clock nor the opinion refuse the move in any case?"""
    if spec.after and not any(code in running and running[code].is_over(now) for code in spec.after):
        return False
    if any(code in running and running[code].is_over(now) for code in spec.before):
        return False
    if spec.extends and not _can_extend(spec, running, now):
        return False
    return not rules_out(dossier, spec.name) and not any(not rule(dossier) for rule in HOPELESS_WITHOUT.get(spec.name, ()))


def _can_extend(spec: Move, running: dict[str, Clock], now: datetime) -> bool:
    clock = next((running[code] for code in spec.extends if code in running), None)
    return clock is not None and clock.may_be_extended(now)


#: Rules that nothing on the form of the move could mend.
HOPELESS_WITHOUT = {
    "seize_cnil": (rules.applicant_wants_cnil,),
    "verify_commitment": (rules.opinion_supports_commitment,),
    "confirm_tacit_authorisation": (rules.opinion_was_expressly_favourable,),
    "abandon": (rules.applicant_was_reminded,),
}


#: What happens next, in each state, for everybody who reads the page.
NEXT: dict[str, Any] = {
    State.DRAFT: _("Once the dossier is filed, the secretariat checks within seven working days that it is complete."),
    State.SUBMITTED: _(
        "The secretariat checks that nothing is missing, then declares the dossier complete or asks the applicant for complements."
    ),
    State.INCOMPLETE: _("Once the applicant has sent the complements, the secretariat's check starts anew."),
    State.COMPLETE: _("The secretariat sends the dossier to the committee, which has one month to give its opinion."),
    State.WITH_COMMITTEE: _("The committee gives its opinion. If it keeps silent until its due day, the law deems its opinion favourable."),
    State.OPINION_GIVEN: _("The applicant decides: have the CNIL seized, file a revised version, or withdraw."),
    State.WITH_CNIL: _(
        "The CNIL decides. As the committee's opinion was not expressly favourable, its silence would not authorise the project."
    ),
    State.CNIL_INCOMPLETE: _("Once the CNIL has received the complements, its period starts anew."),
    State.AUTHORISED: _("The secretariat opens the convention under which the data are made available."),
    State.CONTRACTING: _("Once every party has signed the convention, the preparation of the data begins."),
    State.IN_PREPARATION: _("The CNAM and the data holders prepare the data, then open them to the persons named in the convention."),
    State.RUNNING: _("The project runs until the end date given in the dossier; its results then become due."),
    State.ENDED: _(
        "The results are published in the registry; the data are destroyed at the end of their retention, and a certificate proves it."
    ),
    State.DESTROYED: _("The secretariat closes the dossier."),
    State.REFUSED: _("The dossier has ended. A new dossier may follow from it."),
    State.CLOSED_WITHOUT_ACTION: _("The dossier has ended without a decision. A new dossier may follow from it."),
    State.CLOSED: _("The dossier is closed: nothing is left to do."),
    State.WITHDRAWN: _("The applicant has withdrawn the dossier. A new one may be begun."),
    State.ABANDONED: _("The dossier was closed because the complements never came. A new one may be begun."),
}
COMMITMENT_NEXT = _("The secretariat checks the controller's commitment to the reference methodology.")
REVISION_NEXT = _(
    "The opinion does not allow a commitment to the reference methodology: the applicant files a revised version, or withdraws."
)
TRANSMISSION_NEXT = _("The applicant has asked for it: the secretariat transmits the dossier to the CNIL, which has two months to decide.")
SILENCE_NEXT = _(
    "The CNIL decides. If it keeps silent until its due day, the project is authorised, once the head of the secretariat confirms it."
)
RESULTS_NEXT = _("The dossier is closed. Its results are still due.")
AMENDED_NEXT = _("What this amendment asked for is authorised, and written into the dossier that it amends.")
START_NEXT = _("The project uses the applicant's own data only: it can start without convention.")


def next_in_words(dossier: Any) -> Any:
    """What happens next, for everybody who reads the page."""
    state, by_commitment = dossier.state, dossier.procedure not in WITH_CNIL
    if state == State.COMPLETE and dossier.procedure == Procedure.MR004:
        return COMMITMENT_NEXT
    if state == State.OPINION_GIVEN and by_commitment:
        return COMMITMENT_NEXT if dossier.opinion in EXPRESSLY_FAVOURABLE else REVISION_NEXT
    if state == State.OPINION_GIVEN and dossier.cnil_wished_at:
        return TRANSMISSION_NEXT
    if state == State.WITH_CNIL and dossier.opinion in EXPRESSLY_FAVOURABLE:
        return SILENCE_NEXT
    if dossier.amends_id and state in (State.AUTHORISED, State.CLOSED):
        return AMENDED_NEXT
    if state == State.CLOSED and dossier.results_on is None:
        return RESULTS_NEXT
    if state == State.AUTHORISED and rules.needs_no_extraction(dossier):
        return START_NEXT
    return NEXT[state]
