"""The pages behind the code: it travels in the body of each, never in an address, a cookie, a session or a title."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rights import codes
from rights.asking.kinds import KINDS
from rights.asking.privacy import private as outside
from rights.envelopes.choices import Direction
from rights.envelopes.models import SealedMessage
from rights.envelopes.services.keys import key_for
from rights.remedies import CNIL
from rights.tracking.forms import CodeForm, ComplementForm, LettersForm, LiftForm, WithdrawForm
from rights.tracking.lookup import Found, found_by, too_many
from rights.tracking.papers import NAME, pdf_receipt, text_receipt
from rights.tracking.services import letters
from rights.tracking.services.stamps import stamp_at_hand
from rights.tracking.standing import lines_of
from rights.tracking.words import received_in_words

Page = Callable[[HttpRequest, Found], HttpResponse]
View = Callable[..., HttpResponse]
#: The name of what is downloaded says nothing.
SEALED_NAME = "message-scelle.bin"


def private(*methods: str) -> Callable[[View], View]:
    """A page that nobody keeps, whose files stay in memory (`asking.privacy`), asked for in these ways only."""
    return lambda view: outside(require_http_methods(list(methods))(view))


def with_code(request: HttpRequest, page: Page) -> HttpResponse:
    """The page of the request that the code opens; the one answer to any other code."""
    found = found_by(request.POST.get("code", ""), timezone.now())
    return wrong(request) if found is None else page(request, found)


def wrong(request: HttpRequest) -> HttpResponse:
    """The answer to a code that opens nothing: unknown, expired or mistyped, it says the same and takes the same work."""
    over = too_many(request, timezone.now())
    response = render(request, "tracking/follow.html", {"form": CodeForm(), "is_wrong": True, "over": over}, status=429 if over else 422)
    if over:
        response["Retry-After"] = "600"
    return response


def shown(request: HttpRequest, found: Found, notice: str = "", letters_form: LettersForm | None = None) -> HttpResponse:
    """Where the request stands at each controller, and what the person can do."""
    now = timezone.now()
    context = {
        "asked": found.request,
        "received": received_in_words(found.request),
        "code": found.code,
        "shown_code": codes.in_groups(found.code),
        "lines": lines_of(request, found.request, now),
        "notice": notice,
        "letters": letters.standing_of(found.request),
        "letters_form": letters_form or LettersForm(),
        "officer": settings.DPO_CONTACT,
        "cnil": CNIL,
    }
    return render(request, "tracking/request.html", context, status=422 if letters_form is not None else 200)


def _confirmed(request: HttpRequest, found: Found, kind: type[WithdrawForm], template: str, notice: str) -> HttpResponse:
    """Ask for a named confirmation, then act."""
    routing = found.routing(request.POST.get("number", ""))
    if routing is None:
        return wrong(request)
    form = kind(request.POST if "step" in request.POST else None, routing=routing)
    if form.is_valid() and form.act(found, timezone.now()):
        return shown(request, found, notice)
    context = {"form": form, "routing": routing, "code": found.code}
    return render(request, template, context, status=422 if form.is_bound else 200)


def withdrawal(request: HttpRequest, found: Found) -> HttpResponse:
    """Give a request up."""
    return _confirmed(request, found, WithdrawForm, "tracking/withdraw.html", _("Your request is withdrawn."))


def lifting(request: HttpRequest, found: Found) -> HttpResponse:
    """Have an opposition end."""
    notice = _("The controller is asked to end your opposition. It stays in force until then.")
    return _confirmed(request, found, LiftForm, "tracking/lift.html", notice)


def complement(request: HttpRequest, found: Found) -> HttpResponse:
    """Answer what the controller asks for."""
    now, routing = timezone.now(), found.routing(request.POST.get("number", ""))
    if routing is None:
        return wrong(request)
    form = ComplementForm(*((request.POST, request.FILES) if "step" in request.POST else ()))
    if form.is_valid() and form.act(found, routing, now):
        return shown(request, found, _("Your answer is on its way, sealed."))
    kinds = {ending: list(begins) for ending, (_type, begins) in KINDS.items()}
    context = {"form": form, "routing": routing, "code": found.code, "key": key_for(routing.organisation_id, now), "kinds": kinds}
    return render(request, "tracking/complement.html", context, status=422 if form.is_bound else 200)


def message(request: HttpRequest, found: Found) -> HttpResponse:
    """The sealed bytes of a message to the person, as they came."""
    wanted = {
        "routing__request": found.request,
        "direction": Direction.TO_PERSON,
        "sha256": request.POST.get("message", "")[:64].replace("\0", ""),
    }
    row = SealedMessage.objects.there().whole().filter(**wanted).first()
    if row is None:
        return shown(request, found, _("This message is no longer kept here."))
    return _file(bytes(row.sealed), SEALED_NAME, "application/octet-stream")


def receipt(request: HttpRequest, found: Found) -> HttpResponse:
    """The receipt, as PDF or as text."""
    stamp_at_hand(found.request, timezone.now())
    if request.POST.get("form") == "text":
        return _file(text_receipt(found.request, found.code).encode(), f"{NAME}.txt", "text/plain; charset=utf-8")
    return _file(pdf_receipt(found.request, found.code), f"{NAME}.pdf", "application/pdf")


def be_told(request: HttpRequest, found: Found) -> HttpResponse:
    """Be written to when something changes, or no longer."""
    now = timezone.now()
    if "stop" in request.POST:
        letters.stop(found.request)
        return shown(request, found, _("Your address is erased. No letter will come any more."))
    form = LettersForm(request.POST)
    if form.is_valid() and form.attempt(lambda: letters.ask(found.request, form.cleaned_data["email"], at=now)):
        notice = _("If this address was not written to today, a letter is on its way: follow its link to confirm.")
        return shown(request, found, notice)
    return shown(request, found, letters_form=form)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
