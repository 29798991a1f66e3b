"""What every stage needs: keeping the act that a move records, with its free text outside the journal."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from workflow.engine import Subject
from workflow.seals import text_digest


@dataclass(frozen=True)
class Recorded:
    """What a person writes down beside a move: the day and the reference of a paper, words, and the paper itself.

    `kept_in` names a paper that is kept elsewhere, because it speaks of other dossiers too: ids and digests, for the journal.
    """

    on: date | None = None
    reference: str = ""
    text: str = ""
    document: Any = None
    kept_in: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_paper(self) -> bool:
        """Does it come with the paper itself, or with the digest of one that is kept elsewhere?"""
        return self.document is not None or bool(self.kept_in.get("paper_sha256"))


NOTHING = Recorded()


class Stage(Subject):
    """The abstract ground of the stages: it keeps acts."""

    subject_type: ClassVar[str] = "dossier"
    acts: Any
    content: Any
    # The facts of the procedure that moves write; the columns stand in `models.Dossier`.
    file_version: Any
    submitted_at: Any
    completed_at: Any
    reminded_at: Any
    sent_to_committee_at: Any
    urgent: Any
    opinion: Any
    opinion_at: Any
    cnil_wished_at: Any
    cnil_received_on: Any
    cnil_request: Any
    basis: Any
    authorised_on: Any
    authorisation_number: Any
    convention_on: Any
    convention_reference: Any
    data_opened_on: Any
    ended_on: Any
    destroyed_on: Any
    results_on: Any

    class Meta:
        abstract = True

    def keep(self, action: str, recorded: Recorded, *, by: Any, at: datetime, outcome: str = "") -> None:
        """Keep an act; the journal takes its ids, codes and dates, and of the text its salted hash only."""
        salt = secrets.token_hex(16) if recorded.text else ""
        act = self.acts.create(
            action=action,
            at=at,
            on=recorded.on,
            reference=recorded.reference,
            outcome=outcome,
            text=recorded.text,
            salt=salt,
            document=recorded.document,
            recorded_by=by,
        )
        hashed = text_digest(salt, recorded.text) if recorded.text else ""
        paper = recorded.document.pk if recorded.document else None
        facts = {"act": act.pk, "on": recorded.on, "reference": recorded.reference, "outcome": outcome}
        self.jot(**recorded.kept_in, **facts, text_sha256=hashed, document=paper)
