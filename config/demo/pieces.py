"""Small real pieces for example dossiers: a page of PDF for each piece that the procedure asks for, made here and saying so."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile

from files.kinds import PDF
from files.states import ScanState
from requests_app.models import Attachment, Dossier, PieceText
from requests_app.piece_templates import TEMPLATES
from requests_app.required_pieces import PieceState, required_pieces

SAID = "Pièce de démonstration : elle ne vient d’aucun dossier réel."


def give_pieces(dossier: Dossier, *, by: Any, at: datetime) -> list[Attachment]:
    """Give a dossier every required piece that it lacks, without the outbox: history is being written."""
    given = [(item.code, lines_of(item.code, dossier)) for item in required_pieces(dossier) if item.state == PieceState.MISSING]
    pieces = [_piece(dossier, code, small_pdf(lines), by, at) for code, lines in given]
    Attachment.objects.bulk_create(pieces)
    texts = [PieceText(piece=piece, text="\n".join(lines), read_at=at) for piece, (_code, lines) in zip(pieces, given, strict=True)]
    PieceText.objects.bulk_create(texts)
    return pieces


def _piece(dossier: Dossier, code: str, pdf: bytes, by: Any, at: datetime) -> Attachment:
    piece = Attachment(
        dossier=dossier,
        kind=code,
        name=f"{code.replace('_', '-')}.pdf",
        storage_name=f"{secrets.token_hex(20)}.pdf",
        content_type=PDF,
        size=len(pdf),
        sha256=hashlib.sha256(pdf).hexdigest(),
        scan_state=ScanState.UNSCANNED,
        added_at=at,
        added_by=by,
    )
    piece.file.save(piece.storage_name, ContentFile(pdf), save=False)
    return piece


def lines_of(code: str, dossier: Dossier) -> list[str]:
    """What the page says: the project, and the headings of the piece where they are known."""
    headings = [f"{number} {title}" for number, title, _about in TEMPLATES[code].headings] if code in TEMPLATES else []
    return [str(Attachment.Kind(code).label), dossier.content.heading or dossier.reference, SAID, *headings]


def small_pdf(lines: list[str]) -> bytes:
    """One page with these lines, in the PDF reader's own Helvetica: a whole PDF of less than 2 kB."""
    shown = "".join(f"({_escaped(line)}) Tj T*\n" for line in lines)
    stream = f"BT /F1 11 Tf 14 TL 50 790 Td\n{shown}ET".encode("cp1252", "replace")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(fr-FR)>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    made, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, one in enumerate(objects, start=1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    ending = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + ending


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
