"""The steps, one after the other: each answers the page that was sent with the next one, or with itself and what is to be mended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from rights.asking import attestations, choosing, drafts, floods, kinds, passes, provider, signing_out, work
from rights.asking.choosing import Going
from rights.asking.drafts import DATABASES, IDENTITY, REVIEW, RIGHTS, STEPS, WHO, Draft
from rights.asking.forms.identity import FilesForm, IdentityForm
from rights.asking.forms.steps import CapacityForm, DatabasesForm
from rights.asking.needs import PATHS
from rights.asking.plans import Plan
from rights.asking.services import handing
from rights.entitlements.states import Evidence
from rights.slots import step_reached
from workflow.periods import paris_day

LANGUAGES = {"fr": "Français", "en": "English"}


def begin(request: HttpRequest, at: datetime) -> HttpResponse:
    """The first page; databases that another page has sent are chosen already."""
    return show(request, Plan(drafts.read(request.POST), at), WHO)


def answer(request: HttpRequest, at: datetime) -> HttpResponse:
    """What follows the page that was sent."""
    plan = Plan(drafts.read(request.POST), at)
    go, step = plan.draft.one("go"), plan.draft.step
    if go in LANGUAGES:
        return in_language(request, plan, step, go)
    if go == "back":
        return show(request, plan, STEPS[max(0, STEPS.index(step) - 1)])
    return AFTER[step](request, plan)


def in_language(request: HttpRequest, plan: Plan, step: str, language: str) -> HttpResponse:
    """The same page in the other language; nothing that was typed is lost."""
    with translation.override(language):
        request.LANGUAGE_CODE = language
        found = show(request, plan, step)
    found.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return found


def after_who(request: HttpRequest, plan: Plan) -> HttpResponse:
    """For whom is known: which databases?"""
    form = CapacityForm(request.POST)
    return show(request, plan, DATABASES) if form.is_valid() else show(request, plan, WHO, form=form)


def after_databases(request: HttpRequest, plan: Plan) -> HttpResponse:
    """The databases are chosen: which rights?"""
    known = [one for theme in choosing.themes(paris_day(plan.at), plan.draft.capacity) for one in theme.databases]
    form = DatabasesForm(request.POST, [one for one in known if choosing.can_be_chosen(one, plan.draft.capacity)])
    return show(request, plan, RIGHTS) if form.is_valid() else show(request, plan, DATABASES, form=form)


def after_rights(request: HttpRequest, plan: Plan) -> HttpResponse:
    """The rights are chosen: who asks? Where nothing goes through the window, the ways elsewhere instead."""
    if plan.lacks:
        return show(request, plan, plan.lacks, form=plan.form if plan.lacks == RIGHTS else None)
    return show(request, plan, IDENTITY) if plan.sealed else elsewhere(request, plan)


def after_identity(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Without scripts: everything is read over before it is sent."""
    if plan.lacks or not plan.sealed:
        return after_rights(request, plan)
    form = IdentityForm(request.POST, plan.needs, paris_day(plan.at))
    return show(request, plan, REVIEW) if form.is_valid() else show(request, plan, IDENTITY, form=form)


AFTER: dict[str, Callable[[HttpRequest, Plan], HttpResponse]] = {
    WHO: after_who,
    DATABASES: after_databases,
    RIGHTS: after_rights,
    IDENTITY: after_identity,
    REVIEW: after_identity,
}


def show(request: HttpRequest, plan: Plan, step: str, *, form: Any = None, status: int = 200, **more: Any) -> HttpResponse:
    """A step as it stands, with what was typed; or the first one whose answer is missing."""
    if form is None and STEPS.index(step) > STEPS.index(plan.lacks or REVIEW):
        step = plan.lacks
    if step == REVIEW and not IdentityForm(plan.draft.posted, plan.needs, paris_day(plan.at)).is_valid():
        step = IDENTITY
    told = SHOWN[step](request, plan, form) | more
    status = 422 if status == 200 and getattr(told.get("form"), "errors", None) else status
    if plan.draft.one("go") in ("", "next"):
        step_reached(step, plan.at, refused=int(status != 200))
    kept = list(plan.draft.kept(step))
    return render(request, f"asking/{step}.html", common(plan.draft, step) | told | {"kept": kept, "plan": plan}, status=status)


def common(draft: Draft, step: str) -> dict[str, Any]:
    """What every step shows: where it stands among the others, and the other language."""
    place = STEPS.index(step) + 1
    other = "fr" if (translation.get_language() or "fr").startswith("en") else "en"
    return {
        "draft": draft,
        "step": step,
        "place": place,
        "places": len(STEPS),
        "other_language": other,
        "other_name": LANGUAGES[other],
        "next": _("Continue"),
        "problem": "",
    }


def _who(request: HttpRequest, plan: Plan, form: Any) -> dict[str, Any]:
    return {"form": form or CapacityForm(initial={"capacity": plan.draft.capacity})}


def _databases(request: HttpRequest, plan: Plan, form: Any) -> dict[str, Any]:
    themes = choosing.themes(paris_day(plan.at), plan.draft.capacity)
    rows = [(theme.label, [(one, choosing.can_be_chosen(one, plan.draft.capacity)) for one in theme.databases]) for theme in themes]
    closed = [row for row in rows if not any(chosen for _one, chosen in row[1])]
    opened = [row for row in rows if row not in closed]
    return {"form": form or DatabasesForm(None, []), "themes": opened, "closed": closed, "first": _first(rows)}


