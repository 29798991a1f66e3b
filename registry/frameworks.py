"""The words of a fiche that a dossier of the single window does not have: other frameworks, and what is no project."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.states import Procedure


class FicheKind(models.TextChoices):
    """What a fiche tells of; `said` without a kind tells of a project."""

    PROJECT = "project", _("Project")
    WAREHOUSE = "warehouse", _("Health data warehouse")
    PERMANENT_ACCESS = "permanent_access", _("Permanent access")


class Elsewhere(models.TextChoices):
    """Frameworks under which nothing is filed here: what rests on them is declared to the registry (CSP, art. L1461-3)."""

    MR004 = Procedure.MR004.value, Procedure.MR004.label
    MR005 = "mr005", _("Reference methodology MR-005")
    MR006 = "mr006", _("Reference methodology MR-006")
    SIMPLIFIED = "simplified", _("Simplified access to a sample or to aggregated data")
    CNIL_ELSEWHERE = "cnil_elsewhere", _("CNIL authorisation obtained outside the single window")
    WAREHOUSE_FRAMEWORK = "warehouse_framework", _("Warehouse that conforms to the framework of the CNIL")
    WAREHOUSE_AUTHORISED = "warehouse_authorised", _("Warehouse authorised by the CNIL")
    PERMANENT_ACCESS = "permanent_access", _("Permanent access given by decree (CSP, art. R1461-11 and following)")


#: Frameworks by what is declared.
FRAMEWORKS_OF: dict[str, tuple[Elsewhere, ...]] = {
    FicheKind.PROJECT: (Elsewhere.MR004, Elsewhere.MR005, Elsewhere.MR006, Elsewhere.SIMPLIFIED, Elsewhere.CNIL_ELSEWHERE),
    FicheKind.WAREHOUSE: (Elsewhere.WAREHOUSE_FRAMEWORK, Elsewhere.WAREHOUSE_AUTHORISED),
    FicheKind.PERMANENT_ACCESS: (Elsewhere.PERMANENT_ACCESS,),
}
#: Frameworks that rest on a commitment and not on a decision.
BY_COMMITMENT = frozenset({Elsewhere.MR004, Elsewhere.MR005, Elsewhere.MR006, Elsewhere.WAREHOUSE_FRAMEWORK})

#: Every framework of a fiche: code → label; a route of the single window or one of elsewhere.
FRAMEWORKS: dict[str, str] = {one.value: one.label for one in (*Procedure, *Elsewhere)}
