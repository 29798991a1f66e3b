"""What systems do of the oppositions, added to the API of rights: receipts, versions, attestations, what a delivery lacks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from ninja import Path
from ninja import Query as Asked

from extractions.exchange.answers import answered, written
from extractions.exchange.api import NUMBER as TICKET
from extractions.exchange.api_schemas import Paging, Problem
from extractions.exchange.calls import IF_MATCH, KEY, READING
from rights.answering.api import WRITING, api
from rights.answering.document import TAGGED
from rights.oppositions import endpoints
from rights.oppositions.api_schemas import DeliveryDocument, ManifestBody, ReceiptsDocument, SignedBody, VersionDocument, VersionPage
from rights.oppositions.documents import ATTESTATION, RECHECK

DATABASE = Path(..., pattern=r"^[a-z0-9-]{1,60}$", description="The code of a database, such as bndmr.")
FOUND = READING | {404: Problem}
TAGGED |= {"ReceiptsDocument", "VersionDocument", "DeliveryDocument"}


@api.get(
    "/opposition-sets/{database}/receipts",
    response={200: ReceiptsDocument} | FOUND,
    summary="Receipts for the next version",
    operation_id="opposition_receipts",
)
def receipts(request: HttpRequest, database: str = DATABASE) -> HttpResponseBase:
    """What the next version of a database is to hold. Needs the right oppositions:publish, like all that is asked of oppositions."""
    return answered(*endpoints.receipts(request, database))


@api.get(
    "/opposition-sets/{database}/versions",
    response={200: VersionPage} | FOUND,
    summary="List the versions",
    operation_id="opposition_versions",
)
def versions(request: HttpRequest, filters: Asked[Paging], database: str = DATABASE) -> HttpResponseBase:
    """The versions that were published of a database, the first one first."""
    return answered(endpoints.versions(request, database, filters))


@api.post(
    "/opposition-sets/{database}/versions",
    response={200: VersionDocument} | WRITING,
    summary="Publish a version",
    operation_id="publish_version",
)
def publish(
    request: HttpRequest, body: ManifestBody, database: str = DATABASE, key: str = KEY, if_match: str = IF_MATCH
) -> HttpResponseBase:
    """Publish the next version: the manifest as the tool signed it. No identifier and no token is ever sent."""
    return written(endpoints.publish_version(request, database, key, if_match))


@api.get(
    "/deliveries/{ticket}/oppositions",
    response={200: DeliveryDocument} | FOUND,
    summary="What a delivery lacks",
    operation_id="delivery_oppositions",
)
def delivery(request: HttpRequest, ticket: str = TICKET) -> HttpResponseBase:
    """What stands attested of the package that comes next, and what would keep it back if it were announced today."""
    return answered(*endpoints.delivery(request, ticket))


@api.post(
    "/deliveries/{ticket}/attestations",
    response={200: DeliveryDocument} | WRITING,
    summary="Attest a delivery",
    operation_id="attest_delivery",
)
def attest(request: HttpRequest, body: SignedBody, ticket: str = TICKET, key: str = KEY, if_match: str = IF_MATCH) -> HttpResponseBase:
    """Send the attestation of the package that comes next, as the tool signed it, before the package is announced."""
    return written(endpoints.send(request, ticket, key, if_match, ATTESTATION))


@api.post(
    "/deliveries/{ticket}/rechecks",
    response={200: DeliveryDocument} | WRITING,
    summary="Look a second time",
    operation_id="recheck_delivery",
)
def recheck(request: HttpRequest, body: SignedBody, ticket: str = TICKET, key: str = KEY, if_match: str = IF_MATCH) -> HttpResponseBase:
    """Send what a second operator found in a sample; another system, or a person, than who sent the attestation."""
    return written(endpoints.send(request, ticket, key, if_match, RECHECK))
