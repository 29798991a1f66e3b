"""What the pages of a controller show: the board, one request, and the page of each act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rights import policies
from rights.answering import queries
from rights.answering.documents import sealed_complement, sealed_request
from rights.answering.forms import ACTS, SealedForm
from rights.answering.history import history_of, history_watched
from rights.answering.queries import Asked, Row
from rights.answering.rules import CONTROLLER, PERSON
from rights.entitlements.states import Evidence
from rights.envelopes.models import Envelope, SealedMessage
from rights.models import Routing
from rights.remedies import remedies_of
from rights.slots import DESK_PARTS
from rights.states import Complement, Prolonging, Right, RoutingState
from ui.navigation import stand_under
from ui.pagination import page_of
from workflow.access_log import log_read
from workflow.engine import available
from workflow.periods import paris_day

PAGE, PER_PAGE = "rights_request", 25
S = RoutingState
#: The tone of a state; never the only sign of it.
TONES: dict[str, str] = {
    S.DEPOSITED: "new",
    S.COMPLEMENT_ASKED: "warning",
    S.ACCEPTED: "success",
    S.PARTLY_ACCEPTED: "success",
    S.REFUSED: "error",
    S.EXPIRED: "warning",
}
TURNS: dict[str, Any] = {CONTROLLER: _("The controller"), PERSON: _("The person")}
#: What comes next, for who answers.
NEXT: dict[str, Any] = {
    S.DEPOSITED: _("Fetch the sealed envelope. Only your key opens it, on your side."),
    S.TRANSMITTED: _("Open the envelope on your side, then say so: the copy that the window keeps is deleted fifteen days later."),
    S.TAKEN_UP: _("Examine the request, then answer it."),
    S.EXTENDED: _("Examine the request, then answer it. The time limit cannot be extended any more."),
    S.COMPLEMENT_ASKED: _("The person has the next word. If their complement came by another way, say so."),
}
#: The acts of the page, in their order: the first that is possible is the one next thing.
_ORDER = ("repondre", "complement", "prolonger", "joindre")


@dataclass(frozen=True)
class Act:
    """Something that the reader may do now, and where."""

    label: Any
    url: str
    is_post: bool = False


def works_here(request: HttpRequest) -> bool:
    """Is the board one of the reader's pages? For who answers for a controller, and for who watches over delays."""
    user = request.user
    if not user.is_authenticated or not user.is_active:
        return False
    return policies.reads_all(user) or bool(policies.controllers_of(user) or policies.watched_by(user))


def asked_by(request: HttpRequest) -> Asked:
    """What the reader looks for; what nobody offers is left out."""
    said = {name: request.GET.get(name, "")[:120].replace("\0", "") for name in ("etat", "base", "droit", "tour", "agent", "q", "retard")}
    return Asked(
        state=said["etat"] if said["etat"] in {queries.ALL, *RoutingState.values} else "",
        database=said["base"],
        right=said["droit"] if said["droit"] in Right.values else "",
        turn=said["tour"] if said["tour"] in TURNS else "",
        agent=said["agent"] if said["agent"] in ("mine", "none") else "",
        late=said["retard"] == "1",
        words=said["q"],
        sort=request.GET.get("sort", "")[:20],
    )


