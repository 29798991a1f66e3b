"""What the pages of a need show: the version in play and whose word is missing, the draft, the versions, two of them side by side."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from extractions.models import Ticket
from extractions.needs import queries, rules
from extractions.needs.content import sha256
from extractions.needs.forms.codes import CodesForm
from extractions.needs.forms.deciding import AgreeForm, NoteForm, ProposeForm
from extractions.needs.forms.sections import DatabaseForm, GeneralForm
from extractions.needs.generated import generated
from extractions.needs.models import NeedDraft, NeedVersion
from extractions.needs.reading import PAGE, Place, around, draft_for, place_for, version_for
from extractions.needs.shown import content_shown, criterion_shown, difference
from extractions.needs.sides import NeedSide
from extractions.policies import MAY
from extractions.reading import note_ticket_read, standing, ticket_roles, ticket_to
from extractions.states import WITH_NEED, Side, TicketState
from requests_app.models import Dossier
from workflow.refusals import RuleBroken, WrongState

_AWAITING = frozenset({TicketState.CREATED, TicketState.NEED_TO_SPECIFY})
_BOTH = gettext_lazy("Version %(number)s is agreed by both sides: the work is done on it.")
_ONE = gettext_lazy("Version %(number)s is proposed. Still to agree to it: %(side)s.")
_NONE = gettext_lazy("Version %(number)s is proposed; neither side has agreed to it yet.")


def status_of(version: NeedVersion | None) -> Any:
    """Where a need stands, in one sentence."""
    if version is None:
        return _("No version is proposed yet.")
    lacking = [side for side in NeedSide if version.agreement_of(side)[0] is None]
    said = {"number": version.number}
    if not lacking:
        return _BOTH % said
    if len(lacking) == len(NeedSide):
        return _NONE % said
    return _ONE % (said | {"side": _the(lacking[0], version)})


def _the(side: NeedSide, version: NeedVersion) -> str:
    return str(Side.APPLICANT.label) if side is NeedSide.APPLICANT else str(version.need.organisation)


def _version_shown(place: Place, version: NeedVersion) -> dict[str, Any]:
    """What a version says, who agreed to it, and the addresses of its files."""
    key = [*place.key, version.number]

    def address(slug: str, criterion: str) -> str:
        return reverse("needs:codes_file", args=[*key, slug, criterion])

    agreements = [(side.label, *version.agreement_of(side)) for side in NeedSide]
    return content_shown(version.said, place.dossier, address) | {"version": version, "agreements": agreements}


def _agrees(place: Place, version: NeedVersion, last: NeedVersion | None, by: Any) -> bool:
    """May the reader agree to this version now?"""
    if place.side is None or last is None or last.pk != version.pk or not place.is_served or not place.may("agree_to_need"):
        return False
    return version.agreement_of(place.side)[0] is None and version.agreement_of(place.side.other)[1] != by


def need_shown(request: HttpRequest, reference: str, organisation: int) -> dict[str, Any]:
    """The page of a need: its last version, whose word is missing, and what the reader may do."""
    place = place_for(request, reference, organisation)
    note_ticket_read(request, place.ticket, PAGE)
    last = queries.last_version(place.need)
    told = around(request, place) | {"status": status_of(last), "version": last, "waits_for_reason": False}
    if last is not None:
        told |= _version_shown(place, last) | {"agrees": _agrees(place, last, last, request.user)}
    return told | _drafting(place, last) | {"versions": _heads(place), "tickets": place.tickets}


def _drafting(place: Place, last: NeedVersion | None) -> dict[str, Any]:
    """Whether the reader's side writes a draft, may begin one, or has no reason to."""
    if not place.may("draft_need") or place.side is None or not place.is_served:
        return {"draft": None, "begins": False, "waits_for_reason": False}
    draft = place.need.drafts.filter(side=place.side).select_related("saved_by").first() if place.need else None
    agreed = queries.agreed_version(*_keys(place)) if last is not None else None
    waits = agreed is not None and not rules.reasons_since(agreed)
    return {"draft": draft, "begins": draft is None and not waits, "waits_for_reason": draft is None and waits}


def _keys(place: Place) -> tuple[int, int]:
    return place.dossier.pk, place.organisation.pk


def _heads(place: Place) -> list[NeedVersion]:
    return list(place.need.versions.heads().order_by("-number")) if place.need else []


