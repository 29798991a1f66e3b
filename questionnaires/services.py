"""Changes that the secretariat makes: questions of the bank, drafts, publication. Each leaves its author and instant on the row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from questionnaires import drafting
from questionnaires.checks import faults_of
from questionnaires.models import Question, Questionnaire, Use, Version
from questionnaires.policies import may
from questionnaires.queries import draft_definition, last_version
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

#: Addresses of the editor's own pages.
RESERVED = frozenset({"nouveau", "questions"})


def require_may(by: Any, action: str) -> None:
    """Raise NotAllowed for somebody whose roles do not allow the action."""
    if not may(by, action):
        raise NotAllowed(_("Only the secretariat changes the questionnaires."))


def free_code(words: str, taken: Callable[[str], bool], *, joint: str, longest: int) -> str:
    """A code made of the words that nothing bears yet: “ethics_committee”, then “ethics_committee_2”."""
    plain = re.sub(r"[^a-z0-9]+", joint, slugify(re.sub(r"['’]", " ", words))).strip(joint)
    stem = (plain if plain[:1].isalpha() else f"q{joint}{plain}".strip(joint))[: longest - 5].strip(joint)
    number, code = 1, stem
    while taken(code):
        number += 1
        code = f"{stem}{joint}{number}"
    return code


@transaction.atomic
def keep_question(question: Question, *, by: Any, at: datetime) -> Question:
    """Save a question of the bank; a new one gets a code from its words, which never changes afterwards. Raises NotAllowed."""
    require_may(by, "edit")
    if not question.code:
        question.code = free_code(question.label_fr, lambda code: Question.objects.filter(code=code).exists(), joint="_", longest=60)
    question.sign(by, at)
    question.save()
    return question


@transaction.atomic
def begin_questionnaire(*, title_fr: str, title_en: str, targets: Iterable[str], by: Any, at: datetime, code: str = "") -> Questionnaire:
    """Begin an empty questionnaire. Raises NotAllowed, and RuleBroken when another one is asked for the same thing."""
    require_may(by, "edit")

    def taken(wanted: str) -> bool:
        return wanted in RESERVED or Questionnaire.objects.filter(code=wanted).exists()

    code = code or free_code(title_fr, taken, joint="-", longest=50)
    questionnaire = Questionnaire(code=code, title_fr=title_fr, title_en=title_en, edited_by=by, edited_at=at)
    questionnaire.save(force_insert=True)
    _attach(questionnaire, targets)
    return questionnaire


@transaction.atomic
def keep_settings(questionnaire: Questionnaire, *, title_fr: str, title_en: str, targets: Iterable[str], by: Any, at: datetime) -> None:
    """Save the title, and what the questionnaire is asked for. Raises NotAllowed, RuleBroken."""
    require_may(by, "edit")
    questionnaire.title_fr, questionnaire.title_en = title_fr, title_en
    questionnaire.sign(by, at)
    questionnaire.save(update_fields=["title_fr", "title_en", "edited_by", "edited_at"])
    _attach(questionnaire, targets)


def _attach(questionnaire: Questionnaire, targets: Iterable[str]) -> None:
    wanted = set(targets)
    if Use.objects.filter(target__in=wanted).exclude(questionnaire=questionnaire).exists():
        raise RuleBroken(Broken(_("Another questionnaire is asked there already: detach it first."), where="targets"))
    questionnaire.uses.exclude(target__in=wanted).delete()
    present = set(questionnaire.uses.values_list("target", flat=True))
    Use.objects.bulk_create(Use(questionnaire=questionnaire, target=target) for target in sorted(wanted - present))


@transaction.atomic
def change_draft(
    questionnaire: Questionnaire, change: Callable[[drafting.Draft], drafting.Draft], *, by: Any, at: datetime
) -> Questionnaire:
    """Apply one change of `drafting` to the draft as it stands now; two editors at once lose nothing. Raises NotAllowed."""
    require_may(by, "edit")
    locked = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    fresh = change(locked.draft)
    if fresh != locked.draft:
        locked.draft = fresh
        locked.sign(by, at)
        locked.save(update_fields=["draft", "edited_by", "edited_at"])
    return locked


def add_section(questionnaire: Questionnaire, title: Mapping[str, str], help_text: Mapping[str, str], *, by: Any, at: datetime) -> str:
    """Add a section at the end; the answer is its code, which no version of the questionnaire has used."""
    past = {code for version in questionnaire.versions.all() for code in version.section_codes}
    changed = change_draft(questionnaire, lambda draft: drafting.with_section(draft, title, help_text, past=past), by=by, at=at)
    return str(changed.draft["sections"][-1]["code"])


@transaction.atomic
def publish(questionnaire: Questionnaire, *, by: Any, at: datetime) -> Version:
    """Freeze the draft as the next version: dossiers begun from now on get it. Raises NotAllowed, RuleBroken, WrongState."""
    require_may(by, "publish")
    locked = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    definition, last = draft_definition(locked), last_version(locked)
    faults = faults_of(definition, definition["title"])
    if faults:
        raise RuleBroken(*(Broken(fault.sentence, where=fault.question or fault.section) for fault in faults))
    if last and last.definition == definition:
        raise WrongState(_("Nothing has changed since the last version: there is nothing to publish."))
    number = (locked.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    return Version.objects.create(questionnaire=locked, number=number, definition=definition, published_at=at, published_by=by)
