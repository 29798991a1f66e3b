"""The button that issues the invoices of an installment: what is issued is never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.invoices.models import Installment
from fees.invoices.services.issuing import issue
from requests_app.forms.base import MoveForm


class IssueForm(MoveForm):
    """What is issued cannot be taken back: only a credit note corrects it."""

    read = forms.BooleanField(label=_("I have read the lines: what is issued is corrected by a credit note only."))

    def save(self, installment: Installment, *, by: Any, at: datetime) -> bool:
        """Issue, and say whether it was done."""
        return self.attempt(lambda: issue(installment, by=by, at=at))
