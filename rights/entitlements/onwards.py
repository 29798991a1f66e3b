"""Where citizens go from here: the form, the page that follows a request, what lets anybody check, as soon as their rooms serve them."""

from __future__ import annotations

from django.urls import Resolver404, resolve

#: These addresses are settled for good: letters and receipts name them.
FORM, FOLLOW, KEYS, FIGURES = "/droits/demande/", "/droits/suivi/", "/droits/cles/", "/droits/chiffres/"
VERIFY, OPPOSITIONS = "/droits/verifier/", "/droits/oppositions/"
ADDRESSES = {
    "form": FORM,
    "follow": FOLLOW,
    "verify": VERIFY,
    "oppositions": OPPOSITIONS,
    "keys": KEYS,
    "figures": FIGURES,
}


def open_at(path: str) -> str:
    """The address, or nothing while no page stands there."""
    try:
        resolve(path)
    except Resolver404:
        return ""
    return path


def onwards() -> dict[str, str]:
    """What every page of the portal may lead to."""
    return {name: open_at(path) for name, path in ADDRESSES.items()}
