"""The terms that a named user accepts before an account is opened. A change of their substance is another version."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

VERSION = "2026-11"
#: To be confirmed by a lawyer; the convention and the SNDS security rules prevail.
TERMS = (
    _("I use the data for the project that was authorised, and for nothing else."),
    _("I work on them in the place named by the convention; I take out nothing but anonymous results."),
    _("I do not try to find out who a person is, nor to bring the data together with others beyond what was authorised."),
    _("I lend my account to nobody, and keep its password and its second factor to myself."),
    _("I tell the security officer of my body at once of any loss, breach or doubt."),
    _("I know that what I do in the project space is recorded; my access ends with my part in the project, or with the convention."),
    _("I remain bound to secrecy after my access has ended."),
)
