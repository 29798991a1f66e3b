"""Where citizens go from here: the form, the page that follows a request, the keys, the figures, as soon as their rooms serve them."""

from __future__ import annotations

from django.urls import Resolver404, resolve

#: These addresses are settled for good: letters and receipts name them.
FORM, FOLLOW, KEYS, FIGURES = "/droits/demande/", "/droits/suivi/", "/droits/cles/", "/droits/chiffres/"


def open_at(path: str) -> str:
    """The address, or nothing while no page stands there."""
    try:
        resolve(path)
    except Resolver404:
        return ""
    return path


def onwards() -> dict[str, str]:
    """What every page of the portal may lead to."""
    return {name: open_at(path) for name, path in (("form", FORM), ("follow", FOLLOW), ("keys", KEYS), ("figures", FIGURES))}
