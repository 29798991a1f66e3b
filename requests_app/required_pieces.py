"""Which pieces a dossier must hold, which of them are there, and what that says about filing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from files.states import LOCKED
from requests_app.choices import Information
from requests_app.models import Attachment, PieceRule
from requests_app.rule import binds, in_depth
from workflow.periods import paris_day
from workflow.refusals import Broken


class PieceState(TextChoices):
    """How one item of the list stands."""

    GIVEN = "given", gettext_lazy("Given")
    WAITING = "waiting", gettext_lazy("In quarantine")
    INFECTED = "infected", gettext_lazy("Refused: a virus was found")
    MISSING = "missing", pgettext_lazy("piece", "Missing")
    ON_REQUEST = "on_request", gettext_lazy("Not asked for yet")


@dataclass(frozen=True)
class RequiredPiece:
    """One item of the list: what is asked for, by which text, and the files that were given for it."""

    code: str
    label: Any
    need: str
    state: PieceState
    law: str = ""
    to_confirm: bool = False
    hint: str = ""
    template: str = ""
    pieces: tuple[Attachment, ...] = ()

    @property
    def is_required(self) -> bool:
        """Does the dossier need it before it is filed?"""
        return self.need != PieceRule.Need.ON_REQUEST

    @property
    def is_settled(self) -> bool:
        """Does nothing about this item keep the dossier from being filed?"""
        return self.state in (PieceState.GIVEN, PieceState.ON_REQUEST)

    @property
    def need_label(self) -> Any:
        """Whether it is required, in words."""
        return PieceRule.Need(self.need).label


#: When a conditional piece is required; otherwise it is not asked for at all.
CONDITIONS: dict[str, Callable[[Any], bool]] = {
    PieceRule.Condition.LABORATORY: lambda dossier: dossier.content.laboratory_id is not None,
    PieceRule.Condition.INDIVIDUAL_INFORMATION: lambda dossier: dossier.content.information == Information.INDIVIDUAL,
    PieceRule.Condition.SNDS: lambda dossier: dossier.content.draws_on_national_data(),
}


def required_pieces(dossier: Any) -> list[RequiredPiece]:
    """Item by item, what the dossier's procedure asks for under the list in force on the day it was begun: two queries.

    Before the form in depth no piece was required: the same items could be given, and the secretariat could ask for them.
    """
    given = current_pieces(dossier)
    binding = binds(in_depth, dossier)
    rules = [rule for rule in rules_of(dossier) if not binding or _applies(rule, dossier)]
    return [_item(rule, [piece for piece in given if piece.kind == rule.code], binding=binding) for rule in rules]


def rules_of(dossier: Any) -> Iterable[PieceRule]:
    """The list of the dossier's procedure, as it was on the day on which the dossier was begun."""
    return PieceRule.objects.filter(procedure=dossier.procedure, valid__contains=paris_day(dossier.created_at))


def current_pieces(dossier: Any) -> list[Attachment]:
    """The pieces that belong to the dossier now, in the order in which they came."""
    return list(dossier.attachments.filter(removed_at=None))


def _applies(rule: PieceRule, dossier: Any) -> bool:
    return rule.need != PieceRule.Need.CONDITIONAL or CONDITIONS[rule.condition](dossier)


def _item(rule: PieceRule, pieces: list[Attachment], *, binding: bool = True) -> RequiredPiece:
    hint = rule.hint_en if (get_language() or "").startswith("en") else rule.hint_fr
    need = rule.need if binding else PieceRule.Need.ON_REQUEST.value
    label = Attachment.Kind(rule.code).label
    return RequiredPiece(rule.code, label, need, _state_of(pieces, need), rule.law, rule.to_confirm, hint, rule.template, tuple(pieces))


def _state_of(pieces: list[Attachment], need: str) -> PieceState:
    """Given as soon as one file is there that can be read, and no other is in quarantine or infected."""
    if any(piece.is_infected for piece in pieces):
        return PieceState.INFECTED
    if any(piece.is_waiting for piece in pieces):
        return PieceState.WAITING
    if pieces:
        return PieceState.GIVEN
    return PieceState.ON_REQUEST if need == PieceRule.Need.ON_REQUEST else PieceState.MISSING


def broken_pieces(dossier: Any) -> list[Broken]:
    """What keeps the dossier from being filed: a required piece that is missing, a file in quarantine, a file with a virus."""
    missing = [one for one in required_pieces(dossier) if one.state == PieceState.MISSING]
    page = reverse("dossiers:pieces", args=[dossier.reference])
    absent = (Broken(_("Add the piece: %(piece)s.") % {"piece": one.label}, one.law, f"{page}#item-{one.code}") for one in missing)
    return [*absent, *locked_pieces(dossier)]


def locked_pieces(dossier: Any) -> list[Broken]:
    """The files of the dossier that nobody can open: those in quarantine, those with a virus."""
    page = reverse("dossiers:pieces", args=[dossier.reference])
    locked = dossier.attachments.filter(removed_at=None, scan_state__in=LOCKED)
    return [Broken(_sentence(piece) % {"name": piece.name}, where=f"{page}#piece-{piece.pk}") for piece in locked]


def _sentence(piece: Attachment) -> str:
    if piece.is_infected:
        return _("A virus was found in “%(name)s”: remove it or send a clean version.")
    return _("“%(name)s” is still being scanned for viruses: it will be ready in a few minutes.")


def pieces_to_prepare(procedure: str) -> list[RequiredPiece]:
    """What a project that follows this procedure will be asked for, before there is a dossier: the list that has no end yet."""
    return [_item(rule, []) for rule in PieceRule.objects.filter(procedure=procedure, valid__upper_inf=True)]
