"""What may stand in braces in a template, what it becomes for a dossier, and what is wrong with a text that uses it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.due import NextDue
from ui.words import day_in_words

WRITTEN = re.compile(r"\{([^{}\n]*)\}")
NAME = re.compile(r"[a-z_]+")
More = Mapping[str, Any]


@dataclass(frozen=True)
class Placeholder:
    """One word in braces: what it stands for, and how it is read from a dossier and from the event that is written about."""

    code: str
    label: Any
    read: Callable[[Any, More], Any]
    #: Only in an automatic e-mail, which is written about something that has just happened.
    of_event: bool = False


def _due(dossier: Any, more: More) -> str:
    day = more.get("due_on") or NextDue.objects.filter(dossier=dossier.pk).values_list("due_on", flat=True).first()
    return day_in_words(day) if day else ""


def _day(value: Any) -> str:
    return day_in_words(value) if value else ""


def _address(dossier: Any, _more: More) -> str:
    return settings.SITE_URL.rstrip("/") + reverse("dossiers:page", args=[dossier.reference])


PLACEHOLDERS: dict[str, Placeholder] = {
    one.code: one
    for one in (
        Placeholder("reference", gettext_lazy("reference of the dossier"), lambda dossier, more: dossier.reference),
        Placeholder("title", gettext_lazy("title of the project"), lambda dossier, more: dossier.title),
        Placeholder("procedure", gettext_lazy("procedure"), lambda dossier, more: dossier.get_procedure_display()),
        Placeholder("state", gettext_lazy("state of the dossier"), lambda dossier, more: dossier.get_state_display()),
        Placeholder("controller", gettext_lazy("controller"), lambda dossier, more: dossier.content.controller or ""),
        Placeholder("filed_on", gettext_lazy("day of the filing"), lambda dossier, more: _day(dossier.submitted_at)),
        Placeholder("completed_on", gettext_lazy("day on which it was found complete"), lambda dossier, more: _day(dossier.completed_at)),
        Placeholder("sent_on", gettext_lazy("day of the committee's receipt"), lambda dossier, more: _day(dossier.sent_to_committee_at)),
        Placeholder("opinion", gettext_lazy("opinion of the committee"), lambda dossier, more: dossier.get_opinion_display()),
        Placeholder("opinion_on", gettext_lazy("day of the opinion"), lambda dossier, more: _day(dossier.opinion_at)),
        Placeholder("authorisation", gettext_lazy("number of the authorisation"), lambda dossier, more: dossier.authorisation_number),
        Placeholder("authorised_on", gettext_lazy("day of the authorisation"), lambda dossier, more: _day(dossier.authorised_on)),
        Placeholder("due_on", gettext_lazy("nearest due day"), _due),
        Placeholder("officer", gettext_lazy("officer in charge"), lambda dossier, more: dossier.officer or ""),
        Placeholder("operator", gettext_lazy("the body that runs this site"), lambda dossier, more: settings.OPERATOR_NAME),
        Placeholder("contact", gettext_lazy("address of the secretariat"), lambda dossier, more: settings.OPERATOR_CONTACT),
        Placeholder("address", gettext_lazy("address of the dossier's page"), _address),
        Placeholder("today", gettext_lazy("today"), lambda dossier, more: _day(more.get("at"))),
        Placeholder("event", gettext_lazy("what has just happened"), lambda dossier, more: more.get("event", ""), of_event=True),
        Placeholder("outcome", gettext_lazy("its outcome"), lambda dossier, more: more.get("outcome", ""), of_event=True),
        Placeholder(
            "message", gettext_lazy("what was written with it"), lambda dossier, more: getattr(more.get("act"), "text", ""), of_event=True
        ),
    )
}


def offered(kind: str) -> list[Placeholder]:
    """The placeholders that a template of this kind may use."""
    return [one for one in PLACEHOLDERS.values() if kind == "mail" or not one.of_event]


def faults_in(text: str, kind: str) -> Iterator[str]:
    """What is wrong with a text, as sentences: a word that stands for nothing, a brace that is not closed."""
    known = {one.code for one in offered(kind)}
    for written in dict.fromkeys(WRITTEN.findall(text)):
        if written not in known:
            near = difflib.get_close_matches(written.strip().lower(), known, n=1)
            said = _("{%(written)s} stands for nothing.") % {"written": written}
            yield said + (" " + _("Did you mean {%(near)s}?") % {"near": near[0]} if near else "")
    if set("{}") & set(WRITTEN.sub("", text)):
        yield _("A brace is opened or closed alone: a word stands between { and }, on one line.")


def holes_in(text: str, dossier: Any, *, at: datetime) -> list[Placeholder]:
    """The placeholders of a text of which the dossier says nothing yet: they would leave a hole in it."""
    used = [PLACEHOLDERS[code] for code in dict.fromkeys(WRITTEN.findall(text)) if code in PLACEHOLDERS]
    return [one for one in used if not one.of_event and not str(one.read(dossier, {"at": at})).strip()]


def filled(text: str, dossier: Any, *, at: datetime, **more: Any) -> str:
    """The text with every placeholder in words, in the language that is active; an unknown one stays as it is written."""
    known = {**more, "at": at}

    def word(found: re.Match[str]) -> str:
        placeholder = PLACEHOLDERS.get(found[1])
        return str(placeholder.read(dossier, known)) if placeholder else found[0]

    return WRITTEN.sub(word, text)
