"""The moves of a version of a tariff grid, from the draft to its publication and, should it come to that, its withdrawal."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from fees import rules
from fees.states import GridState
from workflow.engine import Subject, move
from workflow.seals import text_digest

TRANSPARENCY = "règlement (UE) 2025/327, art. 62"


class VersionMoves(Subject):
    """A version of a tariff grid."""

    subject_type: ClassVar[str] = "grid_version"
    # The facts that moves write; the columns stand in `models.grids`.
    content_sha256: Any
    reviewed_from: Any
    sent_back_because: Any
    approved_by: Any
    published_at: Any
    decision_ref: Any
    engine_version: Any
    withdrawn_because: Any

    class Meta:
        abstract = True

    @move(source=[GridState.DRAFT], target=GridState.IN_REVIEW, label=_("Ask for approval"))
    def ask_review(self, *, by: Any, at: datetime) -> None:
        """The draft is whole: somebody who has not written it reads it over."""
        rules.require_sound(self)
        rules.require_change_said(self)
        self.reviewed_from, self.sent_back_because = at, ""
        self.jot(content=self.content_sha256)

    @move(source=[GridState.IN_REVIEW], target=GridState.DRAFT, label=_("Send back"))
    def send_back(self, *, by: Any, at: datetime, because: str) -> None:
        """Something is to be mended first; the reason is said to who draws it up."""
        self.sent_back_because = rules.said(because, _("Say what is to be mended."))
        self.reviewed_from = None
        self.jot(because=text_digest(f"grid_version:{self.pk}:{at.isoformat()}", self.sent_back_because))

    @move(source=[GridState.IN_REVIEW], target=GridState.PUBLISHED, label=_("Approve and publish"), law=TRANSPARENCY, grave=True)
    def publish(self, *, by: Any, at: datetime, decision_ref: str) -> None:
        """Approved by somebody who has not written it; from here its content never changes, and its period is taken."""
        rules.require_publishable(self, decision_ref)
        rules.require_second_factor(by)
        rules.make_room(self, by=by, at=at)
        self.decision_ref, self.engine_version = decision_ref.strip(), rules.engine()
        self.approved_by, self.published_at = by, at
        self.jot(content=self.content_sha256, approved_by=by.pk)

    @move(source=[GridState.PUBLISHED], target=GridState.WITHDRAWN, label=_("Withdraw"), grave=True)
    def withdraw(self, *, by: Any, at: datetime, because: str) -> None:
        """The version no longer selects any amount; what was issued under it stands, and its page says why it was withdrawn."""
        self.withdrawn_because = rules.said(because, _("Say why the version is withdrawn: it is published."))

    @move(source=[GridState.DRAFT, GridState.IN_REVIEW], target=GridState.WITHDRAWN, label=_("Drop the draft"))
    def drop(self, *, by: Any, at: datetime) -> None:
        """The draft is given up; it never was public."""
