"""What the room hangs on the pages of a dossier: when its tabs are shown, the notices of the first page, the step of the form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.amendments.models import Amendment, Stage
from requests_app.amendments.reading import amendments_of
from requests_app.amendments.rules import broken_before_filing, broken_before_registering, has_change
from requests_app.amendments.services import AMENDABLE
from requests_app.policies import MAY
from requests_app.reading import roles_for
from requests_app.slots import Notice, Signing, Step
from requests_app.states import State
from ui.words import day_in_words
from workflow.periods import paris_day

#: How long before its end a project is told that an extension has to be asked for: the road takes months.
EXTEND_AHEAD = timedelta(days=270)


def is_authorised(request: HttpRequest, dossier: Any) -> bool:
    """Is there something authorised to show, and to amend, in the dossier itself?"""
    return dossier.authorised_on is not None and dossier.amends_id is None


def is_amendment(request: HttpRequest, dossier: Any) -> bool:
    """Does the dossier amend another one?"""
    return dossier.amends_id is not None


def may_begin(request: HttpRequest, dossier: Any) -> bool:
    """May the reader begin an amendment here, now?"""
    return is_authorised(request, dossier) and dossier.state in AMENDABLE and bool(roles_for(request, dossier) & MAY["begin_amendment"])


def notices(request: HttpRequest, dossier: Any) -> Iterable[Notice]:
    """What the first page says of amendments: of its own to an authorised dossier, of the one it changes to an amendment's dossier."""
    if dossier.amends_id:
        yield _of_amendment(dossier)
    elif is_authorised(request, dossier):
        found = amendments_of(request, dossier)
        yield from (notice for one in found if (notice := _of_one(one, dossier)))
        if may_begin(request, dossier) and not found:
            yield from _of_the_end(dossier)


def _of_amendment(dossier: Any) -> Notice:
    url, label = reverse("amendments:changes", args=[dossier.reference]), _("See what changes")
    return Notice(_("This dossier amends the authorised dossier %(reference)s.") % {"reference": dossier.amends.reference}, url, label)


def _of_one(amendment: Amendment, dossier: Any) -> Notice | None:
    amendment.dossier = dossier
    words = {"name": amendment.name}
    if amendment.stage == Stage.PREPARING and amendment.draft:
        url = reverse("amendments:changes", args=[amendment.draft.reference])
        return Notice(_("%(name)s is in preparation.") % words, url, _("Go on"))
    if amendment.stage == Stage.UNDER_WAY:
        return Notice(_("%(name)s is under examination.") % words, amendment.get_absolute_url(), _("See what changes"))
    return None


def _of_the_end(dossier: Any) -> Iterable[Notice]:
    """A project whose end is near may want to go on."""
    ends_on, today = dossier.content.ends_on, paris_day(timezone.now())
    if ends_on and today <= ends_on <= today + EXTEND_AHEAD:
        sentence = _("The project ends on %(day)s. To go on after that day, ask for a renewal now.") % {"day": day_in_words(ends_on)}
        yield Notice(sentence, reverse("amendments:begin", args=[dossier.reference]), _("Ask for a renewal"), "warning")


def lead(request: HttpRequest, dossier: Any) -> Notice | None:
    """Before the draft of an amendment is filed or registered, its change is made, then qualified: that decides the road."""
    if not dossier.amends_id or dossier.state != State.DRAFT:
        return None
    amendment = Amendment.objects.select_related("draft__content").filter(draft=dossier).first()
    if amendment is None or amendment.replaces_id:
        return None
    if not has_change(amendment):
        return Notice(
            _("Nothing differs yet from what is authorised today."),
            reverse("dossiers:form", args=[dossier.reference]),
            _("Change the content"),
        )
    if not amendment.is_qualified():
        words = _("A few questions tell whether the change is authorised anew or only registered.")
        return Notice(words, reverse("amendments:qualify", args=[dossier.reference]), _("Qualify the change"))
    if not amendment.substantial:
        words = _("The change is not substantial: once signed it is registered, and applies.")
        return Notice(words, reverse("amendments:register", args=[dossier.reference]), _("Have the amendment signed"))
    return None


def signing(dossier: Any) -> Signing | None:
    """A draft whose change is not substantial is signed on the page that registers it."""
    if not dossier.amends_id or dossier.state != State.DRAFT:
        return None
    amendment = Amendment.objects.select_related("draft__content").filter(draft=dossier, substantial=False).first()
    if amendment is None or not amendment.is_qualified():
        return None
    return Signing(reverse("amendments:register", args=[dossier.reference]), broken_before_registering(amendment))


def step(request: HttpRequest, dossier: Any) -> Step | None:
    """The page “What changes” in the menu of the form, for the draft of an amendment."""
    if not dossier.amends_id:
        return None
    found = signing(dossier)
    missing = tuple(one.sentence for one in (found.broken if found else broken_before_filing(dossier)))
    return Step(_("What changes"), reverse("amendments:changes", args=[dossier.reference]), missing)
