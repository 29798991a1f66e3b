"""What the page of the pieces shows: item by item what is asked for and what is there, then the other pieces and the former ones."""

from __future__ import annotations

from typing import Any

from requests_app import policies
from requests_app.models import Act, Attachment, Dossier
from requests_app.required_pieces import PieceState, RequiredPiece, required_pieces
from requests_app.states import EDITABLE, FINAL

#: How an item is shown: the tone of its badge.
TONES = {
    PieceState.GIVEN: "success",
    PieceState.WAITING: "info",
    PieceState.INFECTED: "error",
    PieceState.MISSING: "warning",
    PieceState.ON_REQUEST: "",
}


def shown(user: Any, dossier: Dossier) -> dict[str, Any]:
    """The items of the list, the pieces beside it, those that were replaced or removed, and what the person may do with them."""
    items = required_pieces(dossier)
    listed = {one.code for one in items}
    every = list(dossier.attachments.all())
    may_edit = policies.may(user, "edit", dossier) and dossier.state in EDITABLE
    return {
        "required": [_shown(one) for one in items if one.is_required],
        "on_request": [_shown(one) for one in items if not one.is_required],
        "others": [piece for piece in every if piece.removed_at is None and piece.kind not in listed],
        "former": [piece for piece in every if piece.removed_at is not None],
        "of_acts": papers_of_acts(dossier),
        "may_attach": policies.may(user, "attach", dossier) and dossier.state not in FINAL,
        "may_remove": may_edit,
    }


def _shown(item: RequiredPiece) -> dict[str, Any]:
    return {"item": item, "tone": TONES[item.state]}


def papers_of_acts(dossier: Dossier) -> set[int]:
    """The pieces on which an act of the procedure rests: the applicant neither removes nor replaces them."""
    return {pk for pk in Act.objects.filter(dossier=dossier).values_list("document", flat=True) if pk}


def choices_for(dossier: Dossier) -> list[tuple[str, Any]]:
    """What a piece can be: first what the procedure asks for, in the order of its list, then the rest; not what the secretariat issues."""
    items = required_pieces(dossier)
    listed = [one.code for one in items]
    rest = [Attachment.Kind.ANSWER, Attachment.Kind.OTHER]
    return [(code, Attachment.Kind(code).label) for code in [*listed, *(kind.value for kind in rest if kind not in listed)]]
