"""Closed choices of the form that a law or the procedure fixes; lists that administrators keep are vocabularies of the catalogue."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PotentialIdentifier(models.TextChoices):
    """What could point at a person although it names nobody; each one asked for must be justified (CSP, art. R1461-11 [to confirm])."""

    BIRTH_MONTH = "birth_month", _("Month and year of birth")
    RESIDENCE = "residence", _("Commune of residence, or a finer place")
    CARE_DATES = "care_dates", _("Dates of care")
    DEATH_DATE = "death_date", _("Date of death")
    DEATH_COMMUNE = "death_commune", _("Commune of death")


class DataForm(models.TextChoices):
    """In which form the data are needed."""

    PSEUDONYMISED = "pseudonymised", _("Pseudonymised: one line per person or per event, without a name")
    ANONYMISED = "anonymised", _("Anonymised: nobody can be found again")
    AGGREGATED = "aggregated", _("Aggregated: counts and tables only")


class Hosting(models.TextChoices):
    """Where the data are analysed."""

    OPERATOR = "operator", _("The technical platform of the body that runs this site")
    CNAM = "cnam", _("The portal of the CNAM")
    OTHER = "other", _("Another system that conforms to the security framework of the SNDS")


class Information(models.TextChoices):
    """How the persons learn that their data are used (RGPD, art. 13 and 14; loi 78-17, art. 69 [to confirm])."""

    INDIVIDUAL = "individual", _("Each person is informed individually")
    COLLECTIVE = "collective", _("General information: site, posters, public registry")
    DEROGATION = "derogation", _("A derogation from individual information is asked for")


#: Types of controller that must go through a laboratory or a study firm, unless they prove the forbidden purposes impossible
#: (CSP, art. L1461-3).
NEEDS_A_LABORATORY = frozenset({"health_industry", "insurer"})
