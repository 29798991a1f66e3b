"""The wiring diagram of the single window: what follows which move, read from top to bottom.

A reaction runs in the move's own transaction and never refuses it; what can fail or takes time goes to the outbox.
"""

from collections.abc import Callable
from typing import Any

from committee.documents.delivery import minutes_of_session, papers_of_convocation, papers_of_dossier, papers_of_move
from committee.services.consulting import consult_holders
from committee.services.examining import close_examination, open_examination
from committee.services.interests import withdraw_conflicted
from committee.services.presence import note_absent
from committee.services.sessions import expect_members, release_agenda
from contracts.life.services.ending import close_amendments, give_up_of_dossier
from contracts.life.services.force import follow_force, try_of_dossier, try_soon
from contracts.negotiating.notifications import tell_of_negotiation
from contracts.notifications import tell_of_convention
from fees.invoices.documents.delivery import make_papers as make_invoice_papers
from fees.invoices.notifications import tell_of_invoice
from fees.quotes.documents.delivery import make_papers
from fees.quotes.notifications import tell_given, tell_of_quote
from fees.quotes.services.deciding import cancel_of_ended
from fees.quotes.services.estimating import ask_holders, drop_of_ended
from registry.publication import publish, refresh
from requests_app.amendments.following import apply_amendment
from requests_app.amendments.notifications import tell_secretariat
from requests_app.checking.services import close_round
from requests_app.cnil.following import attest_silence, begin_transmission, note_commitment, open_obligations
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
    "dossier.abandon": (cancel_of_ended, tell_team),
    "dossier.declare_complete": (close_round, ask_holders, tell_team),
    "dossier.withdraw": (close_round, close_examination, cancel_of_ended, drop_of_ended, give_up_of_dossier, tell_officer),
    # committee
    "dossier.send_to_committee": (open_examination, withdraw_conflicted, consult_holders, tell_team),
    "dossier.extend_committee": (tell_team,),
    "dossier.file_report": (papers_of_dossier,),
    "dossier.record_opinion": (close_examination, tell_team, papers_of_dossier),
    "dossier.deem_favourable": (close_examination, tell_team, tell_officer, papers_of_dossier),
    "dossier.revise": (tell_team, note_signed, tell_officer),
    "dossier.state_wish": (tell_officer,),
    # CNIL
    "dossier.seize_cnil": (begin_transmission, tell_team),
    "dossier.cnil_finds_incomplete": (tell_team,),
    "dossier.complete_for_cnil": (begin_transmission,),
    "dossier.cnil_extends": (tell_team,),
    "dossier.authorise": (publish, open_obligations, tell_team, apply_amendment),
    "dossier.confirm_tacit_authorisation": (publish, attest_silence, tell_team, apply_amendment),
    "dossier.verify_commitment": (publish, note_commitment, tell_team, apply_amendment),
    "dossier.refuse": (cancel_of_ended, drop_of_ended, tell_team),
    "dossier.close_without_action": (cancel_of_ended, drop_of_ended, tell_team),
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
    # quotes and estimates
    "quote.issue": (make_papers, tell_of_quote),
    "quote.accept": (tell_of_quote, try_of_dossier),
    "quote.accept_on_paper": (tell_of_quote, try_of_dossier),
    "quote.decline": (tell_of_quote,),
    "quote.expire": (tell_of_quote,),
    "quote.cancel": (tell_of_quote,),
    "estimate.give": (tell_given,),
    # invoices
    "invoice.issue": (make_invoice_papers,),
    "invoice.credit": (make_invoice_papers,),
    "invoice.send": (tell_of_invoice,),
    "invoice.fall_overdue": (tell_of_invoice,),
    "invoice.settle": (tell_of_invoice, try_of_dossier),
    # conventions
    "convention.send_to_review": (tell_of_convention,),
    "convention.send_back": (tell_of_convention,),
    "convention.open_negotiation": (tell_of_convention,),
    "convention.propose": (tell_of_negotiation,),
    "convention.settle_proposal": (tell_of_negotiation,),
    "convention.approve": (tell_of_convention,),
    "convention.refuse_signature": (tell_of_convention,),
    "convention.complete_signature": (try_soon, tell_of_convention),
    "convention.enter_force": (follow_force, tell_of_convention),
    "convention.suspend": (tell_of_convention,),
    "convention.resume": (tell_of_convention,),
    "convention.renew": (tell_of_convention,),
    "convention.terminate": (close_amendments, tell_of_convention),
    "convention.expire": (close_amendments, tell_of_convention),
    "convention.abandon": (tell_of_convention,),
    # sessions of the committee
    "session.convene": (expect_members, papers_of_convocation),
    "session.reschedule": (papers_of_move,),
    "session.cancel": (release_agenda,),
    "session.close_session": (note_absent, minutes_of_session),
}
