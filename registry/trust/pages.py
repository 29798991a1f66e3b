"""What the pages of the room show: a fiche's history and versions, the log and its files, the part of a fiche's page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.models import Fiche, RegistryState
from registry.slots import FICHE_ACTS
from registry.trust import checkpoints, history, log
from registry.trust.corrections import Tally, tally
from registry.trust.history import plain_facts
from registry.trust.models import Checkpoint, Correction, LogEntry, Withdrawal
from registry.trust.published import versions_shown
from registry.turns import in_turn
from requests_app.policies import may_on_site
from ui.pagination import page_of

ROWS = 20


def fiche_named(number: str) -> Fiche:
    """The fiche of this number, withdrawn or not; Http404 for none."""
    found = Fiche.objects.known_as(number)
    if found is None:
        raise Http404(number)
    return found


def live_fiche(number: str) -> Fiche:
    """The fiche of this number that the public reads; Http404 for none."""
    found = fiche_named(number)
    if not found.live:
        raise Http404(number)
    return found


def version_named(number: str, version: int) -> Any:
    """A version of a fiche, with what is withheld of it; Http404 for none."""
    found = versions_shown().filter(fiche=fiche_named(number), number=version).first()
    if found is None:
        raise Http404(version)
    return found


def history_shown(request: HttpRequest, fiche: Fiche) -> dict[str, Any]:
    """A page of the history of a fiche: its versions, each with what it changed."""
    rows = history.history_of(fiche)
    page = page_of(rows, request, ROWS)
    versions = list(page.object_list)
    older = rows.filter(number__lt=versions[-1].number).first() if versions else None
    return {"fiche": fiche, "page": page, "steps": history.steps(versions, older)}


def version_shown(version: Any) -> dict[str, Any]:
    """One version: what the fiche said then, or why it is not said any more, what it changed, and how it is cited."""
    older = history.history_of(version.fiche).filter(number__lt=version.number).first()
    shown: dict[str, Any] = {"version": version, "fiche": version.fiche, "step": history.steps([version], older)[0]}
    if version.withheld or not version.said:
        return shown | {"withdrawal": _withdrawal_of(version)}
    page = history.page_of_version(version)
    life = list(plain_facts(page, history.OF_ITS_LIFE))
    return shown | {"page": page, "life": life, "citation": history.citation_of(version)}


def _withdrawal_of(version: Any) -> Any:
    """The withdrawal that hides a version."""
    later = Withdrawal.objects.filter(fiche=version.fiche, version__number__gte=version.number)
    return later.select_related("version").order_by("version__number").first()


# --- the log -------------------------------------------------------------------------------------
def journal_shown(request: HttpRequest) -> dict[str, Any]:
    """The page that explains the log: how long it is, and its checkpoints, the latest first."""
    page = page_of(Checkpoint.objects.order_by("-day"), request, ROWS)
    return {"size": log.size(), "page": page, "last": checkpoints.last(), "keys": verifiers()}


def verifiers() -> list[str]:
    """The public keys that signed checkpoints, the present one first."""
    found = dict.fromkeys(Checkpoint.objects.order_by("-day").values_list("verifier", flat=True).iterator())
    return list(found)


def state_of_files(request: HttpRequest, **_kwargs: Any) -> str:
    """What the public files of the log depend on, as an ETag: a publication or a withdrawal gives another."""
    state = RegistryState.objects.order_by("pk").values_list("version", flat=True).first() or 0
    return f'"{state}-{Checkpoint.objects.count()}-{request.GET.get("depuis", "")[:20]}"'


def streamed(lines: Iterator[bytes], name: str) -> StreamingHttpResponse | HttpResponse:
    """Lines of JSON as a file, sent as they are read; 503 when this process serves as many downloads as it may."""
    held = in_turn(lines)
    if held is None:
        sentence = _("Too many downloads at once: come back in a minute.")
        return HttpResponse(sentence, "text/plain; charset=utf-8", 503, headers={"Retry-After": "60", "Cache-Control": "no-store"})
    return StreamingHttpResponse(held, content_type=NDJSON, headers=headers_of(name))


#: One JSON object a line.
NDJSON = "application/x-ndjson; charset=utf-8"


def headers_of(name: str) -> dict[str, str]:
    """What goes with a file of the log: its name, and that a copy is good as long as its tag is."""
    return {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "public, no-cache"}


def first_asked(request: HttpRequest) -> int:
    """From which entry on the reader wants the log."""
    asked = request.GET.get("depuis", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else 0


def or_404(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What is made, or Http404 when there is no such thing."""
    try:
        return make()
    except (ValueError, LogEntry.DoesNotExist) as error:
        raise Http404 from error


def part_of_fiche(request: HttpRequest, fiche: Fiche) -> dict[str, Any]:
    """The part of a fiche's page: its place in the log and the day on which that was signed; one query."""
    signed = Checkpoint.objects.filter(size__gt=OuterRef("index")).order_by("day").values("day")[:1]
    entries = LogEntry.objects.filter(version__fiche=fiche.pk, version__number=fiche.version)
    return {"entry": entries.annotate(signed_on=Subquery(signed)).first()}


# --- corrections ---------------------------------------------------------------------------------
def tallies(at: datetime) -> dict[str, Any]:
    """The public figures of the corrections: label, those of the last year, those of all."""
    since = Correction.objects.order_by("asked_at").values_list("asked_at", flat=True).first()
    if since is None:
        return {"since": None, "rows": []}
    year, ever = (figures_in_words(tally(start)) for start in (at - timedelta(days=365), since))
    return {"since": since, "rows": [(label, year[label], ever[label]) for label in ever]}


def figures_in_words(counted: Tally) -> dict[str, str]:
    """Each figure under its label."""
    days = "–" if counted.days is None else ngettext("%(count)d day", "%(count)d days", counted.days) % {"count": counted.days}
    return {
        _("Requests received"): str(counted.asked),
        _("Requests answered"): str(counted.answered),
        _("Requests accepted"): str(counted.accepted),
        _("Of these, corrected already"): str(counted.corrected),
        _("Requests refused, with a reason"): str(counted.refused),
        _("Half of the answers within"): days,
    }


def acts_on(request: HttpRequest, fiche: Fiche) -> list[Any]:
    """What this officer may do to the fiche, on the pages of all rooms."""
    return [act for act in FICHE_ACTS if act.live == fiche.live and may_on_site(request.user, act.action)]
