"""What each state of a convention means for who reads it: one sentence for the operator's side, one for the parties, and who must act."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.states import ConventionState as S

OPERATOR_ACTS, LEGAL_ACTS = pgettext_lazy("who must act", "the operator"), pgettext_lazy("who must act", "the legal officer")
ALL_ACT, SIGNERS_ACT = pgettext_lazy("who must act", "the parties and the operator"), pgettext_lazy("who must act", "those who sign")
NOBODY = pgettext_lazy("who must act", "nobody")

#: Who must act, what the operator's side reads, what the parties read.
TURNS: dict[str, tuple[Any, Any, Any]] = {
    S.DRAFT: (OPERATOR_ACTS, _("Prepare its text, then send it to the legal check. The parties do not see it yet."), ""),
    S.REVIEW: (LEGAL_ACTS, _("The legal officer reads it before the parties do: send it back, open the negotiation, or approve it."), ""),
    S.NEGOTIATION: (
        ALL_ACT,
        _("The parties read and comment. Answer every proposal, then have the text approved."),
        _("Read the text. You may propose a change to each clause that is open to negotiation, or say that it suits you."),
    ),
    S.APPROVED: (
        OPERATOR_ACTS,
        _("The text is frozen. Send it for signature."),
        _("The text is settled. It will be sent to those who sign."),
    ),
    S.SIGNING: (SIGNERS_ACT, _("Those who sign were written to."), _("The person who represents you signs, or says why not.")),
    S.SIGNED: (
        OPERATOR_ACTS,
        _("All have signed. It comes into force once the conditions below are met."),
        _("All have signed. It comes into force once the conditions below are met."),
    ),
    S.IN_FORCE: (NOBODY, _("It is in force: the data may be made available."), _("It is in force: the data may be made available.")),
    S.SUSPENDED: (
        OPERATOR_ACTS,
        _("Its effects are suspended: access to the data is closed."),
        _("Its effects are suspended: access to the data is closed."),
    ),
    S.EXPIRED: (NOBODY, _("Its last day has passed."), _("Its last day has passed: what was delivered is to be destroyed.")),
    S.TERMINATED: (NOBODY, _("It was ended before its day."), _("It was ended before its day: what was delivered is to be destroyed.")),
    S.ABANDONED: (NOBODY, _("It will not be signed."), _("It will not be signed.")),
}
#: How the state is coloured.
TONES = {
    S.NEGOTIATION: "info",
    S.APPROVED: "info",
    S.SIGNING: "info",
    S.SIGNED: "success",
    S.IN_FORCE: "success",
    S.SUSPENDED: "warning",
    S.EXPIRED: "warning",
    S.TERMINATED: "error",
}
