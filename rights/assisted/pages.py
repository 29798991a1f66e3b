"""The three pages of an entry and its receipt. What is typed travels in the page alone, is sealed on arrival, and is kept nowhere."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables

from rights import codes
from rights.asking import drafts, passes
from rights.asking.drafts import DATABASES, IDENTITY, NOTIFY, RIGHTS
from rights.asking.forms.identity import FilesForm, IdentityForm
from rights.asking.needs import payload_for
from rights.asking.plans import Plan
from rights.asking.services.handing import hand_over
from rights.asking.services.sending import Part, taken_with
from rights.assisted import documents
from rights.assisted.forms import ArrivalForm, BlankForm
from rights.assisted.services import enter
from rights.entitlements.services.offering import offer
from rights.envelopes.choices import SealedBy
from rights.envelopes.services.keeping import seal_here
from rights.policies import may_on_site
from rights.services.opening import Taken
from ui.navigation import stand_under
from workflow.periods import paris_day
from workflow.refusals import RuleBroken

#: The page before each one, and what the first one asks beside the databases.
BEFORE = {RIGHTS: DATABASES, IDENTITY: RIGHTS}
ARRIVAL = ("channel", "received_on", "language", "capacity")
PDF = "application/pdf"


def enters(request: HttpRequest) -> bool:
    """Does the reader enter requests for others?"""
    return request.user.is_authenticated and request.user.is_active and may_on_site(request.user, "enter_request")


def require_agent(request: HttpRequest) -> None:
    """404 for who enters no requests."""
    if not enters(request):
        raise Http404
    stand_under(request, "rights_entry")


def begin(request: HttpRequest, at: datetime) -> HttpResponse:
    """A fresh entry."""
    form = ArrivalForm(None, offer(paris_day(at)), at, initial={"received_on": paris_day(at), "language": "fr"})
    return _page(request, Plan(drafts.read(request.POST), at), DATABASES, {"form": form})


def answer(request: HttpRequest, at: datetime) -> HttpResponse:
    """What follows the page that was sent."""
    plan = Plan(drafts.read(request.POST), at)
    if (before := taken_with(plan.draft.token)) is not None:
        return receipt_of(request, plan, before)
    step = plan.draft.step
    if plan.draft.one("go") == "back" and step in BEFORE:
        return SHOWN[BEFORE[step]](request, plan, None)
    arrival = ArrivalForm(request.POST, offer(paris_day(at)), at)
    if not arrival.is_valid():
        return show_arrival(request, plan, arrival)
    if plan.lacks:
        return show_rights(request, plan, plan.form if step == RIGHTS else None)
    if not plan.sealed:
        return _page(request, plan, RIGHTS, {"handed": _handed(plan)}, template="elsewhere")
    return _entered(request, plan, arrival) if step == IDENTITY else show_identity(request, plan, None)


@sensitive_variables()
def _entered(request: HttpRequest, plan: Plan, arrival: ArrivalForm) -> HttpResponse:
    """The last page was sent: seal, take, and show the receipt; or the page as it was typed, with what is to be mended."""
    identity = IdentityForm(request.POST, plan.needs, paris_day(plan.at))
    files = FilesForm(plan.needs, request.FILES.getlist("files"))
    if not (identity.is_valid() & files.is_valid()):
        return show_identity(request, plan, identity, files)
    mailbox = identity.cleaned_data.get(NOTIFY) or ""
    try:
        parts = list(_sealed(plan, identity, files))
        taken = enter(parts, arrival.arrival, token=plan.draft.token, by=request.user, at=plan.at, mailbox=mailbox)
    except RuleBroken as refusal:
        identity.add_error(None, "; ".join(str(one.sentence) for one in refusal.sentences))
        return show_identity(request, plan, identity, files)
    return receipt_of(request, plan, taken)


@sensitive_variables()
def _sealed(plan: Plan, identity: IdentityForm, files: FilesForm) -> Iterator[Part]:
    """Each envelope, sealed in memory; what was sealed is forgotten with this page."""
    joined = [{"name": name, "type": kind, "b64": base64.b64encode(content).decode()} for name, kind, content in files.contents()]
    for one in plan.sealed:
        assert one.key is not None  # that is what sealed means
        payload = payload_for(plan.needs, one.choice, identity.answers, joined, form=passes.hash_of(plan.draft.token))
        yield Part(one.choice, one.key, seal_here(payload, one.database, one.key), SealedBy.SERVER)


def show_arrival(request: HttpRequest, plan: Plan, form: Any) -> HttpResponse:
    """How and when it came, for whom, on which databases."""
    typed = {name: plan.draft.one(name) for name in ARRIVAL} | {"databases": plan.draft.slugs}
    return _page(request, plan, DATABASES, {"form": form or ArrivalForm(None, offer(paris_day(plan.at)), plan.at, initial=typed)})


def show_rights(request: HttpRequest, plan: Plan, form: Any) -> HttpResponse:
    """One right on each database."""
    fresh = type(plan.form)(None, plan.offered, plan.draft.capacity, paris_day(plan.at), initial=plan.draft.posted.dict())
    return _page(request, plan, RIGHTS, {"form": form or fresh})


def show_identity(request: HttpRequest, plan: Plan, form: Any, files: FilesForm | None = None) -> HttpResponse:
    """What the person says of themselves; the browser of the agent is told to remember none of it."""
    told = form or IdentityForm(None, plan.needs, paris_day(plan.at), initial=plan.draft.posted.dict())
    for field in told.fields.values():
        field.widget.attrs["autocomplete"] = "off"
    return _page(request, plan, IDENTITY, {"form": told, "files": files or FilesForm(plan.needs)})


SHOWN: dict[str, Callable[[HttpRequest, Plan, Any], HttpResponse]] = {DATABASES: show_arrival, RIGHTS: show_rights, IDENTITY: show_identity}


def _page(request: HttpRequest, plan: Plan, step: str, told: dict[str, Any], template: str = "") -> HttpResponse:
    """A page with the hidden fields of the others."""
    kept = [(name, value) for name, value in plan.draft.kept(step) if step != DATABASES or name != "capacity"]
    if step != DATABASES:
        kept += [(name, plan.draft.one(name)) for name in ARRIVAL if name != "capacity"]
    status = 422 if any(getattr(told.get(name), "errors", None) for name in ("form", "files")) else 200
    return render(request, f"assisted/{template or step}.html", told | {"plan": plan, "kept": kept, "step": step}, status=status)


def receipt_of(request: HttpRequest, plan: Plan, taken: Taken) -> HttpResponse:
    """The code, once, with what is printed for the person."""
    told = {"code": codes.in_groups(taken.code), "plain_code": taken.code, "handed": _handed(plan)}
    rows = taken if taken.again else taken_with(plan.draft.token) or taken
    return render(request, "assisted/receipt.html", told | {"taken": rows, "kept": list(plan.draft.chosen())})


def _handed(plan: Plan) -> list[Any]:
    """What the window does not carry: made on a controller's own page, or by letter to it."""
    return hand_over(plan.elsewhere, token=plan.draft.token, at=plan.at)


def letter(request: HttpRequest, at: datetime) -> HttpResponse:
    """The covering letter of an entry; 404 once its page is forgotten."""
    plan = Plan(drafts.read(request.POST), at)
    taken = taken_with(plan.draft.token)
    if taken is None:
        raise Http404
    entered = {one.database_id for one in taken.routings}
    elsewhere = [one for one in plan.elsewhere if one.choice.database.pk not in entered]
    return _file(documents.letter(taken.request, taken.code, elsewhere, at), "lettre.pdf")


def blank(request: HttpRequest, at: datetime) -> HttpResponse:
    """The choice of a form on paper, or the form."""
    offered = offer(paris_day(at))
    form = BlankForm(request.POST if request.method == "POST" else None, offered, initial={"language": request.LANGUAGE_CODE[:2]})
    if form.is_valid():
        chosen = next(one for one in offered if one.database.slug == form.cleaned_data["database"])
        return _file(documents.blank(chosen, form.cleaned_data["language"]), "formulaire.pdf")
    return render(request, "assisted/blank.html", {"form": form}, status=422 if form.is_bound else 200)


def _file(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=PDF, headers={"Content-Disposition": f'attachment; filename="{name}"'})
