"""The receipt as a text: what was sent to whom and until when they answer, with the hash of what was sealed; nothing of the person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.links import absolute
from rights import codes
from rights.asking.services.handing import Handed
from rights.models import Routing
from rights.services.opening import Taken
from ui.words import day_in_words, moment_in_words

WIDTH = 72
#: What a room above adds at the end of the text: the part that the window signs.
APPENDED: list[Callable[[Taken], str]] = []


def receipt(taken: Taken, handed: Iterable[Handed]) -> str:
    """The whole text. Whoever has scripts adds the key that opens sealed answers, which never comes here."""
    return "\n".join(_lines(taken, handed)) + "\n" + "".join(f"\n{more(taken)}" for more in APPENDED)


def _lines(taken: Taken, handed: Iterable[Handed]) -> Iterator[str]:
    yield from (_("Receipt of a request on health data").upper(), settings.SITE_NAME + " – " + settings.OPERATOR_NAME, "=" * WIDTH)
    yield from (_("Received on: %(at)s") % {"at": moment_in_words(taken.request.received_at)}, "")
    yield from (_("Tracking code:"), "    " + codes.in_groups(taken.code), "")
    yield _("Keep it: nobody can find it again. Whoever has it can follow and withdraw the request.")
    yield from (_("Follow the request: %(address)s") % {"address": absolute("/droits/suivi/")}, "=" * WIDTH)
    for routing in taken.routings:
        yield from _of(routing)
    for one in handed:
        yield from ("", f"{one.going.database.label} – {one.going.choice.right.label}", _("To be asked for from the controller itself."))
        yield from [_("Reference: %(reference)s") % {"reference": one.reference}] if one.reference else []
        yield from filter(None, [one.going.statement.own_page_url, one.going.statement.address])


def _of(routing: Routing) -> Iterator[str]:
    month = routing.month
    yield from ("", routing.database.label, _("Right: %(right)s") % {"right": routing.get_right_display()})
    if routing.level:
        yield _("How far: %(level)s") % {"level": routing.get_level_display()}
    if routing.study:
        yield _("Study: %(study)s") % {"study": routing.study}
    yield from (
        _("Controller: %(name)s") % {"name": routing.organisation.name},
        _("Number: %(number)s") % {"number": routing.number},
        _("Answer due on: %(day)s") % {"day": day_in_words(month.due_on)} if month and month.due_on else "",
        _("Hash of the sealed content (SHA-256):"),
        "    " + routing.envelope.sha256,
        _("Sealed to the key:"),
        "    " + routing.envelope.key.fingerprint,
    )
