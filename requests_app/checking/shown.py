"""What the check hangs on the pages of the base: notices on the first page, and what is asked beside the fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.checking.groups import BY_CODE
from requests_app.checking.models import Kind
from requests_app.checking.sheet import Standing, asked_points, open_round, sheet_of
from requests_app.policies import MAY, TEAM_ROLES
from requests_app.reading import roles_for
from requests_app.slots import Notice, Remark
from requests_app.states import State


def notices(request: HttpRequest, dossier: Any) -> Iterator[Notice]:
    """For the applicant what is asked; for an officer how far the check is."""
    roles = roles_for(request, dossier)
    if roles & TEAM_ROLES and dossier.state == State.INCOMPLETE:
        yield from _asked(dossier)
    if roles & MAY["check"] and dossier.state == State.SUBMITTED:
        yield _progress(dossier)


def _asked(dossier: Any) -> Iterator[Notice]:
    """“3 points to complete”, named, and the page on which each of them is linked to its place."""
    points = asked_points(dossier)
    if not points:
        return
    left = [str(one.item.label) for one in points if not is_touched(one)]
    address, label = reverse("checking:asked", args=[dossier.reference]), _("See what is asked, point by point")
    if not left:
        yield Notice(_("You have changed every point that was asked: you can send the dossier again."), address, label, "success")
        return
    sentence = ngettext("%(count)d point is still to complete: %(names)s.", "%(count)d points are still to complete: %(names)s.", len(left))
    yield Notice(sentence % {"count": len(left), "names": ", ".join(left)}, address, label, "warning")


def _progress(dossier: Any) -> Notice:
    sheet = sheet_of(dossier) if open_round(dossier) else None
    address, label = reverse("checking:check", args=[dossier.reference]), _("Open the completeness check")
    if sheet is None:
        return Notice(_("The completeness check has not begun."), address, label)
    told = {"settled": sheet.settled_count, "count": len(sheet.standings), "asked": len(sheet.to_complete)}
    return Notice(_("Completeness: %(settled)d of %(count)d items checked, %(asked)d to complete.") % told, address, label)


def is_touched(standing: Standing) -> bool:
    """Has the applicant changed what was asked?"""
    return standing.verdict is not None and standing.verdict.digest != standing.item.digest


def remarks(request: HttpRequest, dossier: Any) -> dict[str, list[Remark]]:
    """What is asked, beside the first field of its group; databases under `sources`, pieces and sections of questions under their code."""
    if not roles_for(request, dossier) & (TEAM_ROLES | MAY["check"]):
        return {}
    found: dict[str, list[Remark]] = {}
    for one in asked_points(dossier):
        name = _place(one)
        found.setdefault(name, []).append(_remark(dossier, one, name))
    return found


def _place(standing: Standing) -> str:
    """Beside what an item is spoken of."""
    item = standing.item
    if item.kind == Kind.FIELD:
        return BY_CODE[item.code].fields[0]
    return item.code if item.kind in (Kind.PIECE, Kind.QUESTIONS) else "sources"


def _remark(dossier: Any, standing: Standing, name: str) -> Remark:
    asked = standing.verdict.asked if standing.verdict else ""
    text = asked if standing.item.kind == Kind.FIELD or name == standing.item.code else f"{standing.item.label}{_(': ')}{asked}"
    if is_touched(standing):
        text = _("%(asked)s (You have changed this since.)") % {"asked": text}
    return Remark(text, reverse("checking:asked", args=[dossier.reference]), "success" if is_touched(standing) else "warning")