def board_shown(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """The board; 404 for who has nothing to do with requests."""
    require_reader(request)
    stand_under(request, "rights_board")
    asked, today = asked_by(request), paris_day(now)
    page = page_of(queries.on_board(request.user, asked, today), request, PER_PAGE)
    answers = bool(policies.controllers_of(request.user))
    return {
        "asked": asked,
        "page": page,
        "rows": queries.rows_of(page, request.user, now),
        "tones": TONES,
        "turns": TURNS,
        "counts": queries.counts(request.user, today),
        "answers": answers,
        "databases": queries.databases_of(request.user) if answers else [],
        "rights": queries.rights_offered() if answers else [],
        "states": [(queries.ALL, _("All, those that have ended too")), *RoutingState.choices],
        "query": request.GET.urlencode(),
        "wider": "" if asked.state else urlencode({**request.GET.dict(), "etat": queries.ALL}),
    }


def require_reader(request: HttpRequest) -> None:
    """404 for who has nothing to do with requests."""
    if not works_here(request):
        raise Http404


def routing_for(request: HttpRequest, number: str, action: str = "see") -> Routing:
    """The request of this number with which the person may do this; 404 otherwise, as if it did not exist."""
    rows = queries.with_clock(Routing.objects.select_related("database", "organisation", "agent", "request", "lifts"))
    found: Routing = get_object_or_404(rows, number=number)
    if not policies.may(request.user, action, found):
        raise Http404
    stand_under(request, "rights_board")
    return found


def shown(request: HttpRequest, number: str, now: datetime) -> dict[str, Any]:
    """The page of one request: states and dates for who watches, all of it for who answers."""
    routing = routing_for(request, number)
    log_read(request.user, PAGE, Routing.subject_type, routing.pk)
    row = queries.rows_of([routing], request.user, now)[0]
    told = {
        "routing": routing,
        "row": row,
        "tone": TONES.get(routing.state, ""),
        "turn": TURNS.get(row.turn, ""),
        "history": history_of(routing) if row.is_own else history_watched(routing),
        "remedies": remedies_of(routing),
        "parts": _parts(request, routing),
        "complement": Complement(routing.complement).label if routing.complement else "",
        "prolonging": Prolonging(routing.prolonging).label if routing.prolonging else "",
    }
    return told | (_for_controller(request, row) if row.is_own else {})


def _for_controller(request: HttpRequest, row: Row) -> dict[str, Any]:
    """What only the controller's own people see: what was asked, the envelope, the messages, and what they may do."""
    routing = row.routing
    envelope = Envelope.objects.defer("sealed").select_related("key").filter(routing=routing.pk).first()
    acts = acts_of(request, row, envelope)
    return {
        "next": NEXT.get(routing.state, ""),
        "evidence": Evidence(routing.evidence).label,
        "acts": acts,
        "envelope": envelope,
        "messages_sealed": list(SealedMessage.objects.defer("sealed").filter(routing=routing.pk)),
        "claims": routing.is_open and routing.agent_id is None and policies.may(request.user, "claim", routing),
        "reads_here": envelope is not None and envelope.is_there and routing.is_open,
        "takes_up": any(act.url == reverse("answering:take_up", args=[routing.number]) for act in acts),
    }


def acts_of(request: HttpRequest, row: Row, envelope: Envelope | None) -> list[Act]:
    """What the reader may do now, the one next thing first; nothing is extended once it is late."""
    routing = row.routing
    moves = {spec.name: spec for spec in available(routing, by=request.user)}
    found: list[Act] = []
    if "transmit" in moves or ("take_up" in moves and envelope is not None and envelope.is_there):
        label = _("Fetch the envelope") if "transmit" in moves else _("Fetch the envelope again")
        found.append(Act(label, reverse("answering:envelope", args=[routing.number]), is_post=True))
    if "transmit" in moves or "take_up" in moves:
        taking = Act(_("It is opened: take up the request"), reverse("answering:take_up", args=[routing.number]), is_post=True)
        found.insert(0 if "take_up" in moves else 1, taking)
    if "give_complement" in moves:
        received = reverse("answering:complement_received", args=[routing.number])
        found.append(Act(_("The complement came by another way"), received, is_post=True))
    for place in _ORDER:
        action, _form, label = ACTS[place][:3]
        is_too_late = action == "extend" and row.is_late
        if (action in moves and not is_too_late) or (action == "attach" and routing.is_answered):
            found.append(Act(label, reverse("answering:act", args=[routing.number, place])))
    return found


def _parts(request: HttpRequest, routing: Routing) -> list[tuple[str, dict[str, Any]]]:
    told = [(part.template, part.shown(request, routing, [routing])) for part in DESK_PARTS]
    return [(template, known) for template, known in told if known is not None]


def acting(request: HttpRequest, number: str, place: str) -> tuple[Routing, SealedForm, dict[str, Any]]:
    """The request, the form of the act and what stands around it; 404 for another place, or for who may not."""
    if place not in ACTS:
        raise Http404
    action, form_class, heading, follows, done = ACTS[place]
    routing = routing_for(request, number, action)
    bound = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = form_class(*bound, routing=routing)
    envelope = Envelope.objects.defer("sealed").select_related("key").filter(routing=routing.pk).first()
    told = {"routing": routing, "form": form, "heading": heading, "follows": follows, "done": done, "place": place}
    return routing, form, told | {"envelope": envelope, "kind": form.kind.value}


def envelope_file(routing: Routing, envelope: Envelope) -> dict[str, Any]:
    """The envelope as the file that `tools/rights_desk.py` opens: what it is bound to, and the sealed bytes."""
    return sealed_request(envelope, routing)


def message_file(routing: Routing, message: SealedMessage) -> dict[str, Any]:
    """A complement as the file that the tool opens."""
    return sealed_complement(message, routing.number)
