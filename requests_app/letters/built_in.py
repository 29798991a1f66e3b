"""The words that the site sends by itself, as somebody who replaces them would write them: with words in braces for those of a dossier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

from django.template.loader import render_to_string
from django.utils import translation

from requests_app.letters.models import Kind, Template
from ui.words import day_in_words

#: Stands for the nearest due day while the words are written, and gives way to its place-holder.
SOME_DAY = date(2001, 2, 3)
#: What these e-mails read of a dossier to choose between two sentences, or without a place-holder for it.
UNSAID = ("state", "procedure", "get_basis_display")


@dataclass(frozen=True)
class BuiltIn:
    """Subject and text of an automatic e-mail in one language."""

    language: str
    subject: str
    text: str


def built_in_words(template: Template) -> list[BuiltIn]:
    """What an automatic e-mail says in each language as long as nobody replaces it; nothing for any other template."""
    return [_in(language, template) for language in ("fr", "en")] if template.kind == Kind.MAIL else []


def _in(language: str, template: Template) -> BuiltIn:
    with translation.override(language):
        written = render_to_string(f"mail/{template.code.replace('-', '_')}.txt", _shown()).replace(day_in_words(SOME_DAY), "{due_on}")
    subject, _blank, text = written.strip().partition("\n")
    lines = [line.strip().removeprefix("– ") for line in text.splitlines()]  # the dash joins a number to a basis that nothing stands for
    last = lines.index("{address}") if "{address}" in lines else len(lines)  # the address, the site and its name follow any text
    return BuiltIn(language, subject, "\n".join(lines[:last]).strip())


def _shown() -> dict[str, object]:
    """What the templates of these e-mails show, by its place-holder."""
    dossier = SimpleNamespace(reference="{reference}", title="{title}", authorisation_number="{authorisation}", **dict.fromkeys(UNSAID, ""))
    told = {"event": "{event}", "outcome": "{outcome}", "act": {"text": "{message}"}, "address": "{address}", "due_on": SOME_DAY}
    return {"dossier": dossier, "site_name": "", "site_url": "", **told}
