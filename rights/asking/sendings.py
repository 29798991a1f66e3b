"""The form is sent: sealed by the browser, or sealed here in memory; then its receipt is shown, as often as the same form asks for it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from rights import codes
from rights.asking import attestations, documents, drafts, floods, pages, passes, work
from rights.asking.choosing import Going
from rights.asking.drafts import IDENTITY, NOTIFY, REVIEW, WHO
from rights.asking.forms.identity import FilesForm, IdentityForm
from rights.asking.needs import payload_for
from rights.asking.plans import Plan
from rights.asking.services import sending
from rights.asking.services.handing import hand_over
from rights.asking.services.sending import Part
from rights.asking.uploads import TooMuch
from rights.envelopes.choices import SealedBy
from rights.envelopes.models import ControllerKey
from rights.envelopes.services.keeping import seal_here
from rights.services.opening import Taken
from rights.slots import SENT, step_reached
from workflow.periods import paris_day
from workflow.refusals import Broken, Refusal, RuleBroken


def send_open(request: HttpRequest, at: datetime) -> HttpResponse:
    """A form from a browser without scripts: sealed here, in the memory of this request, and nowhere else."""
    plan = Plan(drafts.read(request.POST), at)
    if (before := sending.taken_with(plan.draft.token)) is not None:
        return receipt_of(request, plan, before)
    identity = IdentityForm(request.POST, plan.needs, paris_day(at))
    if plan.lacks or not plan.sealed or not identity.is_valid():
        return pages.after_identity(request, plan)
    files = FilesForm(plan.needs, request.FILES.getlist("files"))
    if not files.is_valid():
        return pages.show(request, plan, REVIEW, form=files)
    if not _is_admitted(plan, ""):
        return _waiting(request, plan, files)
    try:
        taken = _sent(plan, list(_sealed_here(plan, identity, files)), identity.cleaned_data.get(NOTIFY) or "")
    except RuleBroken as refusal:
        files.add_error(None, "; ".join(str(one.sentence) for one in refusal.sentences))
        return pages.show(request, plan, REVIEW, form=files)
    return receipt_of(request, plan, taken)


def send_sealed(request: HttpRequest, at: datetime) -> JsonResponse:
    """A form that the browser has sealed: what comes here are choices and sealed bytes."""
    plan = Plan(drafts.read(request.POST), at)
    if sending.taken_with(plan.draft.token) is not None:
        return JsonResponse({"taken": True})
    try:
        if plan.lacks or not plan.sealed:
            raise RuleBroken(
                Broken(_("What can be asked for has changed since you opened this page. Go back and look at your choices again."))
            )
        if not _is_admitted(plan, plan.draft.posted.get("altcha", "")):
            return _too_early(request, plan)
        _sent(plan, list(_sealed_there(request, plan)), _mailbox(plan.draft.posted.get(NOTIFY, "")))
    except Refusal as refusal:
        return JsonResponse({"errors": [str(one.sentence) for one in refusal.sentences]}, status=refusal.status)
    return JsonResponse({"taken": True})


def receipt(request: HttpRequest, at: datetime) -> HttpResponse:
    """The receipt of a form that was sent; a form that was not begins again where it stands."""
    plan = Plan(drafts.read(request.POST), at)
    taken = sending.taken_with(plan.draft.token)
    return receipt_of(request, plan, taken) if taken else pages.show(request, plan, IDENTITY if not plan.lacks else WHO)


def receipt_text(request: HttpRequest, at: datetime) -> HttpResponse:
    """The receipt as a text to keep."""
    plan = Plan(drafts.read(request.POST), at)
    taken = sending.taken_with(plan.draft.token)
    if taken is None:
        return pages.show(request, plan, WHO)
    told = documents.receipt(taken, hand_over(plan.elsewhere, token=plan.draft.token, at=at))
    answer = HttpResponse(told, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="recepisse.txt"'
    return answer


def receipt_of(request: HttpRequest, plan: Plan, taken: Taken) -> HttpResponse:
    """The page with the code, which nobody can show again once the form is forgotten."""
    rows = taken if taken.again else sending.taken_with(plan.draft.token) or taken
    told = {
        "taken": rows,
        "left_out": _left_out(plan, rows),
        "code": codes.in_groups(taken.code),
        "plain_code": taken.code,
        "handed": hand_over(plan.elsewhere, token=plan.draft.token, at=plan.at),
        "kept": list(plan.draft.chosen()),
        "pdf": _address("tracking:receipt"),
        "tracking": _address("tracking:home"),
        "mailed": bool(rows.request.contact),
        "sealed_here": any(row.envelope.sealed_by == SealedBy.SERVER for row in rows.routings),
    }
    return render(request, "asking/receipt.html", pages.common(plan.draft, REVIEW) | told)


def _left_out(plan: Plan, taken: Taken) -> list[Going]:
    """What was chosen after this form had been sent: it is no part of the request, and was not sent."""
    sent = {(row.database_id, row.right, row.level, row.study) for row in taken.routings}
    chosen = ((one, one.choice) for one in plan.sealed)
    return [one for one, told in chosen if (told.database.pk, str(told.right), told.level, told.study) not in sent]


def _address(name: str) -> str:
    """The address of a page of a room above, once that room has it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _is_admitted(plan: Plan, payload: str) -> bool:
    """May this form be sent now: its time has come, or its browser has worked for it?"""
    opens = passes.good_from(plan.draft.ticket, plan.draft.token)
    return (opens is not None and opens <= plan.at) or work.is_done(payload, plan.draft.token)


