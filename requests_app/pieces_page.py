"""What the page of the pieces shows: item by item what is asked for and what is there, then the other pieces and the former ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from requests_app import policies
from requests_app.models import Act, Attachment, Dossier
from requests_app.required_pieces import PieceState, RequiredPiece, required_pieces
from requests_app.slots import Remark
from requests_app.states import EDITABLE, FINAL

#: Under which keys the rooms speak of a kind of piece (`slots.REMARKS`).
PREFIX = "piece:"
#: How an item is shown: the tone of its badge.
TONES = {
    PieceState.GIVEN: "success",
    PieceState.WAITING: "info",
    PieceState.INFECTED: "error",
    PieceState.MISSING: "warning",
    PieceState.ON_REQUEST: "",
}


def shown(user: Any, dossier: Dossier, remarks: Mapping[str, list[Remark]]) -> dict[str, Any]:
    """The items of the list with what the rooms say beside them, the other pieces, the former ones, and what the person may do."""
    items = required_pieces(dossier)
    listed = {one.code for one in items}
    every = list(dossier.attachments.all())
    may_edit = policies.may(user, "edit", dossier) and dossier.state in EDITABLE
    return {
        "required": [_shown(one, remarks) for one in items if one.is_required],
        "on_request": [_shown(one, remarks) for one in items if not one.is_required],
        "others": [piece for piece in every if piece.removed_at is None and piece.kind not in listed],
        "said_of_others": _said_of_others(remarks, listed),
        "former": [piece for piece in every if piece.removed_at is not None],
        "of_acts": papers_of_acts(dossier),
        "may_attach": policies.may(user, "attach", dossier) and dossier.state not in FINAL,
        "may_remove": may_edit,
    }


def _shown(item: RequiredPiece, remarks: Mapping[str, list[Remark]]) -> dict[str, Any]:
    return {"item": item, "tone": TONES[item.state], "remarks": remarks.get(f"{PREFIX}{item.code}", [])}


def _said_of_others(remarks: Mapping[str, list[Remark]], listed: set[str]) -> list[Remark]:
    """What is said of kinds of pieces that are not in the list."""
    return [one for key, found in remarks.items() if key.startswith(PREFIX) and key.removeprefix(PREFIX) not in listed for one in found]


def papers_of_acts(dossier: Dossier) -> set[int]:
    """The pieces on which an act of the procedure rests: the applicant neither removes nor replaces them."""
    return {pk for pk in Act.objects.filter(dossier=dossier).values_list("document", flat=True) if pk}


def choices_for(dossier: Dossier) -> list[tuple[str, Any]]:
    """What a piece can be: first what the procedure asks for, in the order of its list, then the rest; not what the secretariat issues."""
    items = required_pieces(dossier)
    listed = [one.code for one in items]
    rest = [Attachment.Kind.ANSWER, Attachment.Kind.OTHER]
    return [(code, Attachment.Kind(code).label) for code in [*listed, *(kind.value for kind in rest if kind not in listed)]]
