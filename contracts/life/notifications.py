"""Letters about a convention that lives: its signature, its effect, its suspension, its end, and that the end is near."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from contracts.models import Convention
from contracts.notifications import LETTER, LETTERS, Letter, other_side, preparers
from contracts.states import ConventionState
from workflow import mail

#: How many days before its end the parties are told.
BEFORE_END = (90, 30, 7)
ENDS_SOON = "ends_soon"


def everybody(convention: Convention) -> set[int]:
    """Both sides."""
    return other_side(convention) | preparers(convention)


LETTERS |= {
    "refuse_signature": Letter(
        _("Convention %(number)s: a signature was refused"),
        _("A party does not sign convention %(number)s, “%(title)s”. All signatures of this version are void; its page says why."),
        everybody,
    ),
    "complete_signature": Letter(
        _("Convention %(number)s is signed by all parties"),
        _("All parties have signed convention %(number)s, “%(title)s”. Its page says when it takes effect, and for what it still waits."),
        everybody,
    ),
    "enter_force": Letter(
        _("Convention %(number)s is in force"),
        _("Convention %(number)s, “%(title)s”, is in force from %(since)s%(until)s."),
        everybody,
    ),
    "suspend": Letter(
        _("Convention %(number)s is suspended"),
        _("Convention %(number)s, “%(title)s”, is suspended: the gate to the data is closed. Its page says why."),
        everybody,
    ),
    "resume": Letter(
        _("Convention %(number)s is in force again"),
        _("The suspension of convention %(number)s, “%(title)s”, is lifted."),
        everybody,
    ),
    "terminate": Letter(
        _("Convention %(number)s is terminated"),
        _("Convention %(number)s, “%(title)s”, is terminated. Nothing is delivered any more; what was delivered is to be destroyed."),
        everybody,
    ),
    "expire": Letter(
        _("Convention %(number)s has expired"),
        _("The last day of convention %(number)s, “%(title)s”, has passed. What was delivered under it is to be destroyed."),
        everybody,
    ),
    "renew": Letter(_("Convention %(number)s is renewed"), _("Convention %(number)s, “%(title)s”, is renewed%(until)s."), everybody),
    ENDS_SOON: Letter(
        _("Convention %(number)s ends soon"),
        _("Convention %(number)s, “%(title)s”, is in force%(until)s. If the project goes on, ask now for an amendment of its duration."),
        everybody,
    ),
}


def remind(today: date) -> int:
    """Write to those whose convention ends soon; once for each of the days. The answer is how many conventions."""
    days = [today + timedelta(days=days) for days in BEFORE_END]
    rows = Convention.objects.for_reading().filter(
        state=ConventionState.IN_FORCE, effective_until__in=days, tacit_renewal_months=None, root=None
    )
    for convention in rows.order_by("pk"):
        for pk in sorted(everybody(convention)):
            key = f"convention:{ENDS_SOON}:{convention.pk}:{convention.effective_until}:{today}"
            mail.write_to(pk, LETTER, key, about=ENDS_SOON, convention=convention.pk)
    return len(rows)