def version_shown(request: HttpRequest, reference: str, organisation: int, number: int) -> dict[str, Any]:
    """The page of one version."""
    place = place_for(request, reference, organisation)
    version, last = version_for(request, place, number), queries.last_version(place.need)
    told = {"status": status_of(version), "is_last": last is not None and last.pk == version.pk}
    return around(request, place) | _version_shown(place, version) | told | {"agrees": _agrees(place, version, last, request.user)}


def draft_shown(request: HttpRequest, reference: str, organisation: int) -> dict[str, Any]:
    """The page of a draft: its sections, and what it lacks before it can be proposed."""
    place, draft = draft_for(request, reference, organisation)
    last = queries.last_version(place.need)

    def address(slug: str, criterion: str) -> str:
        return reverse("needs:codes", args=[*place.key, slug, criterion])

    told = {"draft": draft, "lacking": _lacking(place, draft), "stale": last if last and last.number > draft.based_on else None}
    return around(request, place) | content_shown(draft.said, place.dossier, address) | told


def _lacking(place: Place, draft: NeedDraft) -> list[Any]:
    try:
        rules.require_proposable(draft.said, generated(place.dossier, place.organisation, place.tickets))
    except RuleBroken as refusal:
        return [one.sentence for one in refusal.broken]
    return []


def general(request: HttpRequest, reference: str, organisation: int) -> tuple[Place, GeneralForm]:
    """The section of what holds for the whole need."""
    place, draft = draft_for(request, reference, organisation)
    return place, GeneralForm(request.POST if request.method == "POST" else None, draft=draft)


def database(request: HttpRequest, reference: str, organisation: int, slug: str) -> tuple[Place, DatabaseForm]:
    """The section of one database; asking for one more row saves nothing, and keeps everything."""
    place, draft = draft_for(request, reference, organisation)
    one = draft.said.database(slug)
    if one is None:
        raise Http404
    asked = generated(place.dossier, place.organisation, place.tickets).database(slug)
    adds = request.method == "POST" and "add" in request.POST
    sent = request.POST if request.method == "POST" and not adds else None
    form = DatabaseForm(
        sent, draft=draft, slug=slug, offered=asked.components if asked else one.components, typed=request.POST if adds else None
    )
    return place, form


def codes(request: HttpRequest, reference: str, organisation: int, slug: str, criterion: str) -> tuple[Place, CodesForm]:
    """The list of codes of one criterion."""
    place, draft = draft_for(request, reference, organisation)
    one = draft.said.database(slug)
    it = one.criterion(criterion) if one else None
    if it is None:
        raise Http404
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return place, CodesForm(*sent, draft=draft, slug=slug, criterion=it)


def codes_context(form: CodesForm) -> dict[str, Any]:
    """The page of a list: the criterion with its first codes, and the file of the whole list of the draft."""
    need, slug, code = form.draft.need, form.slug, form.criterion.code
    url = reverse("needs:draft_codes_file", args=[need.dossier.reference, need.organisation_id, slug, code])
    database = form.draft.said.database(slug)
    return {"form": form, "one": criterion_shown(form.criterion, 0, url), "database": database}


def proposing(request: HttpRequest, reference: str, organisation: int) -> tuple[dict[str, Any], ProposeForm]:
    """The page on which a draft is proposed: what it lacks, and what it changes in the last version."""
    place, draft = draft_for(request, reference, organisation, "propose_need")
    agreed, last = queries.agreed_version(*_keys(place)), queries.last_version(place.need)
    sent = request.POST if request.method == "POST" else None
    form = ProposeForm(sent, draft=draft, seen=sha256(draft.content), reasons=rules.reasons_since(agreed))
    told = {"draft": draft, "form": form, "lacking": _lacking(place, draft), "last": last, "commits": place.may("agree_to_need")}
    told |= {"changed": difference(last.said, draft.said) if last else None, "fingerprint": sha256(draft.content)}
    return around(request, place) | told, form


def agreeing(request: HttpRequest, reference: str, organisation: int, number: int) -> tuple[dict[str, Any], AgreeForm]:
    """The page on which a version is agreed to: 404 for who does not commit their side, WrongState where nothing is left to agree to."""
    place = place_for(request, reference, organisation, "agree_to_need")
    version = version_for(request, place, number)
    if not _agrees(place, version, queries.last_version(place.need), request.user):
        raise WrongState(_("There is nothing left for you to agree to in this version."))
    form = AgreeForm(request.POST if request.method == "POST" else None, version=version)
    earlier = place.need.versions.filter(number__lt=number).order_by("-number").first() if place.need else None
    told = {"form": form, "earlier": earlier, "changed": difference(earlier.said, version.said) if earlier else None}
    return around(request, place) | _version_shown(place, version) | told, form


