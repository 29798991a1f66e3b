"""The reports of what was forgotten, for who watches over the site."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rights.envelopes.reports_page import Kind
from rights.tracking.models import RetentionReport

FORGOTTEN = Kind(
    RetentionReport,
    heading=_("What was forgotten of citizens' requests"),
    about=_(
        "Each night the site erases the addresses, forgets the codes and deletes the rows that have reached their term. Each run that"
        " forgets something writes a report, signed, that holds the hash of the one before it."
    ),
    nothing=_("Nothing has reached its term yet."),
    counts={"contacts": _("Addresses erased"), "codes": _("Codes forgotten"), "requests": _("Requests only counted")},
    address="tracking:report",
    file="oublis",
)
