"""The receipt of a request: its words in the reader's language, signed by the window, stamped, as text and as PDF."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.links import absolute
from contracts.drafting.documents.drawing import code_of
from files.printing import Dress, Enclosed, accessible_archive_of
from rights import codes
from rights.envelopes import signing
from rights.models import Request, Routing
from rights.services.opening import Taken
from rights.tracking import receipts
from rights.tracking.models import Stamp
from rights.tracking.receipts import Sent
from rights.tracking.words import received_in_words
from rights.transitions import MONTH
from ui.words import day_in_words, moment_in_words
from workflow.models import Clock
from workflow.periods import due_on, paris_day

TEMPLATE = "tracking/receipt_paper.html"
NAME = "recepisse"


def sent_of(asked: Request) -> list[Sent]:
    """What went to each controller when the request was filed; the end of an opposition, asked for later, is no part of it."""
    rows = asked.routings.filter(lifts=None).order_by("pk").values_list("database__slug", "right", "number", "envelope__sha256")
    return [Sent(slug, right, number, sha256 or "") for slug, right, number, sha256 in rows]


def statement_of(asked: Request) -> bytes:
    """What the time-stamp authority is shown the hash of."""
    return receipts.statement_of(receipts.stated(asked.received_at, sent_of(asked)))


def text_receipt(asked: Request, code: str) -> str:
    """The receipt as text: whoever keeps it can show later what was sent, and when. Raises RuleBroken without a key to sign with."""
    return _signed(asked, code, [*_words(asked, code), "", *([] if asked.hour_is_known else [receipts.DAY_ONLY])])


def signed_part(taken: Taken) -> str:
    """What the text of the form's own receipt bears at its end: the lines for machines alone, signed and stamped."""
    return _signed(taken.request, taken.code, [])


def _signed(asked: Request, code: str, words: list[str]) -> str:
    stamp = Stamp.objects.filter(request=asked).first()
    text = receipts.text_of(words, code, receipts.stated(asked.received_at, sent_of(asked)))
    made = signing.signed_text(text.encode())
    return receipts.closed(text, made.signer, made.signature, bytes(stamp.token) if stamp else b"")


def pdf_receipt(asked: Request, code: str) -> bytes:
    """The receipt for printing and for archives (PDF/A-3, PDF/UA), the text inside. Raises CannotPrint."""
    stamp, address = Stamp.objects.filter(request=asked).first(), _address()
    text = text_receipt(asked, code)
    told = {
        "code": codes.in_groups(code),
        "received": received_in_words(asked),
        "hour_is_known": asked.hour_is_known,
        "parts": parts_of(asked),
        "address": address,
        "check": absolute(reverse("tracking:verify")),
        "stamp": stamp,
        "stamped": moment_in_words(stamp.at) if stamp else "",
        "operator": settings.OPERATOR_NAME,
        "site": settings.SITE_NAME,
        "months": settings.RIGHTS_CODE_DAYS // 30,
    }
    inside = [Enclosed(text.encode(), f"{NAME}.txt", _("The receipt as text, signed"), asked.received_at, "Source")]
    if stamp:
        inside.append(Enclosed(bytes(stamp.token), f"{NAME}.tsr", _("The time stamp (RFC 3161)"), asked.received_at, "Supplement"))
    return accessible_archive_of(TEMPLATE, told, Dress(tuple(inside), (), {"paper:qr": code_of(address)}))


def parts_of(asked: Request) -> list[dict[str, Any]]:
    """What went to each controller, in words, with the day that was promised when it was filed."""
    rows = list(asked.routings.filter(lifts=None).select_related("database", "organisation", "envelope").order_by("pk"))
    promised = _promised(rows)
    return [
        {
            "database": row.database.label,
            "controller": row.organisation.name,
            "right": row.get_right_display(),
            "how_far": " – ".join(filter(None, [row.get_level_display() if row.level else "", row.study])),
            "number": row.number,
            "sha256": envelope.sha256 if (envelope := getattr(row, "envelope", None)) else "",
            "due": day_in_words(promised[row.pk]) if row.pk in promised else "",
        }
        for row in rows
    ]


def _promised(rows: list[Routing]) -> dict[int, Any]:
    """The first day promised to each, whatever was extended since: a receipt says the same whenever it is asked for."""
    clocks = Clock.objects.filter(subject_type=Routing.subject_type, subject_id__in=[row.pk for row in rows], code=MONTH)
    return {
        one.subject_id: due_on(paris_day(one.started_at), one.rule.length, one.rule.unit, rolls=one.rule.rolls)
        for one in clocks.select_related("rule").order_by("-pk")
    }


def _words(asked: Request, code: str) -> list[str]:
    """The lines for people."""
    lines = [
        _("RECEIPT OF A REQUEST ABOUT HEALTH DATA"),
        f"{settings.OPERATOR_NAME} – {settings.SITE_NAME}",
        "",
        _("This receipt does not say who you are. Whoever holds the code can follow the request: keep it for yourself."),
        "",
        _("Tracking code: %(code)s") % {"code": codes.in_groups(code)},
        _received(asked),
        _("Follow the request: %(address)s") % {"address": _address()},
        _("Check this receipt: %(address)s") % {"address": absolute(reverse("tracking:verify"))},
    ]
    for place, part in enumerate(parts_of(asked), 1):
        lines += ["", f"{place}. {part['database']}", f"   {_('Right:')} {part['right']} ({part['number']})"]
        lines += [f"   {_('How far:')} {part['how_far']}"] if part["how_far"] else []
        lines += [f"   {_('Controller:')} {part['controller']}", f"   {_('Answer due on:')} {part['due']}"]
        lines.append(f"   {_('Hash of what was sealed (SHA-256):')} {part['sha256'] or _('not sealed here')}")
    return lines


def _received(asked: Request) -> str:
    if asked.hour_is_known:
        return _("Received: %(moment)s (Paris)") % {"moment": received_in_words(asked)}
    told = _("Received: %(day)s. Only the day was noted: the hour of the line “received” below, which its form asks for, says nothing.")
    return told % {"day": received_in_words(asked)}


def _address() -> str:
    """The page on which the code is typed; the code itself stands in no address."""
    return absolute(reverse("tracking:home"))
