"""What each state of a ticket means for who reads it: one sentence for the desk, one in plain words for the applicant."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from extractions.states import Kind, Side
from extractions.states import TicketState as S

#: What the desk reads, what the applicant reads.
SENTENCES: dict[str, tuple[Any, Any]] = {
    S.CREATED: (
        _("Agree with the applicant on the expression of needs, or begin."),
        _("The work is about to begin. Have your expression of needs ready: the work is done on it."),
    ),
    S.NEED_TO_SPECIFY: (_("The applicant specifies the need."), _("Specify your need: the work begins once both sides agree.")),
    S.NEED_AGREED: (_("The need is agreed: the work may begin."), _("Your need is agreed. The work begins next.")),
    S.TARGETING: (_("The population is being looked for."), _("Your population is being looked for in the database.")),
    S.AWAITING_DEPOSIT: (
        _("The persons named deposit their linkage table."),
        _("The person named deposits the linkage table: it is encrypted before it is stored, and nobody here can read it."),
    ),
    S.DEPOSITED: (
        _("Every table has come: have it fetched and checked."),
        _("Your table has come. The pseudonymisation service fetches it."),
    ),
    S.FORMAT_CHECK: (_("The table is being checked by the pseudonymisation service."), _("Your table is being checked.")),
    S.PSEUDONYMISATION: (_("Identifying columns become pseudonyms."), _("The identifying columns of your table become pseudonyms.")),
    S.TABLE_VALIDATED: (_("The table is whole: the matching may begin."), _("Your table was found whole. The matching comes next.")),
    S.MATCHING: (
        _("Record the result of the matching; a person then decides whether to go on."),
        _("The persons of both sources are being brought together."),
    ),
    S.EXTRACTION: (_("The data are being extracted."), _("Your data are being extracted.")),
    S.QUALITY_CHECK: (_("Compare what was produced with the need."), _("What was extracted is being compared with your need.")),
    S.DELIVERY: (_("Send the package, then announce it."), _("Your data are being sent.")),
    S.ACCEPTANCE: (
        _("The applicant checks the delivery."),
        _("Check what was delivered, then accept or refuse it within the time that is set."),
    ),
    S.CLOSED: (_("Nothing is left to do."), _("This step is done.")),
    S.REJECTED: (_("It could not be done as asked."), _("It could not be done as asked. The reason is given below.")),
    S.CANCELLED: (_("It has no object any more."), _("It has no object any more. The reason is given below.")),
}
#: Of a delivery that has not begun.
NOT_YET_DELIVERED = _("The delivery begins once the data are ready.")
TONES: dict[str, str] = {
    S.NEED_TO_SPECIFY: "warning",
    S.AWAITING_DEPOSIT: "warning",
    S.ACCEPTANCE: "warning",
    S.CLOSED: "success",
    S.REJECTED: "error",
    **dict.fromkeys((S.TARGETING, S.MATCHING, S.EXTRACTION, S.QUALITY_CHECK, S.DELIVERY), "info"),
}
COLUMN_LABELS: dict[str, Any] = {
    "need": _("Need"),
    "linkage": _("Linkage table"),
    "work": _("Work"),
    "quality": _("Quality check"),
    "delivery": pgettext_lazy("ticket column", "Delivery"),
    "acceptance": _("Acceptance"),
    "ended": _("Ended"),
}
#: What each kind of ticket brings, in plain words.
KINDS: dict[str, Any] = {
    Kind.TARGETING: _("find the persons whom the project is about"),
    Kind.DIRECT_MATCHING: _("bring together the same persons in both sources, by an identifier that nobody here can read"),
    Kind.RECONSTRUCTION_MATCHING: _("rebuild the identifier of each person at a trusted third party, then bring the sources together"),
    Kind.INDIRECT_MATCHING: _("bring together the same persons in both sources, by dates, places and care"),
    Kind.COHORT: _("take the agreed data of these persons out of the database"),
    Kind.AGGREGATES: _("count, and give tables without any person in them"),
    Kind.UPDATE: _("take newer data of the same persons out of the database"),
    Kind.DELIVERY: _("send the data to where the project works on them"),
}


def next_word(side: Side | None, organisation: Any) -> Any:
    """Who has the next word, by name where it is a body."""
    if side is None:
        return pgettext_lazy("who must act", "nobody")
    return Side.APPLICANT.label if side == Side.APPLICANT else str(organisation.short_name or organisation.name)
