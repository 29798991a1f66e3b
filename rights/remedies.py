"""What every refusal says beside its reason (GDPR 12(4)): the complaint to the CNIL, the courts, the data protection officer, the date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from rights.rules import LAW_OF
from rights.states import Lapse, Reason, RoutingState

CNIL = "https://www.cnil.fr/fr/plaintes"
CNIL_BY_LETTER = "CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07"
COMPLAINT, COURTS = "RGPD, art. 77", "RGPD, art. 79"
#: The states in which something was not granted.
NOT_GRANTED = frozenset({RoutingState.PARTLY_ACCEPTED, RoutingState.REFUSED, RoutingState.EXPIRED})


@dataclass(frozen=True)
class Remedies:
    """What a person reads under an answer that does not give them all that they asked for."""

    decided_at: datetime
    reason: str
    #: The text that the reason rests on; empty where nobody decided anything.
    text: str
    complaint: str
    complaint_law: str
    link: str
    by_letter: str
    courts: str
    courts_law: str
    officer: str
    contact: str


def remedies_of(routing: Any) -> Remedies | None:
    """The remedies against what became of a request at one controller; None where everything was granted, or nothing is decided yet."""
    if routing.state not in NOT_GRANTED:
        return None
    reason = Lapse(routing.lapse).label if routing.state == RoutingState.EXPIRED else Reason(routing.reason).label
    return Remedies(
        decided_at=routing.ended_at,
        reason=str(reason),
        text=LAW_OF.get(routing.reason, ""),
        complaint=_("You may complain to the CNIL, the French data protection authority. It is free, and you need no lawyer."),
        complaint_law=COMPLAINT,
        link=CNIL,
        by_letter=CNIL_BY_LETTER,
        courts=_("You may also go to court: the administrative court if the controller is a public body, the judicial court otherwise."),
        courts_law=COURTS,
        officer=_("You may write first to the data protection officer of this window, who can speak with the controller."),
        contact=settings.DPO_CONTACT,
    )
