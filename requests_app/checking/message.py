"""The one message that asks for everything that is to be completed, in the applicant's language."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from guardian.shortcuts import get_users_with_perms

from requests_app.checking.models import Verdict
from requests_app.checking.sheet import Standing, sheet_of
from requests_app.policies import OWNER


def language_of(dossier: Any) -> str:
    """The language of the dossier's owner; French when there is none, or several that differ."""
    owners: Any = get_users_with_perms(dossier, only_with_perms_in=[OWNER], with_group_users=False)
    spoken = {owner.language for owner in owners}
    return str(spoken.pop()) if len(spoken) == 1 else "fr"


def words_of(verdict: Verdict, language: str) -> str:
    """What is asked on one item: the reasons chosen, then the words added."""
    texts = [reason.text_in(language).strip() for reason in sorted(verdict.reasons.all(), key=lambda one: (one.position, one.pk))]
    return "\n".join(filter(None, [*texts, verdict.text.strip()]))


def message_of(dossier: Any, *, added: str = "") -> str:
    """The whole message: every item to complete with its reasons, and what is expected of the applicant."""
    language = language_of(dossier)
    with translation.override(language):
        asked = sheet_of(dossier).to_complete
        points = [_point(number, one, language) for number, one in enumerate(asked, start=1)]
        opening = ngettext(
            "Before the dossier can go on, one point is to be completed:",
            "Before the dossier can go on, %(count)d points are to be completed:",
            len(points),
        ) % {"count": len(points)}
        ending = _("Everything else was checked: it will not be looked at again unless you change it.")
    return "\n\n".join(filter(None, [added.strip(), opening, *points, ending])) if points else ""


def _point(number: int, standing: Standing, language: str) -> str:
    assert standing.verdict is not None, "only what was judged is asked"
    return f"{number}. {standing.item.chapter} – {standing.item.label}\n{words_of(standing.verdict, language)}"
