"""The moves of a ticket, in the order of the work; a question to the applicant is an object beside it, and not a state."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from extractions import rules
from extractions.states import OPEN, TicketState
from workflow.engine import Subject, move
from workflow.moves import EVERY_CLOCK
from workflow.periods import paris_day
from workflow.seals import text_digest

S = TicketState


class TicketMoves(Subject):
    """A ticket."""

    subject_type: ClassVar[str] = "ticket"
    # The facts that moves write; the columns stand in `models.tickets`.
    kind: Any
    words: Any
    salt: Any
    ended_at: Any
    announced_by_id: Any

    class Meta:
        abstract = True

    def keep_words(self, words: str) -> None:
        """Keep why; the journal has its salted hash only."""
        self.words, self.salt = words, secrets.token_hex(16)
        self.jot(text_sha256=text_digest(self.salt, words))

    # --- the need ---
    @move(source=[S.CREATED, S.NEED_AGREED], target=S.NEED_TO_SPECIFY, label=_("Ask for the need to be specified"), fits=rules.has_need)
    def ask_need(self, *, by: Any, at: datetime, because: str) -> None:
        """The need is not precise enough to work with: the applicant specifies it."""
        self.keep_words(rules.require_said(because, _("Say what is to be specified.")))

    @move(source=[S.NEED_TO_SPECIFY], target=S.CREATED, label=_("Specify the need"), fits=rules.has_need)
    def specify_need(self, *, by: Any, at: datetime, version: int) -> None:
        """The applicant proposes a version of the need and agrees to it: the desk reads it."""
        self.jot(version=version)

    @move(
        source=[S.CREATED, S.NEED_TO_SPECIFY, S.NEED_AGREED],
        target=S.NEED_AGREED,
        label=_("Note the agreed need"),
        law=rules.ACCESS,
        fits=rules.has_need,
    )
    def agree_need(self, *, by: Any, at: datetime, version: int, sha256: str) -> None:
        """Both sides have agreed to the same version of the need: the work is done on it and on nothing else."""
        self.jot(version=version, need_sha256=sha256)  # the room of the needs looks whether it is this one that is agreed
        rules.require_rooms(self, "agree_need")

    # --- targeting ---
    @move(source=[S.NEED_AGREED], target=S.TARGETING, label=_("Begin the targeting"), fits=rules.targets)
    def begin_targeting(self, *, by: Any, at: datetime) -> None:
        """The population is being looked for; this may begin before the convention is signed."""
        rules.require_free(self)
        rules.require_predecessors(self)
        rules.require_rooms(self, "begin_targeting")

    # --- linkage tables ---
    @move(source=[S.NEED_AGREED], target=S.AWAITING_DEPOSIT, label=_("Ask for the linkage table"), law=rules.NIR, fits=rules.takes_deposits)
    def open_deposit(self, *, by: Any, at: datetime) -> None:
        """The persons who may deposit are named: each deposits one table, encrypted before it is stored."""
        rules.require_free(self)
        rules.require_predecessors(self)
        rules.require_gate(self, at)
        rules.require_rooms(self, "open_deposit")

    @move(source=[S.AWAITING_DEPOSIT], target=S.DEPOSITED, label=_("Receive the last table"), law=rules.NIR, fits=rules.takes_deposits)
    def receive_deposit(self, *, by: Any, at: datetime) -> None:
        """Every table that was asked for has come."""
        rules.require_rooms(self, "receive_deposit")

    @move(source=[S.DEPOSITED], target=S.FORMAT_CHECK, label=_("Begin the format check"), fits=rules.takes_deposits)
    def begin_format_check(self, *, by: Any, at: datetime) -> None:
        """The pseudonymisation service has fetched the table and checks that it can be read."""
        rules.require_free(self)
        rules.require_gate(self, at)

    @move(
        source=[S.DEPOSITED, S.FORMAT_CHECK, S.PSEUDONYMISATION],
        target=S.AWAITING_DEPOSIT,
        label=_("Refuse the linkage table"),
        fits=rules.takes_deposits,
    )
    def refuse_table(self, *, by: Any, at: datetime, because: str) -> None:
        """The table cannot be used: another one is deposited."""
        self.keep_words(rules.require_said(because, _("Say why the table cannot be used, without quoting anything from it.")))

    @move(source=[S.FORMAT_CHECK], target=S.PSEUDONYMISATION, label=_("Begin the pseudonymisation"), fits=rules.takes_deposits)
    def begin_pseudonymisation(self, *, by: Any, at: datetime) -> None:
        """The identifying columns become pseudonyms, irreversibly."""
        rules.require_free(self)
        rules.require_gate(self, at)

    @move(source=[S.PSEUDONYMISATION], target=S.TABLE_VALIDATED, label=_("Validate the linkage table"), fits=rules.takes_deposits)
    def validate_table(self, *, by: Any, at: datetime) -> None:
        """The pseudonymised table is whole: the matching may begin."""
        rules.require_free(self)

    # --- matching ---
    @move(source=[S.NEED_AGREED, S.TABLE_VALIDATED], target=S.MATCHING, label=_("Begin the matching"), fits=rules.matches)
    def begin_matching(self, *, by: Any, at: datetime) -> None:
        """Persons of both sources are brought together, by pseudonyms or by likeness."""
        rules.require_free(self)
        rules.require_predecessors(self)
        rules.require_gate(self, at)
        rules.require_rooms(self, "begin_matching")

    @move(source=[S.MATCHING], target=S.CLOSED, label=_("Go on with this result"), ends=[EVERY_CLOCK], fits=rules.matches, grave=True)
    def go(self, *, by: Any, at: datetime, because: str, result: int) -> None:
        """A person decides that the matching is good enough to go on; below the threshold the reason carries it."""
        rules.require_rooms(self, "go")
        self.keep_words(rules.require_said(because, _("Say why the result is good enough.")))
        self.jot(result=result)
        self.ended_at = at

    @move(source=[S.MATCHING], target=S.NEED_TO_SPECIFY, label=_("Do not go on with this result"), fits=rules.matches, grave=True)
    def no_go(self, *, by: Any, at: datetime, because: str, result: int) -> None:
        """A person decides that the matching is not good enough: the need is specified anew."""
        rules.require_rooms(self, "no_go")
        self.keep_words(rules.require_said(because, _("Say why the result is not good enough.")))
        self.jot(result=result)

    # --- extraction ---
    @move(source=[S.NEED_AGREED], target=S.EXTRACTION, label=_("Begin the extraction"), law=rules.ACCESS, fits=rules.extracts)
    def begin_extraction(self, *, by: Any, at: datetime) -> None:
        """The data of the need are being extracted; nothing is until the gate is open."""
        rules.require_free(self)
        rules.require_predecessors(self)
        rules.require_gate(self, at)
        rules.require_rooms(self, "begin_extraction")

    @move(source=[S.EXTRACTION, S.TARGETING], target=S.QUALITY_CHECK, label=_("Begin the quality check"), fits=rules.works)
    def begin_quality_check(self, *, by: Any, at: datetime) -> None:
        """What was produced is compared with the need by somebody."""
        rules.require_free(self)

    @move(source=[S.QUALITY_CHECK], target=S.NEED_AGREED, label=_("Send back to the work"), fits=rules.works)
    def fail_quality(self, *, by: Any, at: datetime, because: str) -> None:
        """The check has found something: the work is done again."""
        self.keep_words(rules.require_said(because, _("Say what is to be done again.")))

    @move(source=[S.QUALITY_CHECK], target=S.CLOSED, label=_("Pass the quality check"), ends=[EVERY_CLOCK], fits=rules.works)
    def pass_quality(self, *, by: Any, at: datetime) -> None:
        """What was produced answers the need: what comes next may begin."""
        rules.require_free(self)
        self.ended_at = at

    # --- delivery ---
    @move(source=[S.CREATED], target=S.DELIVERY, label=_("Begin the delivery"), law=rules.ACCESS, fits=rules.delivers)
    def begin_delivery(self, *, by: Any, at: datetime) -> None:
        """The packages are made and sent by the channel of the convention."""
        rules.require_free(self)
        rules.require_predecessors(self)
        rules.require_gate(self, at)

    @move(source=[S.DELIVERY], target=S.ACCEPTANCE, label=_("Announce a delivery"), law=rules.ACCESS, starts=["K-REC"], fits=rules.delivers)
    def announce(self, *, by: Any, at: datetime, package: int) -> None:
        """A package has arrived: the applicant has a set time to accept or refuse it."""
        rules.require_free(self)
        rules.require_gate(self, at)
        rules.require_deliverable(self, paris_day(at))
        rules.require_rooms(self, "announce")
        self.announced_by_id = by.pk
        self.jot(package=package)

    @move(source=[S.ACCEPTANCE], target=S.DELIVERY, label=_("Accept a part"), ends=["K-REC"], fits=rules.delivers)
    def accept_part(self, *, by: Any, at: datetime, package: int) -> None:
        """A partial delivery is accepted; the rest is still to come."""
        rules.require_other_hand(by, self.announced_by_id)
        self.jot(package=package)

    @move(source=[S.ACCEPTANCE], target=S.CLOSED, label=_("Accept the delivery"), ends=["K-REC", EVERY_CLOCK], fits=rules.delivers)
    def accept(self, *, by: Any, at: datetime, package: int) -> None:
        """The data are there, whole and as agreed: they may be worked on."""
        rules.require_other_hand(by, self.announced_by_id)
        self.ended_at = at
        self.jot(package=package)

    @move(source=[S.ACCEPTANCE], target=S.DELIVERY, label=_("Refuse the delivery"), ends=["K-REC"], fits=rules.delivers)
    def refuse(self, *, by: Any, at: datetime, because: str, package: int) -> None:
        """Something lacks or is wrong: the reason is said, and it is delivered again."""
        self.keep_words(rules.require_said(because, _("Say what is wrong with the delivery.")))
        self.jot(package=package)

    @move(
        source=[S.ACCEPTANCE],
        target=S.CLOSED,
        label=_("Close without an answer"),
        after="K-REC",
        ends=["K-REC", EVERY_CLOCK],
        fits=rules.delivers,
        grave=True,
    )
    def conclude(self, *, by: Any, at: datetime, package: int) -> None:
        """The time to refuse has passed in silence: a person notes that the delivery stands."""
        self.ended_at = at
        self.jot(package=package)

    @move(
        source=[S.ACCEPTANCE],
        target=S.DELIVERY,
        label=_("Note that a part stands without an answer"),
        after="K-REC",
        ends=["K-REC"],
        fits=rules.delivers,
    )
    def conclude_part(self, *, by: Any, at: datetime, package: int) -> None:
        """The time to refuse a part has passed in silence: the part stands, and the rest is still to come."""
        self.jot(package=package)

    # --- the other ends ---
    @move(source=sorted(OPEN), target=S.REJECTED, label=pgettext_lazy("ticket", "Reject"), ends=[EVERY_CLOCK], grave=True)
    def reject(self, *, by: Any, at: datetime, because: str) -> None:
        """It cannot be done as asked; the reason is said."""
        self.keep_words(rules.require_said(because, _("Say why it cannot be done.")))
        self.ended_at = at

    @move(source=sorted(OPEN), target=S.CANCELLED, label=pgettext_lazy("ticket", "Cancel"), ends=[EVERY_CLOCK], grave=True)
    def cancel(self, *, by: Any, at: datetime, because: str) -> None:
        """It has no object any more: another takes its place, or the project has ended."""
        self.keep_words(rules.require_said(because, _("Say why the ticket is cancelled.")))
        self.ended_at = at
