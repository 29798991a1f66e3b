"""Somebody says something about a clause, or about a proposal on it."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.models import Convention
from contracts.negotiating import rules
from contracts.negotiating.models import Comment, Proposal
from contracts.negotiating.policies import speaks_for
from contracts.negotiating.services.proposing import negotiated
from workflow.engine import record
from workflow.refusals import Broken, RuleBroken
from workflow.seals import text_digest


@transaction.atomic
def comment(convention: Convention, code: str, text: str, *, by: Any, at: datetime, proposal: Proposal | None = None) -> Comment:
    """Comment upon a clause; all the parties and the operator read it. Raises NotAllowed, WrongState, RuleBroken."""
    version = negotiated(convention)
    words = rules.require_short(text, "text")
    if not words:
        raise RuleBroken(Broken(_("Write your comment."), where="text"))
    if version.document.article(code) is None and not Proposal.objects.filter(convention=convention, article_code=code).exists():
        raise RuleBroken(Broken(_("The text has no such clause any more.")))
    told = {"article_code": code, "version": version, "proposal": proposal, "text": words, "salt": secrets.token_hex(16)}
    made: Comment = Comment.objects.create(convention=convention, party=speaks_for(by, convention), by=by, at=at, **told)
    facts = {"comment": made.pk, "proposal": proposal.pk if proposal else None, "text_sha256": text_digest(made.salt, words)}
    record(convention, "comment", by=by, at=at, facts=facts)
    return made
