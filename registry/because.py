"""Why a fiche says something else, in words for the public: one sentence for each code that a version may carry.

The rooms of the registry add theirs from `AppConfig.ready()` with `explain`; a test refuses a code without words.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Any] = {
    # acts upon the dossier (`config/reactions.py`)
    "authorise": _("The CNIL authorised the project."),
    "confirm_tacit_authorisation": _("The project is authorised: the CNIL did not answer within the period that the law gives it."),
    "verify_commitment": _("The commitment to a reference methodology was verified."),
    "start_without_extraction": _("The project starts without an extraction of data."),
    "begin_contracting": _("The convention is being prepared."),
    "enter_convention": _("The convention was signed."),
    "open_data": _("The data were made available to the project."),
    "end": _("The project ended."),
    "certify_destruction": _("The destruction of the data was certified."),
    "close": _("The dossier of the project was closed."),
    "publish_results": _("The results of the project were published."),
    "suspend": _("Access to the data was suspended."),
    "lift_suspension": _("The suspension of access to the data was lifted."),
    "register_amendment": _("The project was amended, without a new authorisation being needed."),
    "contest_amendment": _("An amendment was contested by the secretariat and no longer applies."),
    "amendment_applied": _("An authorised amendment of the project took effect."),
    # acts upon the fiche itself
    "publish": _("What the fiche said when its history began to be kept."),
    "numbered": _("The number of the project in the national register was noted."),
    "brought_up_to_date": _("The fiche was brought up to date with its dossier."),
}


def explain(code: str, words: Any) -> None:
    """Register the words of a code; another sentence for a code that has one raises ValueError."""
    if WORDS.setdefault(code, words) != words:
        raise ValueError(f"{code!r} is already explained")


def because_in_words(code: str) -> str:
    """The sentence of a code; the code itself for one that nobody explained."""
    return str(WORDS.get(code, code))
