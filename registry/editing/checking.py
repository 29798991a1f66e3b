"""What an officer does with a published fiche: reads a version over, and adds what the dossier does not know.

Publication never waits for either: an authorised project is published without delay (CSP, art. L1461-3), and read afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry.editing.answers import said_of
from registry.editing.models import Check, Edit
from registry.lint.rule import day_of
from registry.models import Fiche, FicheVersion, Origin
from registry.public_core import Said, clean, columns_of, is_role_mailbox, said_by, whole
from registry.publication import write
from requests_app.policies import may_on_site
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

EDITED = "edited"
#: What may be added: texts that a dossier does not have…
ADDED = ("title_en", "lay_summary_en", "dpo_mailbox")
#: … and texts that it has, which are written anew for a reason that the public reads.
REWRITTEN = ("title", "lay_summary")
LONGEST = {"title": 300, "title_en": 300}


def require_editor(by: Any) -> None:
    """Raise NotAllowed for somebody who does not keep the registry."""
    if not may_on_site(by, "edit_registry"):
        raise NotAllowed(_("Only the secretariat keeps the registry."))


@transaction.atomic
def check(fiche: Fiche, *, seen: int, by: Any, at: datetime) -> Check:
    """Note that a version was read over. Raises NotAllowed, and WrongState when the fiche has changed since it was opened."""
    require_editor(by)
    held = Fiche.objects.select_for_update(of=("self",)).get(pk=fiche.pk)
    if held.version != seen:
        raise WrongState(_("The fiche has changed since you opened it: read what it says now."))
    return Check.objects.get_or_create(fiche=held, version=seen, defaults={"by": by, "at": at})[0]


@transaction.atomic
def check_several(seen: Mapping[str, int], *, by: Any, at: datetime) -> int:
    """Note several fiches as read over, by their numbers and the versions that were seen; how many. One that has changed is left."""
    require_editor(by)
    held = Fiche.objects.live().select_for_update(of=("self",)).filter(number__in=seen).only("number", "version")
    rows = [Check(fiche=one, version=one.version, by=by, at=at) for one in held.order_by("pk") if one.version == seen[one.number]]
    Check.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def amend(fiche: Fiche, given: Mapping[str, str], *, reason: str, seen: int, by: Any, at: datetime) -> Fiche:
    """Write what the secretariat adds to a fiche, or takes back when a text is emptied; the dossier is never touched.

    Raises NotAllowed; WrongState when the fiche has changed since it was opened; RuleBroken for a text written anew without a reason.
    """
    require_editor(by)
    held = Fiche.objects.select_for_update(of=("self",)).get(pk=fiche.pk)
    if held.version != seen:
        raise WrongState(_("The fiche has changed since you opened it: read what it says now."))
    base, before = said_without_additions(held), dict(held.added)
    added = _additions(before, base, given, reason.strip(), paris_day(at))
    if added == before:
        return held
    written = write(held, columns_of(base | added) | {"added": added}, at=at, because=EDITED, reason=reason.strip())
    changed = sorted(name for name in {*added, *before} if added.get(name) != before.get(name) and name != "rewritten")
    Edit.objects.create(fiche=written, version=written.version, data=changed, by=by, at=at)
    return written


def _additions(present: Mapping[str, Any], base: Said, given: Mapping[str, str], reason: str, day: date) -> dict[str, Any]:
    """What is added to the base: what was there, changed by what is given now."""
    added = {name: value for name, value in present.items() if name not in (*ADDED, *REWRITTEN, "rewritten")}
    why = dict(present.get("rewritten", {}))
    for name in (*ADDED, *REWRITTEN):
        text = _text(name, given.get(name, ""))
        if not text or text == whole(base)[name]:
            why.pop(name, None)
            continue
        added[name] = text
        if name in REWRITTEN and text != present.get(name):
            if not reason:
                raise RuleBroken(Broken(_("Say to the public why this text is written anew."), where="reason"))
            why[name] = {"reason": reason, "on": day.isoformat()}
    if added.get("dpo_mailbox") and not is_role_mailbox(added["dpo_mailbox"]):
        raise RuleBroken(Broken(_("This mailbox seems to name a person: give that of the function, such as dpo@…"), where="dpo_mailbox"))
    return added | ({"rewritten": why} if why else {})


def _text(name: str, given: str) -> str:
    text = clean(given)
    return text.replace("\n", " ")[: LONGEST[name]] if name in LONGEST else text


def said_without_additions(fiche: Fiche) -> Said:
    """What the fiche would say without the secretariat: by its dossier, its declaration, or the last version before any text was added."""
    if fiche.origin == Origin.DOSSIER and fiche.dossier is not None:
        return said_by(fiche.dossier)
    if fiche.origin == Origin.DECLARATION:
        return _declared(fiche)
    kept = FicheVersion.objects.filter(fiche=fiche).exclude(said={}).order_by("-number").values_list("said", flat=True)
    before = next((said for said in kept if not said.get("rewritten")), fiche.said)
    base = {name: value for name, value in fiche.said.items() if name not in (*ADDED, "rewritten")}
    base |= {name: before[name] for name in REWRITTEN if name in before}
    return base | {name: before[name] for name in ADDED if name not in fiche.added and name in before}


def _declared(fiche: Fiche) -> Said:
    one = fiche.declaration
    return said_of(one.published, one.kind, day_of(fiche.said.get("declared_on")))
