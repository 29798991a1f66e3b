"""Larger letters, with or without JavaScript: a cookie of one word, set by a button, which every page below /droits/ reads."""

from __future__ import annotations

COOKIE, LARGE = "lettres", "grandes"
#: The cookie goes with these addresses only, and the button leads back to one of them.
ROOT = "/droits/"
SIX_MONTHS = 60 * 60 * 24 * 182
