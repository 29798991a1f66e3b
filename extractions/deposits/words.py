"""What the codes of linkage tables mean, in the reader's language; the pure package knows nothing of translation."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from extractions.linkage.columns import ColumnSet
from extractions.linkage.words import BREAKS, ERRORS, REFUSALS, WARNINGS

#: Why a deposit failed before the sealing had its word.
OURS = {
    "too_large": gettext_noop("The file is larger than what is accepted here. Nothing was kept."),
    "one_file": gettext_noop("One file is sent, and nothing else. Nothing was kept."),
    "no_file": gettext_noop("No file came. Choose the table, then send it."),
}
_KNOWN = REFUSALS | ERRORS | WARNINGS | BREAKS | OURS


def meaning(code: str) -> str:
    """The words of a code; of one that nobody knows, the code."""
    return _(_KNOWN[code]) if code in _KNOWN else code


def column_named(asked: ColumnSet, code: str) -> str:
    """The title of a column; a column that is not expected is named by its place, since its name may be a value."""
    if code.startswith("#"):
        return _("column %(place)s") % {"place": code[1:]}
    column = asked.by_code.get(code)
    return column.title if column else _("whole line")
