"""The wiring diagram of the single window: what follows which move, read from top to bottom.

A reaction runs in the move's own transaction and never refuses it; what can fail or takes time goes to the outbox.
"""

from collections.abc import Callable
from typing import Any

from committee.services.examining import close_examination, open_examination
from registry.publication import publish, refresh
from requests_app.amendments.following import apply_amendment
from requests_app.amendments.notifications import tell_secretariat
from requests_app.checking.services import close_round
from requests_app.desks.sources import index_after
from requests_app.letters.notifications import tell_of_letter
from requests_app.notifications import tell_officer, tell_team
from requests_app.team.signing import note_signed

Reaction = Callable[[Any, Any], None]

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    # filing
    "dossier.submit": (tell_team, note_signed),
    "dossier.ask_for_complement": (close_round, tell_team),
    "dossier.resubmit": (tell_team, note_signed, tell_officer),
    "dossier.remind": (tell_team,),
    "dossier.abandon": (tell_team,),
    "dossier.declare_complete": (close_round, tell_team),
    "dossier.withdraw": (close_round, close_examination, tell_officer),
    # committee
    "dossier.send_to_committee": (open_examination, tell_team),
    "dossier.extend_committee": (tell_team,),
    "dossier.record_opinion": (close_examination, tell_team),
    "dossier.deem_favourable": (close_examination, tell_team, tell_officer),
    "dossier.revise": (tell_team, note_signed, tell_officer),
    "dossier.state_wish": (tell_officer,),
    # CNIL
    "dossier.seize_cnil": (tell_team,),
    "dossier.cnil_finds_incomplete": (tell_team,),
    "dossier.cnil_extends": (tell_team,),
    "dossier.authorise": (publish, tell_team, apply_amendment),
    "dossier.confirm_tacit_authorisation": (publish, tell_team, apply_amendment),
    "dossier.verify_commitment": (publish, tell_team, apply_amendment),
    "dossier.refuse": (tell_team,),
    "dossier.close_without_action": (tell_team,),
    # life
    "dossier.start_without_extraction": (refresh,),
    "dossier.begin_contracting": (refresh, tell_team),
    "dossier.enter_convention": (refresh, tell_team),
    "dossier.open_data": (refresh, tell_team),
    "dossier.end": (refresh,),
    "dossier.certify_destruction": (refresh,),
    "dossier.close": (refresh,),
    "dossier.publish_results": (refresh, index_after),
    "dossier.suspend": (refresh, tell_team),
    "dossier.lift_suspension": (refresh, tell_team),
    # letters
    "dossier.issue_letter": (tell_of_letter,),
    # what changes after the authorisation
    "dossier.register_amendment": (refresh, tell_secretariat, tell_team),
    "dossier.contest_amendment": (refresh, tell_team),
    "dossier.amendment_applied": (refresh, tell_team),
}
