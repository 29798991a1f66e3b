"""The code in the footer of a convention: eighty bits drawn by chance and a check sign, and the public address that it leads to."""

from __future__ import annotations

import secrets

from django.conf import settings

#: Without I, L, O and U, which are taken for other signs.
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "\u00a0": None})


def new_code() -> str:
    """A code that nobody can guess, with its check sign."""
    drawn = "".join(secrets.choice(SIGNS) for _place in range(LENGTH))
    return drawn + _check_sign(drawn)


def _check_sign(drawn: str) -> str:
    """Luhn's sum modulo 32: one mistyped sign and most swaps of neighbours are noticed."""
    total = 0
    for place, sign in enumerate(reversed(drawn)):
        value = SIGNS.index(sign) * (2 if place % 2 == 0 else 1)
        total += value // len(SIGNS) + value % len(SIGNS)
    return SIGNS[-total % len(SIGNS)]


def read_code(typed: str) -> str:
    """The code that somebody typed, in its one form; empty when it is none."""
    code = typed.upper().translate(_MISREAD)
    is_one = len(code) == LENGTH + 1 and set(code) <= set(SIGNS) and _check_sign(code[:LENGTH]) == code[LENGTH]
    return code if is_one else ""


def shown_code(code: str) -> str:
    """The code in groups of four, as people read it."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def address_of(code: str) -> str:
    """The public address at which a convention of this code is checked."""
    return f"{settings.SITE_URL.rstrip('/')}/verifier/{code}/"
