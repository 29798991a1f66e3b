"""Paper: the letter that takes the code to the person, and blank forms to fill in by hand. No name and no address on either."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.links import absolute
from catalogue.models import Level as Of
from contracts.drafting.documents.drawing import code_of
from files.printing import Dress, accessible_archive_of
from rights import codes
from rights.asking.capacities import Capacity
from rights.asking.choosing import Going
from rights.entitlements.services.offering import Offered
from rights.models import Request
from rights.states import Level, Right
from rights.tracking.papers import parts_of
from ui.words import day_in_words


def letter(asked: Request, code: str, elsewhere: Iterable[Going], at: datetime) -> bytes:
    """The covering letter of a request that was entered for somebody, in their language, with what is to be asked for elsewhere.

    Raises CannotPrint.
    """
    with translation.override(asked.language):
        address = absolute(reverse("tracking:home"))
        told = {
            "code": codes.in_groups(code),
            "came": day_in_words(asked.received_at),
            "channel": asked.channel,
            "today": day_in_words(at),
            "parts": parts_of(asked),
            "elsewhere": list(elsewhere),
            "address": address,
            "months": settings.RIGHTS_CODE_DAYS // 30,
            "officer": settings.DPO_CONTACT,
            **_letterhead(),
        }
        return accessible_archive_of("assisted/letter_paper.html", told, Dress(pictures={"paper:qr": code_of(address)}))


def blank(offered: Offered, language: str) -> bytes:
    """The form of one database, with the rights that can be exercised there and nothing filled in. Raises CannotPrint."""
    with translation.override(language):
        asked = offered.asked
        opposition = next((one for one in asked if one.right == Right.OPPOSITION), None)
        told = {
            "database": offered.database,
            "organisation": offered.organisation,
            "granted": asked,
            "levels": [level.label for level in opposition.levels] if opposition else [],
            "names_study": bool(opposition and Level.STUDY in opposition.levels),
            "capacities": [one.label for one in Capacity],
            "asks_number": offered.database.level == Of.MAIN,
            "contact": settings.OPERATOR_CONTACT,
            **_letterhead(),
        }
        return accessible_archive_of("assisted/blank_paper.html", told, Dress())


def _letterhead() -> dict[str, Any]:
    return {"operator": settings.OPERATOR_NAME, "site": settings.SITE_NAME}
