"""What the buttons of a draft's page do: the word of the button, then the code of the line or the modifier."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404

from fees import drafting
from fees.services.drafts import Change

ACTS: dict[str, Callable[[str], Change]] = {
    "line_up": lambda code: lambda content: drafting.with_line_moved(content, code, -1),
    "line_down": lambda code: lambda content: drafting.with_line_moved(content, code, 1),
    "line_remove": lambda code: lambda content: drafting.without_line(content, code),
    "modifier_remove": lambda code: lambda content: drafting.without_modifier(content, code),
}


def change_asked(act: str) -> tuple[Change, str, str]:
    """The change, the code that it is about, and where the page is read on. Raises Http404 for anything else."""
    word, _colon, code = act.partition(":")
    if word not in ACTS:
        raise Http404
    kind = word.partition("_")[0]
    return ACTS[word](code), code, f"{kind}s" if word.endswith("remove") else f"{kind}-{code}"
