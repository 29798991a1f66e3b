"""What the screens of the check show: the list, the item in the middle, the findings at the right, the message as it grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override

from requests_app.checking.assisted import Finding, checks
from requests_app.checking.detail import detail_of
from requests_app.checking.forms import VerdictForm
from requests_app.checking.message import language_of, words_of
from requests_app.checking.models import CheckRound
from requests_app.checking.sheet import Sheet, Standing, asked_points, sheet_of
from requests_app.checking.shown import is_touched
from requests_app.models import Dossier
from requests_app.policies import MAY
from requests_app.reading import roles_for, whole_dossier_for
from requests_app.running import ShownClock, shown_clocks
from requests_app.states import State
from workflow import clocks
from workflow.periods import paris_day

CLOCK = "K-SEC"


def dossier_to_check(request: HttpRequest, reference: str) -> Dossier:
    """The dossier, for somebody who may check it; 404 for anybody else."""
    dossier = whole_dossier_for(request, reference)
    if not roles_for(request, dossier) & MAY["check"]:
        raise Http404
    return dossier


@dataclass(frozen=True)
class Screen:
    """The officer's screen with one item open."""

    sheet: Sheet
    standing: Standing
    form: VerdictForm
    language: str

    def context(self, dossier: Dossier) -> dict[str, Any]:
        """Everything that the template shows."""
        now = timezone.now()
        findings = checks(dossier, paris_day(now))
        return {
            "sheet": self.sheet,
            "standing": self.standing,
            "form": self.form,
            "detail": detail_of(dossier, self.standing),
            "findings": [one for one in findings if one.item == self.standing.item.code],
            "others": _elsewhere(findings, self.standing, self.sheet),
            "points": points_of(dossier, self.sheet, self.language),
            "clocks": clocks_of(dossier, now),
            "is_open": dossier.state == State.SUBMITTED,
            "conflict": self.form.kept.verdict if self.form.kept else None,
            "answer": dossier.acts.filter(action="resubmit").exclude(text="").order_by("at", "pk").last(),
            "rounds": CheckRound.objects.filter(dossier=dossier).exclude(closed_at=None).order_by("pk"),
            "language": self.language,
        }


def screen_of(request: HttpRequest, dossier: Dossier) -> Screen:
    """The item that the address names, else the first that is to be looked at, else the first of all."""
    sheet, language = sheet_of(dossier), language_of(dossier)
    named = sheet.of(request.GET.get("item", ""))
    standing = named or next(iter(sheet.unsettled), sheet.standings[0])
    typed = request.POST if request.method == "POST" else None
    return Screen(sheet, standing, VerdictForm(typed, standing=standing, language=language), language)


def _elsewhere(findings: list[Finding], standing: Standing, sheet: Sheet) -> list[tuple[Standing, Finding]]:
    """What the machine found on the other items, each with its item."""
    found = [(sheet.of(one.item), one) for one in findings if one.item != standing.item.code]
    return [(place, one) for place, one in found if place is not None]


def points_of(dossier: Dossier, sheet: Sheet, language: str) -> list[tuple[Standing, str]]:
    """The message as it grows: each item to complete with its name and its words in the applicant's language."""
    if sheet.to_complete and not (get_language() or "fr").startswith(language):
        with override(language):
            sheet = sheet_of(dossier)
    return [(one, words_of(one.verdict, language)) for one in sheet.to_complete if one.verdict]


def clocks_of(dossier: Dossier, now: Any) -> list[ShownClock]:
    """The seven working days of the secretariat."""
    running = clocks.of(dossier).filter(code=CLOCK).prefetch_related("pauses")
    return shown_clocks(running, paris_day(now))


def next_address(dossier: Dossier, code: str) -> str:
    """Where to go after a verdict: the next item to look at, else the message."""
    following = sheet_of(dossier).after(code)
    address = reverse("checking:check", args=[dossier.reference])
    return address_of(dossier, following.item.code) if following else f"{address}?{urlencode({'item': code})}#message"


def address_of(dossier: Any, code: str) -> str:
    """The screen with one item open."""
    return f"{reverse('checking:check', args=[dossier.reference])}?{urlencode({'item': code})}#item"


def asking(request: HttpRequest, dossier: Dossier, form: Any) -> dict[str, Any]:
    """The page that shows the message before it is sent."""
    sheet, language = sheet_of(dossier), language_of(dossier)
    return {"dossier": dossier, "form": form, "sheet": sheet, "points": points_of(dossier, sheet, language), "language": language}


def concluding(request: HttpRequest, dossier: Dossier, form: Any) -> dict[str, Any]:
    """The page that declares the dossier complete, with what is left to look at."""
    return {"dossier": dossier, "form": form, "sheet": sheet_of(dossier)}


def asked_of(dossier: Dossier) -> dict[str, Any]:
    """The points asked of the applicant, each with its place and whether it was touched."""
    points = [(one, one.item.place(dossier.reference), is_touched(one)) for one in asked_points(dossier)]
    return {"points": points, "left": sum(1 for _one, _place, touched in points if not touched)}