def _too_early(request: HttpRequest, plan: Plan) -> JsonResponse:
    """The browser waits, and sends again by itself; one that has no ticket is given one."""
    wait = floods.seconds(pages.opening(request, plan), plan.at)
    sentence = _("Many requests come from your network just now. Yours is kept on this page: it is sent in a moment.")
    return JsonResponse({"errors": [sentence], "wait": wait, "ticket": plan.draft.ticket}, status=429)


def _waiting(request: HttpRequest, plan: Plan, files: FilesForm) -> HttpResponse:
    """Too early: the page stands as it was, and says from when it may be sent."""
    page = pages.show(request, plan, REVIEW, status=429, early=True, chose_files=bool(files.given))
    page.headers["Retry-After"] = str(floods.seconds(pages.opening(request, plan), plan.at))
    return page


def _sent(plan: Plan, parts: list[Part], mailbox: str) -> Taken:
    language = "en" if (translation.get_language() or "fr").startswith("en") else "fr"
    taken = sending.send(parts, token=plan.draft.token, at=plan.at, language=language, mailbox=mailbox)
    if not taken.again:
        step_reached(SENT, plan.at)
    return taken


def _sealed_here(plan: Plan, identity: IdentityForm, files: FilesForm) -> Iterator[Part]:
    """Each envelope, sealed in memory; what was sealed is forgotten with this request."""
    joined = [{"name": name, "type": kind, "b64": base64.b64encode(content).decode()} for name, kind, content in files.contents()]
    form = passes.hash_of(plan.draft.token)
    for one in plan.sealed:
        assert one.key is not None  # that is what sealed means
        payload = payload_for(plan.needs, one.choice, identity.answers, joined, form=form)
        sealed = seal_here(payload, one.database, one.key)
        yield Part(one.choice, one.key, sealed, SealedBy.SERVER, attestations.sent_for(plan.draft, one, one.key))


def _sealed_there(request: HttpRequest, plan: Plan) -> Iterator[Part]:
    """Each envelope as the browser sealed it, with the key that it was sealed to. Raises RuleBroken."""
    for one in plan.sealed:
        sealed = request.FILES.get(f"sealed-{one.database.slug}")
        if sealed is None or isinstance(sealed, TooMuch):
            raise RuleBroken(
                Broken(_("The files are too large for so many controllers at once: choose fewer databases, or smaller files."))
            )
        key = _key_of(one, str(request.POST.get(f"key-{one.database.slug}", "")))
        yield Part(one.choice, key, sealed.read(), SealedBy.BROWSER, attestations.sent_for(plan.draft, one, key))


def _key_of(going: Going, fingerprint: str) -> ControllerKey:
    """The key that the browser sealed to, which may be the one before the present one. Raises RuleBroken."""
    held = ControllerKey.objects.filter(organisation=going.choice.organisation, fingerprint=fingerprint.replace("\0", "")).first()
    if held is None:
        raise RuleBroken(Broken(_("The key of a controller has changed since you opened this page. Nothing was sent: please send again.")))
    return held


def _mailbox(given: str) -> str:
    """The address for the letters of the window. Raises RuleBroken."""
    if not given:
        return ""
    try:
        validate_email(given)
    except ValidationError:
        raise RuleBroken(Broken(_("The e-mail address for our letters is not one."))) from None
    return given
