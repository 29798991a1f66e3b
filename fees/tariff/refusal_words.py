"""Why a modifier did not act and why a line is not charged, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from fees.tariff.vocabulary import Dropped, Refused

REFUSED: dict[Refused, Any] = {
    Refused.CONDITION: _("%(label)s: not granted, because %(facts)s."),
    Refused.LESS_FAVOURABLE: _("%(label)s: not added, because “%(other)s” is at least as favourable and the two do not add up."),
    Refused.NO_DECISION: _("%(label)s: applied on decision only, and none was taken."),
    Refused.NO_JUSTIFICATION: _("%(label)s: not applied, because no reason was given."),
    Refused.NO_PRIOR_NOTICE: _("%(label)s: not applied, because it was not announced before the work began."),
    Refused.NO_EVIDENCE: _("%(label)s: not granted, because the evidence was not given."),
    Refused.OUT_OF_BOUNDS: _("%(label)s: not applied, because the value chosen is outside the bounds of the grid."),
    Refused.WITHDRAWAL: _("%(label)s: not applied to a withdrawal."),
    Refused.NO_EFFECT: _("%(label)s: changes nothing here."),
}
DROPPED: dict[Dropped, Any] = {
    Dropped.CONDITION: _("does not apply"),
    Dropped.NOT_ASKED: _("not asked for"),
    Dropped.NOT_CHARGEABLE: _("not charged on a withdrawal"),
    Dropped.NOTHING_DONE: _("no work was done"),
    Dropped.NO_QUANTITY: _("nothing to count"),
    Dropped.NONE_OF_THEM: _("there is none"),
}
