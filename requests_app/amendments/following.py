"""What follows the decision on the dossier of an amendment: the dossier that it amends takes what was authorised."""

from __future__ import annotations

from accounts.models import User
from requests_app.amendments.services import apply_authorised
from requests_app.models import Dossier
from workflow.models import JournalLine


def apply_amendment(dossier: Dossier, line: JournalLine) -> None:
    """The amendment's dossier is authorised: write it into the first; nothing for any other dossier."""
    if dossier.amends_id is not None:
        apply_authorised(dossier, by=User.objects.system(), at=line.at)
