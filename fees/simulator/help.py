"""What to answer, for the facts whose name does not say it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

ESTIMATED = _("The holder estimates them once the dossier is complete. Give an order of magnitude, with bounds if you are unsure.")
HELP: dict[str, Any] = {
    "requester.category": _("That of the body which will sign for the project and pay."),
    "requester.vat_zone": _("Where the body that pays is established."),
    "requester.taxable": _("Needed only for a body established outside France."),
    "requester.vat_number_checked": _("Needed only for a body of another State of the European Union: is its VAT number valid?"),
    "requester.is_holder": _("You ask for the data of a database that you hold yourself."),
    "requester.thesis": _("The data serve a thesis, by one person."),
    "requester.statutory_exempt": _("A text exempts this body from fees."),
    "requester.asks_reduction": _("Some reductions are granted only to those who ask."),
    "requester.country": _("Its code in two letters, for example FR."),
    "primo.active": _("The holder's own first access is under way, for a limited time."),
    "data.sources": _("Each database counts once."),
    "data.controllers": _("The bodies that hold the databases."),
    "data.patients": _("How many people the extracted data are about; an order of magnitude is enough."),
    "data.years": _("From the first to the last year asked for, both counted."),
    "data.data_years": _("Years of data, added up over the databases."),
    "data.extractions": _("How many times data are extracted."),
    "data.refreshes": _("How many times the data are brought up to date during the project; 0 if never."),
    "data.gigabytes": _("The size of the files that are delivered."),
    "holder.code": _("The code of the holder, as its grid names it."),
    "project.duration_months": _("From the opening of the data to the end of the project."),
    "project.paused_months": _("Months in which the project space stays closed; 0 if none."),
    "project.users": _("People who work in the project space, all teams together."),
    "project.storage_gb": _("The room that data and results take in the project space."),
    "project.quarters": _("Each quarter that is begun counts."),
    "project.secure_days": _("Days of work in the secure environment."),
    "project.presence_days": _("Days of work on the holder's premises."),
    "project.output_checks": _("How many results are taken out of the project space, each checked before."),
    "project.snds_matching": _("The data are linked with the national health data system."),
    "project.emergency": _("Recognised as such by the authorities."),
    "estimate.prep_days": ESTIMATED,
    "estimate.hours": ESTIMATED,
    "estimate.advice_hours": _("Hours of advice before and during the project."),
    "estimate.amount": _("What the holder announces."),
    "estimate.rounds": _("How many times the holders estimate the work again."),
    "estimate.complexity": _("As the holder judges it."),
}


def help_for(key: str) -> Any:
    """What to answer; empty where the name of the fact says it."""
    return HELP.get(key, "")
