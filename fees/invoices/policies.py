"""Who may do what with schedules and invoices: the roles on the dossier, and that of who signs for the payer."""

from __future__ import annotations

from typing import Any

from accounts.policies import organisations_with
from accounts.roles import SYSTEM, Role
from requests_app.policies import MAY_ON_SITE, TEAM_ROLES
from requests_app.policies import may_on_site as may_on_the_site
from requests_app.policies import roles_on as roles_on_dossier

#: What somebody is who signs for the organisation that pays this very invoice.
PAYER = "payer"

_INVOICES = MAY_ON_SITE["make_invoice"]
_PAYMENTS = MAY_ON_SITE["record_payment"]
_SYSTEM = frozenset({SYSTEM})

#: Action → roles.
MAY: dict[str, frozenset[str]] = {
    # moves
    "send": _SYSTEM,
    "pay_part": _PAYMENTS | _SYSTEM,
    "pay_part_late": _PAYMENTS | _SYSTEM,
    "settle": _PAYMENTS | _SYSTEM,
    "reopen": _PAYMENTS,
    "fall_overdue": _SYSTEM,
    "cancel_by_credit": _INVOICES,
    # what is not a move
    "plan": _INVOICES,
    "issue": _INVOICES,
    "credit": _INVOICES,
    "note_payment": _PAYMENTS,
    "note_accounting": _PAYMENTS,
    "note_transfer": _PAYMENTS,
    "note_holder_bill": _INVOICES,
    "make_document": _SYSTEM,
    "see": TEAM_ROLES | MAY_ON_SITE["see_invoices"] | {PAYER},
}


def roles_on(user: Any, invoice: Any) -> frozenset[str]:
    """Every role that a person holds on an invoice: those on its dossier, and that of signing for who pays."""
    if getattr(user, "is_system", False):
        return _SYSTEM
    if not user.is_authenticated:
        return frozenset()
    held = roles_on_dossier(user, invoice.dossier)
    return held | {PAYER} if invoice.buyer_id in organisations_with(user, Role.SIGNATORY.value) else held


def may(user: Any, action: str, invoice: Any) -> bool:
    """Does one of the person's roles on this invoice allow the action?"""
    return bool(roles_on(user, invoice) & MAY[action])


def may_on_dossier(user: Any, action: str, dossier: Any) -> bool:
    """Does one of the person's roles on the dossier allow the action?"""
    return bool(roles_on_dossier(user, dossier) & MAY[action])


def may_invoice(user: Any) -> bool:
    """May the person issue invoices and credit notes?"""
    return may_on_the_site(user, "make_invoice")


def may_see(user: Any) -> bool:
    """May the person see the invoices of the site?"""
    return may_on_the_site(user, "see_invoices")
