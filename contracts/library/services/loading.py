"""The clauses and templates that are shipped, loaded through the door that everybody takes: one draws up, another approves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from contracts.clauses.seeds import TemplateSeed, seed_clauses, seed_templates
from contracts.library.services.drafts import Said, begin_clause, begin_template, draw_up_clause, draw_up_template, entries_of
from contracts.models import Clause, Template
from contracts.text.clauses import ClauseText, TemplateText

#: The day from which the shipped templates hold.
SINCE = date(2026, 1, 1)


@transaction.atomic
def load(*, author: Any, approver: Any, at: datetime, since: date = SINCE) -> list[str]:
    """Load what is missing; the answer names the versions that are new. Raises NotAllowed, RuleBroken."""
    there = set(Clause.objects.values_list("code", flat=True))
    clauses = [(place, text) for place, text in enumerate(seed_clauses(), 1) if text.code not in there]
    known = set(Template.objects.values_list("code", flat=True))
    new = [_load_clause(text, place * 10, author, approver, at) for place, text in clauses]
    return new + [_load_template(seed, since, author, approver, at) for seed in seed_templates() if seed.code not in known]


def _load_clause(text: ClauseText, position: int, author: Any, approver: Any, at: datetime) -> str:
    clause = begin_clause(text.code, by=author, at=at, position=position)
    version = draw_up_clause(clause, text, by=author, at=at)
    version.ask_review(by=author, at=at)
    version.approve(by=approver, at=at)
    return str(version)


def _load_template(seed: TemplateSeed, since: date, author: Any, approver: Any, at: datetime) -> str:
    template = begin_template(seed.code, seed.kind, by=author, at=at)
    entries = entries_of(list(seed.clauses))
    text = TemplateText(seed.code, 1, seed.kind, seed.title, tuple(entries[code] for code in seed.clauses), seed.annexes, seed.required)
    version = draw_up_template(template, Said(since), text, by=author, at=at)
    version.ask_review(by=author, at=at)
    version.approve(by=approver, at=at)
    return str(version)
