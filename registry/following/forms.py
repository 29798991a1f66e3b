"""The form of the room: where to write when a search has new projects."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from registry.following import alerts
from registry.trust import floods
from ui.forms import DsfrForm


class AlertForm(DsfrForm):
    """An e-mail address, and nothing else."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("It serves these letters only. Each of them lets you leave with one click; the address is then erased."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def ask(self, request: HttpRequest, query: str, at: datetime) -> bool:
        """Keep the alert and write to the address, unless too many came from here in the last hour."""
        if not floods.let_through(request, "alert") or not floods.let_write_to(self.cleaned_data["email"]):
            self.add_error(None, _("Many requests came from your address in the last hour. Wait a little, then send yours again."))
            return False
        language = "en" if (get_language() or "").startswith("en") else "fr"
        alerts.ask(query, email=self.cleaned_data["email"], language=language, at=at)
        return True
