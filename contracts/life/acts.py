"""The acts on a convention that lives, as their pages tell them: what follows, what is said once it is done, and the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.life.forms import acts as forms
from contracts.states import ConventionState


@dataclass(frozen=True)
class Act:
    """One act: the words of its page, its form, and, for what is no move, from which states it is done."""

    action: str
    label: Any
    follows: Any
    done: Any
    form: type[forms.ActForm]
    grave: bool = False
    states: frozenset[str] = frozenset()


_ALIVE = frozenset({ConventionState.IN_FORCE.value, ConventionState.SUSPENDED.value})
_UNPAID = frozenset({ConventionState.APPROVED.value, ConventionState.SIGNING.value, ConventionState.SIGNED.value})

#: By the word of the address.
ACTS: dict[str, Act] = {
    "entree-en-vigueur": Act(
        "enter_force",
        _("Bring into force"),
        _("It takes effect as its text says. The dossier goes on to the preparation of the data."),
        _("The convention is in force."),
        forms.EnterForceForm,
    ),
    "suspendre": Act(
        "suspend",
        pgettext_lazy("convention", "Suspend"),
        _("The gate to the data closes at once: nothing is delivered until the suspension is lifted."),
        _("The convention is suspended."),
        forms.SuspendForm,
        grave=True,
    ),
    "reprendre": Act(
        "resume",
        pgettext_lazy("convention", "Resume"),
        _("The convention takes effect again, and the gate opens if its other lights are green."),
        _("The convention is in force again."),
        forms.ResumeForm,
    ),
    "resilier": Act(
        "terminate",
        pgettext_lazy("convention", "Terminate"),
        _("It ends, and this cannot be undone. Nothing is delivered any more; what was delivered is to be destroyed."),
        _("The convention is terminated."),
        forms.TerminateForm,
        grave=True,
    ),
    "prolonger": Act(
        "renew",
        pgettext_lazy("convention", "Renew"),
        _("As the convention itself provides. What it does not provide is changed by an amendment."),
        _("The convention is renewed."),
        forms.RenewForm,
    ),
    "avenant": Act(
        "amend",
        _("Prepare an amendment"),
        _("The amendment hangs from this convention. It is written, negotiated and signed by all parties in the same way."),
        _("The amendment is begun: now its text."),
        forms.AmendForm,
        states=_ALIVE,
    ),
    "sans-paiement": Act(
        "waive_payment",
        _("Note that nothing is to be paid"),
        _("The light of the payment turns green without a quote."),
        _("It is noted that nothing is to be paid."),
        forms.WaiveForm,
        states=_UNPAID | _ALIVE,
    ),
    "destruction": Act(
        "note_destruction",
        _("Note the destruction of the data"),
        _("The certificate is kept, and the obligation ends."),
        _("The destruction is noted."),
        forms.DestructionForm,
        grave=True,
    ),
}
