"""The five procedures as one explains them to somebody who has to choose: for whom, the way, the law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.states import Procedure

COMMITTEE_LAW = "décret 2019-536, art. 88 à 91"


@dataclass(frozen=True)
class Explanation:
    """One procedure: when to choose it, what follows, and the text that founds it."""

    code: str
    in_brief: Any
    steps: Any
    law: str

    @property
    def label(self) -> Any:
        """The name of the procedure."""
        return Procedure(self.code).label


EXPLANATIONS: tuple[Explanation, ...] = (
    Explanation(
        Procedure.AUT.value,
        _("The usual way for one project when no reference methodology fits, for example because sources are matched."),
        _("The secretariat checks the dossier, the committee (CESREES) gives its opinion, then the CNIL authorises or refuses."),
        f"loi 78-17, art. 66 ; {COMMITTEE_LAW}",
    ),
    Explanation(
        Procedure.DU.value,
        _("Several processings of one controller, with the same purpose and the same categories of data and recipients: one request."),
        _("The same way as an authorisation; the dossier also says why one decision is enough."),
        COMMITTEE_LAW,
    ),
    Explanation(
        Procedure.MR004.value,
        _("A study on data that exist already, outside the national health data system, which meets every condition of the methodology."),
        _("The secretariat checks the dossier and the controller's commitment to the CNIL: neither committee nor authorisation."),
        "délib. CNIL 2018-155",
    ),
    Explanation(
        Procedure.MR007.value,
        _("A study on the main database of the SNDS, by a controller who carries out a task in the public interest."),
        _("The committee's opinion must be expressly favourable; the controller's commitment to the CNIL then replaces an authorisation."),
        f"délib. CNIL 2023-082 ; {COMMITTEE_LAW}",
    ),
    Explanation(
        Procedure.MR008.value,
        _("A study on the main database of the SNDS, by a controller who relies on a legitimate interest. Closed to banks and insurers."),
        _("The committee's opinion must be expressly favourable; the controller's commitment to the CNIL then replaces an authorisation."),
        f"délib. CNIL 2023-083 ; {COMMITTEE_LAW}",
    ),
)
