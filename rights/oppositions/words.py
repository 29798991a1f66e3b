"""What is said of a document that cannot be taken."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

BAD = {
    "large": _("This file is too large to be one of those that the tool writes."),
    "unreadable": _("This file is not one of those that the tool writes."),
    "other": _("This file is a document of another kind: look which one is asked for here."),
    "signature": _("This file has no signature, or it was cut."),
    "fields": _("Something lacks in this file, or stands in it too much: send it as the tool wrote it."),
    "files": _("The files that it names do not go together: each output is delivered as one file, and none of them is among the others."),
    "counts": _("The counts are not those that were signed."),
}
