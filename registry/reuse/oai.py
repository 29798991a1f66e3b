"""The registry for library catalogues: OAI-PMH 2.0 with Dublin Core, written by the library `oaipmh`; what is told is decided here.

A withdrawn fiche stays for ever as a deleted record. A list is cut by places, so that a page costs the same however far it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Min, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from oaipmh import common, error, metadata, server
from oaipmh.datestamp import DatestampError

from registry.models import Fiche
from registry.reuse.exports import page_of_site
from registry.reuse.models import Stamp
from registry.reuse.schema import LICENCE

PREFIX = "oai_dc"
PER_PAGE = 100
#: Of so many fiches written since a moment, or fewer, only these are looked at; more soon fill a page.
MOST_LISTED = 5_000
FORMAT = (PREFIX, "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/")
#: What XML cannot hold.
NOT_XML = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
Record = tuple[common.Header, common.Metadata | None, None]
Dates = dict[str, datetime]


def answer_to(given: QueryDict) -> bytes:
    """The XML that answers a request of the protocol."""
    asked = {NOT_XML.sub("\ufffd", name): NOT_XML.sub("\ufffd", values[-1]) for name, values in given.lists()}  # the answer repeats them
    if any(len(values) > 1 for _name, values in given.lists()):
        asked = {"verb": asked.get("verb", ""), "repeated": "argument"}  # which no verb knows: badArgument
    if asked.get("verb") == "GetMetadata":
        asked = {"verb": "unknown"}  # of the library, not of the protocol
    if asked.get("resumptionToken") == "":
        asked["resumptionToken"] = "empty"
    return bytes(server.ServerBase(Repository(), _writers()).handleRequest(asked))


def _writers() -> metadata.MetadataRegistry:
    writers = metadata.MetadataRegistry()
    writers.registerWriter(PREFIX, server.oai_dc_writer)
    return writers


class Repository:
    """What the library asks us; the names are its own."""

    def identify(self) -> common.Identify:
        """Who keeps the records, since when, and what becomes of those that are withdrawn."""
        return common.Identify(
            repositoryName=f"{settings.SITE_NAME} – {settings.OPERATOR_NAME}",
            baseURL=page_of_site(reverse("reuse:oai")),
            protocolVersion="2.0",
            adminEmails=[settings.OPERATOR_CONTACT],
            earliestDatestamp=_naive(_earliest() or timezone.now()),
            deletedRecord="persistent",
            granularity="YYYY-MM-DDThh:mm:ssZ",
            compression=["identity"],
            toolkit_description=False,
        )

    def listMetadataFormats(self, identifier: str | None = None) -> list[tuple[str, str, str]]:  # noqa: N802
        """Dublin Core, for every record."""
        if identifier is not None:
            _known(identifier)
        return [FORMAT]

    def listSets(self, **_asked: Any) -> Any:  # noqa: N802
        """There are no sets: the API and the files filter better."""
        raise error.NoSetHierarchyError("This repository has no sets.")

    def getRecord(self, metadataPrefix: str, identifier: str) -> Record:  # noqa: N802, N803
        """One record, by its identifier."""
        fiche = _known(identifier)
        _require_format(metadataPrefix)
        return _record(fiche)

    def listIdentifiers(self, **asked: Any) -> tuple[list[common.Header], str | None]:  # noqa: N802
        """A page of headers, and where the next begins."""
        rows, token = _page(asked, _stamped().only("number", "live", "pos"))
        return [_header(fiche) for fiche in rows], token

    def listRecords(self, **asked: Any) -> tuple[list[Record], str | None]:  # noqa: N802
        """A page of records, and where the next begins."""
        rows, token = _page(asked, _stamped().defer("body", "added"))
        return [_record(fiche) for fiche in rows], token


def _stamped() -> QuerySet[Any]:
    """Every fiche, withdrawn or not, with the moment at which the registry last wrote it."""
    return Fiche.objects.annotate(stamped=Coalesce("stamp__at", "updated_at")).order_by("pos")


def _earliest() -> datetime | None:
    """A moment before which nothing was written: of two, each the first of its index."""
    firsts = (Stamp.objects.aggregate(at=Min("at"))["at"], Fiche.objects.aggregate(at=Min("updated_at"))["at"])
    return min((at for at in firsts if at is not None), default=None)


def _page(asked: dict[str, Any], rows: QuerySet[Any]) -> tuple[list[Any], str | None]:
    """The rows of one page; an empty token ends a list that was cut."""
    resumed = "resumptionToken" in asked
    asked, after = _resumed(asked["resumptionToken"]) if resumed else (asked, -1)
    if asked.get("set") is not None:
        raise error.NoSetHierarchyError("This repository has no sets.")
    _require_format(asked["metadataPrefix"])
    found = list(_between(rows, asked.get("from_"), asked.get("until")).filter(pos__gt=after)[: PER_PAGE + 1])
    if len(found) <= PER_PAGE:
        return found, "" if resumed else None
    return found[:PER_PAGE], str(server.encodeResumptionToken(asked, found[PER_PAGE - 1].pos))


def _resumed(token: str) -> tuple[dict[str, Any], int]:
    """What a token asks for, and after which place; raises BadResumptionTokenError for one that we did not give."""
    try:
        asked, after = server.decodeResumptionToken(token)
    except (DatestampError, ValueError):
        raise error.BadResumptionTokenError("This token was not given here.") from None
    if "metadataPrefix" not in asked or set(asked) - {"metadataPrefix", "from_", "until"} or not -1 < after < 2**31:
        raise error.BadResumptionTokenError("This token was not given here.")
    return asked, after


def _between(rows: QuerySet[Any], first: datetime | None, last: datetime | None) -> QuerySet[Any]:
    """The rows last written between two moments, to the second, both included."""
    if first is not None and last is not None and first > last:
        raise error.BadArgumentError("from is later than until.")
    if first is not None:
        rows = _written_since(rows, first.replace(tzinfo=UTC))
    return rows.filter(stamped__lte=last.replace(microsecond=999_999, tzinfo=UTC)) if last is not None else rows


def _written_since(rows: QuerySet[Any], first: datetime) -> QuerySet[Any]:
    """The rows last written since a moment: when they are few among a million, they are found by their moments and not by their places."""
    stamped = Stamp.objects.filter(at__gte=first).order_by().values_list("fiche_id", flat=True)[: MOST_LISTED + 1]
    changed = Fiche.objects.filter(updated_at__gte=first).order_by().values_list("pk", flat=True)[: MOST_LISTED + 1]
    lately = {*stamped, *changed}
    rows = rows.filter(stamped__gte=first)
    return rows.filter(pk__in=lately) if len(lately) <= MOST_LISTED else rows


def _require_format(prefix: str) -> None:
    if prefix != PREFIX:
        raise error.CannotDisseminateFormatError(f"Only {PREFIX} is given here.")


def _identifier(number: str) -> str:
    return f"oai:{urlsplit(settings.SITE_URL).hostname}:{number}"


def _known(identifier: str) -> Any:
    """The fiche behind an identifier; raises IdDoesNotExistError for one that was never given."""
    prefix = _identifier("")
    fiche = _stamped().filter(number=identifier.removeprefix(prefix)).first() if identifier.startswith(prefix) else None
    if fiche is None:
        raise error.IdDoesNotExistError("No record has this identifier.")
    return fiche


def _header(fiche: Any) -> common.Header:
    return common.Header(None, _identifier(fiche.number), _naive(fiche.stamped), [], not fiche.live)


def _record(fiche: Any) -> Record:
    return _header(fiche), common.Metadata(None, _dublin_core(fiche)) if fiche.live else None, None


def _dublin_core(fiche: Fiche) -> dict[str, list[str]]:
    """The fiche in the fifteen elements of Dublin Core; texts are French, as they are in the dossier."""
    said = fiche.said
    subjects = [one["fr"] for name in ("domains", "objectives") for one in said.get(name) or ()]
    told = {
        "title": [fiche.heading],
        "creator": [fiche.controller_name],
        "subject": subjects,
        "description": [fiche.lay_summary],
        "publisher": [settings.OPERATOR_NAME],
        "contributor": [(said.get("body_in_charge") or {}).get("name", "")],
        "date": [fiche.published_at.date().isoformat()],
        "type": ["Text"],
        "format": ["text/html"],
        "identifier": [page_of_site(fiche.get_absolute_url()), fiche.number, fiche.real_number or ""],
        "source": [one.get("fr", "") for one in said.get("sources") or ()],
        "language": ["fr"],
        "relation": [one.get("url", "") for one in said.get("publications") or ()],
        "rights": [LICENCE["title"], LICENCE["path"]],
    }
    return {name: _clean(values) for name, values in told.items()}


def _clean(values: Iterable[str]) -> list[str]:
    return [NOT_XML.sub("", value) for value in values if value]


def _naive(at: datetime) -> datetime:
    """An instant as the library wants it: universal time that does not say so."""
    return at.astimezone(UTC).replace(tzinfo=None)
