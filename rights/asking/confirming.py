"""Who asks may let FranceConnect say who they are: its signed words are sealed in memory, and the window keeps how far and when."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.links import absolute
from rights.asking import attestations, drafts, floods, pages, provider, signing_out, travels
from rights.asking.drafts import IDENTITY, WHO
from rights.asking.plans import Plan
from rights.asking.provider import Vouched
from rights.asking.travels import Travel
from workflow.refusals import Broken, RuleBroken

#: How often one ticket of a form lets FranceConnect be asked; the next time counts as another form.
TRIES = 5


def leave_for_provider(request: HttpRequest, at: datetime) -> HttpResponse:
    """Send the person to FranceConnect; the choices travel locked in a cookie, and no address says them."""
    plan = Plan(drafts.read(request.POST), at)
    if plan.lacks or not provider.is_offered() or not attestations.wanted(plan):
        return pages.after_rights(request, plan)
    try:
        _require_turn(request, plan)
        travel, level = travels.begun(plan.draft), attestations.level_for(plan)
        told = {"state": travel.state, "nonce": travel.nonce, "verifier": travel.verifier, "level": level, "back": _back()}
        gone = HttpResponseRedirect(provider.address(**told), status=303)
        return travels.lock(travel, gone, at)
    except RuleBroken as refusal:
        return _page(request, plan, problem=_words(refusal))
    except travels.TooManyChoices:
        return _page(request, plan, problem=_("Too many databases to confirm your identity at once. Choose fewer of them."))


@sensitive_variables("said")
def come_back(request: HttpRequest, at: datetime) -> HttpResponse:
    """The person is back: the form stands as it was, with what FranceConnect said sealed in it, or with why it did not."""
    travel = travels.unlock(request, at)
    if travel is None:
        told = _("This way back was used already, or it was left open for more than ten minutes. Nothing was sent: begin again.")
        return travels.forget(pages.show(request, Plan(drafts.read(QueryDict()), at), WHO, problem=told, status=410))
    plan = Plan(drafts.read(travel.posted), at)
    try:
        said = _said(request, travel, plan, at)
        plan.draft.attested = attestations.sealed_for(plan, said, settings.RIGHTS_OIDC_ISSUER)
        plan.draft.way_out = signing_out.locked(said.hint, at)
    except RuleBroken as refusal:
        return travels.forget(_page(request, plan, problem=_words(refusal)))
    return travels.forget(_page(request, plan))


def _said(request: HttpRequest, travel: Travel, plan: Plan, at: datetime) -> Vouched:
    """What FranceConnect says of the person. Raises RuleBroken."""
    code, state = request.GET.get("code", "")[:2000], request.GET.get("state", "")
    if not secrets.compare_digest(state.encode(), travel.state.encode()):
        raise RuleBroken(Broken(_("This answer of FranceConnect is not for this form. Nothing was kept: try again.")))
    if not code:
        raise RuleBroken(Broken(_("FranceConnect has not confirmed who you are. Try again, or go on without it.")))
    if floods.counted(f"asked:{plan.draft.ticket}", at, floods.DAY) > TRIES:
        plan.draft.ticket = ""
    _require_turn(request, plan)
    level = attestations.level_for(plan)
    return provider.vouched(code, nonce=travel.nonce, verifier=travel.verifier, level=level, back=_back(), at=at)


def _require_turn(request: HttpRequest, plan: Plan) -> None:
    """FranceConnect may be asked for this form, which waits for it as it waits to be sent. Raises RuleBroken."""
    if (opens := pages.opening(request, plan)) > plan.at:
        sentence = _("Many requests come from your network just now. Nothing is lost: go to FranceConnect in %(seconds)s seconds.")
        raise RuleBroken(Broken(sentence % {"seconds": floods.seconds(opens, plan.at)}))


def _page(request: HttpRequest, plan: Plan, problem: str = "") -> HttpResponse:
    plan.draft.posted = plan.draft.posted.copy()
    plan.draft.posted["go"] = "confirm"  # this is not another step of the form: it is not counted as one
    return pages.show(request, plan, IDENTITY, problem=problem, status=422 if problem else 200)


def _back() -> str:
    return absolute(reverse("asking:confirmed"))


def _words(refusal: RuleBroken) -> str:
    return "; ".join(str(one.sentence) for one in refusal.sentences)
