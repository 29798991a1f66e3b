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
from contracts.life.services.ending import close_amendments, end_of_dossier
from contracts.life.services.force import follow_force, try_of_dossier, try_soon
from contracts.negotiating.notifications import tell_of_negotiation
from contracts.notifications import tell_of_convention
from extractions.delivery.notifications import follow_access
from extractions.delivery.services.opening import open_data_soon
from extractions.delivery.services.packages import drop_with_ticket as drop_package
from extractions.deposits.services.purging import drop_refused, purge_delivered, purge_ended, purge_of_dossier
from extractions.exchange.services import tell_systems
from extractions.needs.services.proposing import agree_of_opened
from extractions.notifications import tell_of_ticket
from extractions.services.following import follow_turn, wake_next
from extractions.services.planning import cancel_of_ended as cancel_tickets
from extractions.services.planning import open_soon
from extractions.services.waiting import drop_with_ticket
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
from rights.answering.notifications import tell_controller
from rights.answering.webhooks import tell_systems as tell_controller_systems
from rights.envelopes.services.keeping import keep_complements_shorter, keep_shorter, let_go
from rights.oppositions.services.attesting import bind as bind_attestations
from rights.services.closing import follow_deposit, follow_end
from rights.tracking.notifications import tell_of_change

Reaction = Callable[[Any, Any], None]

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    # filing
    "dossier.submit": (tell_team, note_signed),
    "dossier.ask_for_complement": (close_round, tell_team),
    "dossier.resubmit": (tell_team, note_signed, tell_officer),
    "dossier.remind": (tell_team,),
    "dossier.abandon": (cancel_of_ended, end_of_dossier, tell_team),
    "dossier.declare_complete": (close_round, ask_holders, tell_team),
    "dossier.withdraw": (close_round, close_examination, cancel_of_ended, drop_of_ended, end_of_dossier, tell_officer),
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
    "dossier.refuse": (cancel_of_ended, drop_of_ended, end_of_dossier, tell_team),
    "dossier.close_without_action": (cancel_of_ended, drop_of_ended, end_of_dossier, tell_team),
    # life
    "dossier.start_without_extraction": (refresh,),
    "dossier.begin_contracting": (refresh, open_soon, tell_team),
    "dossier.enter_convention": (refresh, open_soon, tell_team, follow_access),
    "dossier.open_data": (refresh, tell_team),
    "dossier.end": (refresh, cancel_tickets, purge_of_dossier, follow_access),
    "dossier.certify_destruction": (refresh,),
    "dossier.close": (refresh,),
    "dossier.publish_results": (refresh, index_after),
    "dossier.suspend": (refresh, tell_team, follow_access),
    "dossier.lift_suspension": (refresh, open_soon, tell_team, follow_access),
    # letters
    "dossier.issue_letter": (tell_of_letter,),
    # what changes after the authorisation
    "dossier.register_amendment": (refresh, tell_secretariat, tell_team),
    "dossier.contest_amendment": (refresh, tell_team),
    "dossier.amendment_applied": (refresh, tell_team),
    # quotes and estimates
    "quote.issue": (make_papers, tell_of_quote),
    "quote.accept": (tell_of_quote, try_of_dossier, open_soon),
    "quote.accept_on_paper": (tell_of_quote, try_of_dossier, open_soon),
    "quote.decline": (tell_of_quote,),
    "quote.expire": (tell_of_quote,),
    "quote.cancel": (tell_of_quote,),
    "estimate.give": (tell_given,),
    # invoices
    "invoice.issue": (make_invoice_papers,),
    "invoice.credit": (make_invoice_papers,),
    "invoice.send": (tell_of_invoice,),
    "invoice.fall_overdue": (tell_of_invoice,),
    "invoice.settle": (tell_of_invoice, try_of_dossier, open_soon),
    # conventions
    "convention.send_to_review": (tell_of_convention,),
    "convention.send_back": (tell_of_convention,),
    "convention.open_negotiation": (tell_of_convention,),
    "convention.propose": (tell_of_negotiation,),
    "convention.settle_proposal": (tell_of_negotiation,),
    "convention.approve": (tell_of_convention,),
    "convention.refuse_signature": (tell_of_convention,),
    "convention.complete_signature": (try_soon, tell_of_convention),
    "convention.enter_force": (follow_force, open_soon, tell_of_convention, follow_access),
    "convention.suspend": (tell_of_convention, follow_access),
    "convention.resume": (open_soon, tell_of_convention, follow_access),
    "convention.renew": (tell_of_convention,),
    "convention.terminate": (close_amendments, tell_of_convention, follow_access),
    "convention.expire": (close_amendments, tell_of_convention, follow_access),
    "convention.abandon": (tell_of_convention,),
    # tickets
    "ticket.open": (follow_turn, tell_of_ticket, tell_systems, agree_of_opened),
    "ticket.link": (follow_turn,),
    "ticket.unlink": (follow_turn,),
    "ticket.ask": (follow_turn, tell_of_ticket, tell_systems),
    "ticket.answer": (follow_turn, tell_of_ticket, tell_systems),
    "ticket.end_wait": (follow_turn,),
    "ticket.ask_need": (follow_turn, tell_of_ticket, tell_systems),
    "ticket.specify_need": (follow_turn, tell_systems),
    "ticket.agree_need": (follow_turn, tell_systems),
    "ticket.open_deposit": (follow_turn, tell_systems),
    "ticket.receive_deposit": (follow_turn, tell_systems),
    "ticket.refuse_table": (follow_turn, drop_refused, tell_of_ticket, tell_systems),
    "ticket.no_go": (follow_turn, tell_of_ticket, tell_systems),
    "ticket.begin_extraction": (tell_of_ticket, tell_systems),
    "ticket.announce": (follow_turn, bind_attestations, tell_of_ticket, tell_systems),
    "ticket.accept_part": (follow_turn, tell_of_ticket, tell_systems),
    "ticket.refuse": (follow_turn, tell_of_ticket, tell_systems),
    "ticket.reject": (drop_with_ticket, purge_ended, drop_package, wake_next, tell_of_ticket, tell_systems),
    "ticket.cancel": (drop_with_ticket, purge_ended, drop_package, wake_next, tell_of_ticket, tell_systems),
    "ticket.begin_targeting": (tell_systems,),
    "ticket.begin_format_check": (tell_systems,),
    "ticket.begin_pseudonymisation": (tell_systems,),
    "ticket.validate_table": (tell_systems,),
    "ticket.begin_matching": (tell_systems,),
    "ticket.go": (wake_next, tell_of_ticket, tell_systems),
    "ticket.begin_quality_check": (tell_systems,),
    "ticket.fail_quality": (tell_systems,),
    "ticket.pass_quality": (wake_next, tell_systems),
    "ticket.begin_delivery": (tell_systems,),
    "ticket.accept": (wake_next, purge_delivered, open_data_soon, tell_of_ticket, tell_systems),
    "ticket.conclude": (wake_next, purge_delivered, open_data_soon, tell_of_ticket, tell_systems),
    "ticket.conclude_part": (follow_turn, tell_systems),
    "ticket.state_destruction": (tell_of_ticket,),
    "ticket.check_destruction": (tell_of_ticket,),
    "ticket.attest_oppositions": (),
    # sessions of the committee
    "session.convene": (expect_members, papers_of_convocation),
    "session.reschedule": (papers_of_move,),
    "session.cancel": (release_agenda,),
    "session.close_session": (note_absent, minutes_of_session),
    # citizens' requests
    "routing.deposit": (follow_deposit, tell_controller, tell_controller_systems),
    "routing.transmit": (tell_controller_systems,),
    "routing.take_up": (tell_controller_systems, keep_shorter, tell_of_change),
    "routing.ask_complement": (tell_controller_systems, tell_of_change),
    "routing.give_complement": (tell_controller, tell_controller_systems),
    "routing.extend": (tell_controller_systems, tell_of_change),
    "routing.accept": (tell_controller_systems, keep_complements_shorter, follow_end, tell_of_change),
    "routing.accept_in_part": (tell_controller_systems, keep_complements_shorter, follow_end, tell_of_change),
    "routing.refuse": (tell_controller_systems, keep_complements_shorter, follow_end, tell_of_change),
    "routing.find_nothing": (tell_controller_systems, keep_complements_shorter, follow_end, tell_of_change),
    "routing.withdraw": (tell_controller, tell_controller_systems, let_go, follow_end),
    "routing.attach": (tell_of_change,),
    "routing.expire": (tell_controller_systems, follow_end, tell_of_change),
}
