"""The moves of a version of a clause or of a template: drafted, read over, approved by another, retired."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.clauses import rules
from contracts.states import TextState
from workflow.engine import Subject, move
from workflow.seals import text_digest


class TextMoves(Subject):
    """A version of a text that conventions are made of."""

    # The facts that moves write; the columns stand in `models.library`.
    content_sha256: Any
    reviewed_from: Any
    sent_back_because: Any
    approved_by: Any
    approved_at: Any
    retired_because: Any

    class Meta:
        abstract = True

    def findings(self) -> list[Any]:
        """What is wrong with the words, and what is merely noted; `models.library` answers."""
        raise NotImplementedError

    def make_room(self, *, by: Any, at: datetime) -> None:
        """What an approval does to the version before; nothing, for a clause."""

    @move(source=[TextState.DRAFT], target=TextState.IN_REVIEW, label=pgettext_lazy("clause", "Ask for approval"))
    def ask_review(self, *, by: Any, at: datetime) -> None:
        """The draft is whole: somebody who has not written it reads it over."""
        rules.require_sound(self)
        rules.require_change_said(self)
        self.reviewed_from, self.sent_back_because = at, ""
        self.jot(content=self.content_sha256)

    @move(source=[TextState.IN_REVIEW], target=TextState.DRAFT, label=_("Send back"))
    def send_back(self, *, by: Any, at: datetime, because: str) -> None:
        """Something is to be mended first; the reason is said to who draws it up."""
        self.sent_back_because = rules.said(because, _("Say what is to be mended."))
        self.reviewed_from = None
        self.jot(because=text_digest(f"{self.subject_type}:{self.pk}:{at.isoformat()}", self.sent_back_because))

    @move(source=[TextState.IN_REVIEW], target=TextState.APPROVED, label=pgettext_lazy("clause", "Approve"), grave=True)
    def approve(self, *, by: Any, at: datetime) -> None:
        """Approved by somebody who has not written it; from here its words never change."""
        rules.require_sound(self)
        rules.require_second_factor(by)
        self.make_room(by=by, at=at)
        self.approved_by, self.approved_at = by, at
        self.jot(content=self.content_sha256, approved_by=by.pk)

    @move(source=[TextState.APPROVED], target=TextState.RETIRED, label=pgettext_lazy("clause", "Retire"), grave=True)
    def retire(self, *, by: Any, at: datetime, because: str) -> None:
        """No new convention is made of it; those that were made of it stand."""
        self.retired_because = rules.said(because, _("Say why this text is retired."))

    @move(source=[TextState.DRAFT, TextState.IN_REVIEW], target=TextState.RETIRED, label=_("Drop the draft"))
    def drop(self, *, by: Any, at: datetime) -> None:
        """The draft is given up; no convention was made of it."""