def differing(request: HttpRequest, reference: str, organisation: int, number: int) -> dict[str, Any]:
    """A version beside an earlier one: that of the address, else the one before it."""
    place = place_for(request, reference, organisation)
    version = version_for(request, place, number)
    asked = request.GET.get("avec", "")
    other = version_for(request, place, int(asked) if asked.isdecimal() and len(asked) < 6 else number - 1)
    told = {"version": version, "other": other, "changed": difference(other.said, version.said)}
    return around(request, place) | told | {"others": [one for one in _heads(place) if one.number != number]}


def noting(request: HttpRequest, number: str) -> tuple[dict[str, Any], NoteForm]:
    """The page on which the agreed version is noted on a ticket that came back to its need."""
    ticket = ticket_to(request, number, "note_need")
    if ticket.kind not in WITH_NEED:
        raise Http404
    version = queries.agreed_version(ticket.dossier_id, ticket.organisation_id)
    if version is None or ticket.state not in _AWAITING:
        raise WrongState(_("Both sides agree to the same version of the need first."))
    form = NoteForm(request.POST if request.method == "POST" else None, ticket=ticket, version=version)
    return standing(request, ticket) | {"form": form, "version": version}, form


def may_note(ticket: Ticket) -> bool:
    """Is there an agreed need that the ticket could take up?"""
    awaits = ticket.kind in WITH_NEED and ticket.state in _AWAITING
    return awaits and queries.agreed_version(ticket.dossier_id, ticket.organisation_id) is not None


# ---- parts of the base's pages


def ticket_part(request: HttpRequest, ticket: Ticket) -> dict[str, Any] | None:
    """On the page of a ticket: the need, the version that the work is done on, and whose word is missing."""
    if ticket.kind not in WITH_NEED or not ticket_roles(request, ticket) & MAY["see_need"]:
        return None
    need = queries.need_of(ticket)
    versions = list(need.versions.heads().select_related("need__organisation").order_by("-number")) if need else []
    last, worked = versions[0] if versions else None, queries.worked_on(ticket)
    agreed = next((one for one in versions if one.agreed_at is not None), None)
    newer = agreed if agreed and worked is not None and agreed.number > worked else None
    url = reverse("needs:need", args=[ticket.dossier.reference, ticket.organisation_id])
    waits = ticket.state in _AWAITING and last is not None and last.agreed_at is not None
    told = {"status": status_of(last), "url": url, "worked": worked, "newer": newer, "last": last, "waits": waits}
    return told | {"lead": _lead(ticket, last, url) if ticket_roles(request, ticket) & MAY["draft_need"] else None}


def _lead(ticket: Ticket, last: NeedVersion | None, url: str) -> tuple[str, str] | None:
    """What is to be done first while a ticket awaits its need."""
    if ticket.state not in _AWAITING or (last is not None and last.agreed_at is not None):
        return None
    return (_("Write the need") if last is None else _("Read the proposed need"), url)


def tab_part(request: HttpRequest, dossier: Dossier) -> dict[str, Any] | None:
    """On the tab of a dossier: the need of each body whose tickets the reader sees."""
    rows = Ticket.objects.for_reading().visible_to(request.user).filter(dossier=dossier, kind__in=sorted(WITH_NEED))
    tickets = {ticket.organisation_id: ticket for ticket in rows.order_by("-pk")}
    if not tickets:
        return None
    versions: Any = NeedVersion.objects.heads().filter(need__dossier=dossier, need__organisation__in=list(tickets))
    last = {one.need.organisation_id: one for one in versions.select_related("need__organisation").order_by("number")}
    return {"needs": [_tab_row(dossier, ticket, last.get(body)) for body, ticket in tickets.items()]}


def _tab_row(dossier: Dossier, ticket: Ticket, version: NeedVersion | None) -> tuple[str, Any, str]:
    return str(ticket.organisation), status_of(version), reverse("needs:need", args=[dossier.reference, ticket.organisation_id])
