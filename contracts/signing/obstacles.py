"""What keeps a text from its approval: a party has refused to sign this very version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from contracts.signing.models import SignatureRequest
from contracts.signing.states import RequestState
from workflow.refusals import Broken


def refused(convention: Any) -> Iterator[Broken]:
    """The last version, where a party refused to sign it: another is written first."""
    version = convention.latest()
    if version is not None and SignatureRequest.objects.filter(version=version, state=RequestState.REFUSED).exists():
        sentence = _("A party refused to sign version %(number)s: write another version first.") % {"number": version.number}
        yield Broken(sentence, where="version")
