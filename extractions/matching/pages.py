"""What the pages of a matching show: the result as a number, a bar and a sentence, and what was decided on it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from extractions.matching.forms.results import DecisionForm, ResultForm
from extractions.matching.models import MatchingResult, results_of
from extractions.matching.rules import threshold as in_force
from extractions.matching.services.deciding import current_result
from extractions.models import Ticket
from extractions.policies import MAY, WORKER
from extractions.reading import standing, ticket_roles, ticket_to
from extractions.states import MATCHING_KINDS, TicketState
from requests_app.policies import TEAM_ROLES
from workflow.refusals import WrongState


def ticket_part(request: HttpRequest, ticket: Ticket) -> dict[str, Any] | None:
    """On the page of a ticket: the results of its matching; nothing for other kinds, nor before there is something to say."""
    if ticket.kind not in MATCHING_KINDS:
        return None
    results, roles = results_of(ticket), ticket_roles(request, ticket)
    records = ticket.state == TicketState.MATCHING and bool(roles & MAY["record_result"])
    if not results and not records:
        return None
    plain = bool(roles & TEAM_ROLES) and WORKER not in roles
    shown = [result_shown(one, plain=plain) for one in results]
    return {"results": shown[:1], "earlier": shown[1:], "records": records, "plain": plain}


_REACHED = gettext_lazy("%(found)s of %(submitted)s persons were found: %(rate)s %%. The threshold of %(threshold)s %% is reached.")
_BELOW = gettext_lazy("%(found)s of %(submitted)s persons were found: %(rate)s %%. The threshold of %(threshold)s %% is not reached.")
_PLAIN_REACHED = gettext_lazy("Of the %(submitted)s persons of your source, %(found)s were found in the database, that is %(rate)s %%.")
_PLAIN_BELOW = gettext_lazy(
    "Of the %(submitted)s persons of your source, %(found)s were found in the database, that is %(rate)s %%: fewer than the"
    " %(threshold)s %% from which a matching counts as successful."
)


def result_shown(result: MatchingResult, *, plain: bool = False) -> dict[str, Any]:
    """A result with its sentence and its passes; the applicant reads plain words."""
    words = (_PLAIN_REACHED if result.reaches else _PLAIN_BELOW) if plain else (_REACHED if result.reaches else _BELOW)
    told = {"found": _whole(result.found), "submitted": _whole(result.submitted)}
    told |= {"rate": number_format(result.rate, 1), "threshold": _percent(result.threshold)}
    rows = [(one["order"], one["criteria"], _whole(one["found"])) for one in result.passes]
    return {"result": result, "decision": result.decided, "sentence": words % told, "said": told, "passes": rows}


def _whole(count: int) -> str:
    return number_format(count, 0, use_l10n=True, force_grouping=True)


def _percent(value: Decimal) -> str:
    return number_format(value, 0 if value == int(value) else 2)


def recording(request: HttpRequest, number: str) -> tuple[Ticket, ResultForm]:
    """The ticket and the form of a result; 404 for who does not record them. Raises WrongState while nothing is being matched."""
    ticket = ticket_to(request, number, "record_result")
    if ticket.state != TicketState.MATCHING:
        raise WrongState(_("No matching is under way: there is no result to record."))
    return ticket, ResultForm(request.POST if request.method == "POST" else None)


def deciding(request: HttpRequest, number: str, *, goes_on: bool) -> tuple[Ticket, DecisionForm]:
    """The ticket and the form of the decision on its last result; 404 for who does not decide. Raises WrongState without a result."""
    ticket = ticket_to(request, number, "go" if goes_on else "no_go")
    if ticket.kind not in MATCHING_KINDS:
        raise Http404
    result = current_result(ticket) if ticket.state == TicketState.MATCHING else None
    if result is None:
        raise WrongState(_("Record the result of this matching first: the decision is made on it."))
    sent = request.POST if request.method == "POST" else None
    return ticket, DecisionForm(sent, ticket=ticket, result=result, goes_on=goes_on)


def decision_context(request: HttpRequest, ticket: Ticket, form: DecisionForm) -> dict[str, Any]:
    """The page of a decision: the result above it, and whether its reader recorded it."""
    told = {"form": form, "shown": result_shown(form.result), "goes_on": form.goes_on}
    return standing(request, ticket) | told | {"recorded_by_reader": form.result.recorded_by_id == request.user.pk}


def threshold_said() -> str:
    """The threshold in force, as the reader's language writes it."""
    return _percent(in_force())


def has_result(ticket: Ticket) -> bool:
    """Is there a result of the matching under way that nobody has decided on?"""
    return current_result(ticket) is not None