def _first(rows: list[Any]) -> str:
    """The first database with a box: errors lead there."""
    return next((one.database.slug for _label, held in rows for one, chosen in held if chosen), "")


def _rights(request: HttpRequest, plan: Plan, form: Any) -> dict[str, Any]:
    fresh = type(plan.form)(None, plan.offered, plan.draft.capacity, paris_day(plan.at), initial=plan.draft.posted.dict())
    return {"form": form or fresh}


def _identity(request: HttpRequest, plan: Plan, form: Any) -> dict[str, Any]:
    """Who asks; and all that a browser with scripts needs to seal by itself."""
    draft, opens = plan.draft, opening(request, plan)
    fresh = IdentityForm(None, plan.needs, paris_day(plan.at), initial=draft.posted.dict())
    return {
        "form": form or fresh,
        "files": FilesForm(plan.needs),
        "sealing": _sealing(plan),
        **_confirming(plan),
        "challenge": work.challenge_for(draft.token, plan.at) if opens > plan.at else None,
        "wait": floods.seconds(opens, plan.at) if opens > plan.at else 0,
    }


def _confirming(plan: Plan) -> dict[str, Any]:
    """Whether FranceConnect may say, or has said, who asks. What does not stand any more is left out of the page."""
    wanted, missing = attestations.wanted(plan), attestations.missing(plan)
    confirmed = [one for one in wanted if one not in missing]
    plan.draft.attested = {one.database.slug: plan.draft.attested[one.database.slug] for one in confirmed}
    if not signing_out.serves(plan.draft.way_out, plan.at):
        plan.draft.way_out = ""
    told = {"chosen": [*plan.draft.chosen(), ("ticket", plan.draft.ticket)], "is_strong": attestations.level_for(plan) == Evidence.STRONG}
    return told | {"confirmed": confirmed, "to_confirm": missing if provider.is_offered() else []}


def _review(request: HttpRequest, plan: Plan, form: Any) -> dict[str, Any]:
    read, opens = IdentityForm(plan.draft.posted, plan.needs, paris_day(plan.at)), opening(request, plan)
    return {
        "told": read.told if read.is_valid() else [],
        "form": form,
        "files": form or FilesForm(plan.needs),
        "opens": opens if opens > plan.at else None,
        "early": False,
        "chose_files": False,
    }


SHOWN: dict[str, Callable[[HttpRequest, Plan, Any], dict[str, Any]]] = {
    WHO: _who,
    DATABASES: _databases,
    RIGHTS: _rights,
    IDENTITY: _identity,
    REVIEW: _review,
}


def _sealing(plan: Plan) -> dict[str, Any]:
    """What the browser's script seals, to whom and with what; it holds nothing of the person."""
    needs = plan.needs
    return {
        "form": passes.hash_of(plan.draft.token),
        "capacity": plan.draft.capacity,
        "paths": PATHS,
        "parts": [
            {
                "database": one.database.slug,
                "right": str(one.choice.right),
                "level": one.choice.level,
                "study": one.choice.study,
                "key": one.key.public,
                "fingerprint": one.key.fingerprint,
                "names": needs.names_for(one.choice),
            }
            for one in plan.sealed
            if one.key
        ],
        "reach": needs.wants_reach,
        "proof": needs.is_represented,
        "kinds": {ending: list(starts) for ending, (_type, starts) in kinds.KINDS.items()},
        "types": {ending: kind for ending, (kind, _starts) in kinds.KINDS.items()},
        "most_files": kinds.MOST_FILES,
        "most_bytes": settings.RIGHTS_FILES_MAX_BYTES,
    }


def elsewhere(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Nothing of it goes through the window: where each is asked for, with the reference to take there."""
    draft = plan.draft
    told = common(draft, RIGHTS) | {"kept": list(draft.chosen())}
    opens = opening(request, plan) if handing.lacks_some(plan.elsewhere, token=draft.token) else plan.at
    if opens > plan.at:
        waiting = [("step", RIGHTS), ("ticket", draft.ticket), *draft.chosen()]
        told |= {"handed": handing.without(plan.elsewhere), "opens": opens, "waiting": waiting}
        page = render(request, "asking/elsewhere.html", told, status=429)
        page.headers["Retry-After"] = str(floods.seconds(opens, plan.at))
        return page
    handed = handing.hand_over(plan.elsewhere, token=draft.token, at=plan.at)
    return render(request, "asking/elsewhere.html", told | {"handed": handed})


def opening(request: HttpRequest, plan: Plan) -> datetime:
    """From when this form may have something written or asked for it; a form that has no ticket is counted, and given one."""
    draft = plan.draft
    if passes.good_from(draft.ticket, draft.token) is None:
        draft.ticket = floods.ticket_for(request, draft.token, plan.at)
    return passes.good_from(draft.ticket, draft.token) or plan.at


def letter(request: HttpRequest, at: datetime) -> HttpResponse:
    """A letter to each controller, to print and to fill in by hand; nothing of it is ever sent here."""
    plan = Plan(drafts.read(request.POST), at)
    if plan.lacks:
        return after_rights(request, plan)
    return render(request, "asking/letter.html", common(plan.draft, REVIEW) | {"goings": _letters_of(plan), "needs": plan.needs, "at": at})


def _letters_of(plan: Plan) -> list[Going]:
    """What the letters are about: all that was chosen; once that was sent, what is asked for elsewhere only."""
    return plan.elsewhere if "sent" in plan.draft.posted else plan.goings
