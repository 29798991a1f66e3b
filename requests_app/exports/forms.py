"""The file of an import, and the confirmation of a copy."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.exports.importing import import_dossier
from requests_app.forms.base import MoveForm
from requests_app.models import Dossier
from ui.forms import DocumentField


class ImportForm(MoveForm):
    """One JSON file."""

    file = DocumentField(
        label=_("File"),
        accepts=(".json",),
        help_text=_("A dossier exported from this site, or written by another program after the published schema."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty."), "missing": _("Choose a file.")},
    )
    made: Dossier

    def make_draft(self, *, by: Any, at: datetime) -> bool:
        """Begin the draft, or say why the file cannot be read."""

        def make() -> None:
            self.made = import_dossier(self.cleaned_data["file"].read(), by=by, at=at)

        return self.attempt(make)
