"""Where a system wants to be told, and of what."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from extractions.exchange.events import choices
from extractions.exchange.models import LONGEST_URL
from requests_app.forms.base import MoveForm


class WebhookForm(MoveForm):
    """An address and the events that it is told of."""

    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        help_text=_("Expected format: https://systeme.exemple.fr/webhooks. It must be reached from the Internet."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Events"), widget=forms.CheckboxSelectMultiple, choices=choices, initial=lambda: [code for code, _label in choices()]
    )
