"""What is authorised today, said beside each field of an amendment that says something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from requests_app.content import completed
from requests_app.differences import Difference, differences
from requests_app.models import DossierVersion
from requests_app.slots import Remark
from requests_app.states import FINAL

#: A longer text is cut here: the page “What changes” shows it whole, word by word.
MOST_WORDS = 40


def beside_fields(request: HttpRequest, dossier: Any) -> Mapping[str, list[Remark]]:
    """Field → what is authorised today, while the amendment is written or examined.

    One query for what was last filed of the dossier that it amends, and one for each kind of name in what differs.
    """
    if not dossier.amends_id or dossier.state in FINAL:
        return {}
    versions = DossierVersion.objects.filter(dossier=dossier.amends_id).order_by("-number")
    filed = versions.values_list("snapshot", flat=True).first()
    found: dict[str, list[Remark]] = {}
    address = reverse("amendments:changes", args=[dossier.reference])
    for one in differences(completed(filed), dossier.content.snapshot()) if filed else []:
        found.setdefault(_name(one), []).append(Remark(_in_words(one), address, "info"))
    return found


def _name(one: Difference) -> str:
    return "questions" if one.field == "answers" else one.field


def _in_words(one: Difference) -> str:
    """“Authorised today: …”; with its label where several things stand beside one field."""
    today = "; ".join(Truncator(one.before).words(MOST_WORDS, truncate=" …").splitlines()) or _("nothing")
    if one.field in ("sources", "answers"):
        return _("%(label)s. Authorised today: %(words)s") % {"label": one.label, "words": today}
    return _("Authorised today: %(words)s") % {"words": today}
