"""The API of tickets, version 1, for the systems of the CNAM and of data holders: each sees and moves the tickets of its own body.

Nothing is open without a token but the public keys; a request that changes something carries a key, under which it is done once.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from ninja import NinjaAPI, Path
from ninja import Query as Asked

from extractions.exchange import pages, services
from extractions.exchange.answers import Bearer, Minute, answered, error_answers, written
from extractions.exchange.api_schemas import (
    ClientDocument,
    ExpectedBody,
    Filters,
    MoveBody,
    MoveCode,
    NeedDocument,
    NothingBody,
    PackageBody,
    Problem,
    QuestionBody,
    ResultBody,
    TicketDocument,
    TicketPage,
    WebhookKeyList,
)
from extractions.exchange.calls import IF_MATCH, KEY, READING, WRITING, of_client
from extractions.exchange.rules import READ, WRITE

PREFIX = "/api/tickets/v1/"
api = NinjaAPI(
    title="Tickets of extractions",
    version="1.0.0",
    description=(
        "For the systems of the CNAM and of data holders. A token belongs to one system of one body: it sees the tickets of this body"
        " and no other; the number of another body's ticket is not found."
    ),
    docs_url=None,
    openapi_url=None,
    urls_namespace="tickets-api",
    auth=Bearer(),
    throttle=[Minute()],
    openapi_extra={"info": {"contact": {"email": settings.OPERATOR_CONTACT}}},
)
error_answers(api)
NUMBER = Path(..., pattern=r"^TIC-[0-9]{4}-[0-9]{5,10}$", description="The number of a ticket, such as TIC-2026-00042.")


@api.get("/me", response={200: ClientDocument} | READING, summary="Whose token this is", operation_id="me")
def me(request: HttpRequest) -> HttpResponseBase:
    """The system, its body and its rights: the first thing to try."""
    return answered(of_client(request))


@api.get("/tickets", response={200: TicketPage} | READING, summary="List the tickets", operation_id="list_tickets")
def tickets(request: HttpRequest, filters: Asked[Filters]) -> HttpResponseBase:
    """The tickets of the body, in the order in which they were opened. Needs the right tickets:read."""
    return answered(pages.page(request, READ, filters))


@api.get("/tickets/{number}", response={200: TicketDocument, 404: Problem} | READING, summary="Read a ticket", operation_id="read_ticket")
def ticket(request: HttpRequest, number: str = NUMBER) -> HttpResponseBase:
    """One ticket, with its ETag. Needs the right tickets:read."""
    return answered(*pages.one(request, READ, number))


@api.get(
    "/tickets/{number}/need",
    response={200: NeedDocument, 404: Problem} | READING,
    summary="Read the agreed need",
    operation_id="read_need",
)
def need(request: HttpRequest, number: str = NUMBER) -> HttpResponseBase:
    """What the work of a ticket is done on; 404 until both sides have agreed. Needs the right tickets:read."""
    return answered(*pages.need(request, READ, number))


@api.post("/tickets/{number}/claim", response={200: TicketDocument} | WRITING, summary="Take a ticket", operation_id="claim_ticket")
def claim(request: HttpRequest, number: str = NUMBER, key: str = KEY, if_match: str = IF_MATCH) -> HttpResponseBase:
    """Note that the system has taken it. Needs the right tickets:write, like all that follows."""
    return written(pages.write(request, WRITE, number, key, if_match, services.claim))


@api.post("/tickets/{number}/moves/{move}", response={200: TicketDocument} | WRITING, summary="Move a ticket", operation_id="move_ticket")
def move(
    request: HttpRequest, body: MoveBody, move: MoveCode, number: str = NUMBER, key: str = KEY, if_match: str = IF_MATCH
) -> HttpResponseBase:
    """Make one step of the work; the ticket lists in `moves` those that are possible now."""
    return written(pages.write(request, WRITE, number, key, if_match, services.move(move.value, body.because)))


@api.post("/tickets/{number}/expected", response={200: TicketDocument} | WRITING, summary="Announce a day", operation_id="announce_day")
def expected(request: HttpRequest, body: ExpectedBody, number: str = NUMBER, key: str = KEY, if_match: str = IF_MATCH) -> HttpResponseBase:
    """Say for which day the work is expected: the applicant reads it too."""
    return written(pages.write(request, WRITE, number, key, if_match, services.expect(body.expected_on)))


@api.post(
    "/tickets/{number}/questions", response={200: TicketDocument} | WRITING, summary="Ask the applicant", operation_id="ask_applicant"
)
def questions(request: HttpRequest, body: QuestionBody, number: str = NUMBER, key: str = KEY, if_match: str = IF_MATCH) -> HttpResponseBase:
    """Put a question to the applicant: the period stands still until the answer."""
    return written(pages.write(request, WRITE, number, key, if_match, services.ask(body.question)))


@api.post(
    "/tickets/{number}/questions/withdraw",
    response={200: TicketDocument} | WRITING,
    summary="Take a question back",
    operation_id="withdraw_question",
)
def withdraw(request: HttpRequest, body: NothingBody, number: str = NUMBER, key: str = KEY, if_match: str = IF_MATCH) -> HttpResponseBase:
    """Take back the open question that this system has put: the work goes on without an answer."""
    return written(pages.write(request, WRITE, number, key, if_match, services.withdraw))


@api.post(
    "/tickets/{number}/matching-results",
    response={200: TicketDocument} | WRITING,
    summary="Record the result of a matching",
    operation_id="record_matching_result",
)
def result(request: HttpRequest, body: ResultBody, number: str = NUMBER, key: str = KEY, if_match: str = IF_MATCH) -> HttpResponseBase:
    """Say what the matching under way gave, in counts; going on or not stays with a person. A later result takes its place."""
    passes = [(one.criteria, one.found) for one in body.passes]
    return written(pages.write(request, WRITE, number, key, if_match, services.result(body.submitted, passes)))


@api.post(
    "/tickets/{number}/packages",
    response={200: TicketDocument, 413: Problem} | WRITING,
    summary="Announce a delivery",
    operation_id="announce_delivery",
)
def deliver(request: HttpRequest, body: PackageBody, number: str = NUMBER, key: str = KEY, if_match: str = IF_MATCH) -> HttpResponseBase:
    """Say that a package was sent, with its list of files: the applicant has a set time to accept or refuse it."""
    told = body.model_dump(exclude={"manifest"}) | {"channel": body.channel.value}
    return written(pages.write(request, WRITE, number, key, if_match, services.deliver(body.manifest, told)))


@api.get("/webhook-keys", response={200: WebhookKeyList}, auth=None, throttle=[], summary="Keys of webhooks", operation_id="webhook_keys")
def webhook_keys(request: HttpRequest) -> HttpResponseBase:
    """The public keys by which a receiver checks the signatures of webhooks; open to all."""
    return answered({"keys": pages.keys()})
